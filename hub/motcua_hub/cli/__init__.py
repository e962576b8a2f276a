"""The command line of the hub. Exit codes: 0 done, 1 found wanting, 2 cannot be used."""

from motcua_hub.cli.commands import run_cli

__all__ = ["run_cli"]
