"""`python -m motcua_provisioning` and the `motcua-provision` script."""

import sys

from motcua_provisioning import cli


def main() -> None:
    """Run the command line and end the process with its answer."""
    sys.exit(cli.main())


if __name__ == "__main__":
    main()
