"""`motcua-edge`."""

import sys

from motcua_edge.cli.main import run_cli


def main() -> None:
    """Entry point."""
    sys.exit(run_cli(sys.argv[1:]))


if __name__ == "__main__":
    main()
