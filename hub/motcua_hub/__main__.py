"""`motcua-hub`: the hub's programs and tools."""

import sys

from motcua_hub.cli import run_cli


def main() -> None:
    """Entry point of the command."""
    sys.exit(run_cli(sys.argv[1:]))


if __name__ == "__main__":
    main()
