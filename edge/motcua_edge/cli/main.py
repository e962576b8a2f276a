"""The commands of `motcua-edge`. Exit codes: 0 done, 1 found wanting, 2 cannot be used."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from motcua_edge.config import ConfigError, Loaded, load

EXIT_USAGE = 2


def run_cli(argv: Sequence[str]) -> int:
    """Carry one command out and return its exit code."""
    options = _parser().parse_args(argv)
    try:
        return _dispatch(options, load(options.config))
    except ConfigError as error:
        sys.stderr.write(f"motcua-edge: {error}\n")
        return EXIT_USAGE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="motcua-edge", description="One reception office.")
    commands = parser.add_subparsers(dest="command", required=True)
    _with_config(commands.add_parser("run", help="run the office in the foreground"))
    _with_config(commands.add_parser("check", help="read the configuration and say if it is good"))
    journal = commands.add_parser("journal", help="look at the journal")
    asked = journal.add_subparsers(dest="journal_command", required=True)
    export = _with_config(asked.add_parser("export", help="print every event"))
    export.add_argument("--jsonl", action="store_true", required=True, help="one event a line")
    tail = _with_config(asked.add_parser("tail", help="print the newest events for a person"))
    tail.add_argument("-n", "--count", type=int, default=20, help="how many (default: 20)")
    _with_config(asked.add_parser("verify", help="check digests, numbers and state"))
    _pads(commands.add_parser("pads", help="keys of pads, and the files of their broker"))
    return parser


def _pads(parser: argparse.ArgumentParser) -> None:
    asked = parser.add_subparsers(dest="pads_command", required=True)
    enroll = _with_config(asked.add_parser("enroll", help="make a key, print the pad's settings"))
    enroll.add_argument("name", help="the pad's name in pads.units")
    enroll.add_argument("--again", action="store_true", help="a new key, in place of the old one")
    broker = _with_config(asked.add_parser("broker", help="write the files of the pads' broker"))
    broker.add_argument("--out", type=Path, required=True, help="folder for them")
    broker.add_argument("--host", default="0.0.0.0", help="address to listen on")  # noqa: S104  the LAN


def _with_config(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--config", type=Path, required=True, help="the agent's TOML file")
    return parser


def _dispatch(options: argparse.Namespace, loaded: Loaded) -> int:
    if options.command == "check":
        sys.stdout.write(f"{options.config}: good; site {loaded.agent.site}\n")
        return 0
    if options.command == "journal":
        return _journal(options, Path(loaded.agent.state_dir) / "journal.sqlite3")
    if options.command == "pads":
        return _pad_command(options, loaded)
    # the office's libraries (pictures, sound, web) take a while to load: only when it runs
    from motcua_edge.cli.run_command import run_office  # noqa: PLC0415

    return run_office(loaded)


def _pad_command(options: argparse.Namespace, loaded: Loaded) -> int:
    from motcua_edge.cli import pad_commands  # noqa: PLC0415  most calls need none of it

    if options.pads_command == "enroll":
        return pad_commands.enroll(loaded, options.name, again=options.again)
    return pad_commands.write_broker(loaded, options.out, options.host)


def _journal(options: argparse.Namespace, path: Path) -> int:
    # sqlite-utils brings half a running office's memory with it: only a technician's look needs it
    from motcua_edge.cli import journal_commands  # noqa: PLC0415

    match options.journal_command:
        case "export":
            return journal_commands.export(path)
        case "tail":
            return journal_commands.tail(path, options.count)
        case _:
            return journal_commands.verify(path)
