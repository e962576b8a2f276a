"""Every command of `motcua-hub`, and which function carries it out."""

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from motcua_contract.identity import BadNameError
from motcua_hub.care.backup import BackupError
from motcua_hub.cli import people, probing, programs, reporting, tokens, tools
from motcua_hub.cli.people import RefusedError
from motcua_hub.cli.programs import BusyError
from motcua_hub.config import ConfigError, HubConfig, load
from motcua_hub.ingest.mqtt import LinkError
from motcua_hub.sending.watchman import config as watched
from motcua_hub.sending.watchman import program
from motcua_hub.store.migrate import SchemaError
from motcua_hub.web.security.accounts import ADMIN, ROLES
from motcua_provisioning.authority import AuthorityError
from motcua_provisioning.registry import RegistryError

EXIT_USAGE: Final = 2
Command = Callable[[HubConfig, argparse.Namespace], int]
_REFUSALS: Final = (
    ConfigError,
    SchemaError,
    LinkError,
    BackupError,
    BusyError,
    RefusedError,
    AuthorityError,
    RegistryError,
    BadNameError,
)


def run_cli(argv: Sequence[str]) -> int:
    """Carry one command out and return its exit code."""
    options = _parser().parse_args(argv)
    if options.alone:
        return _watchman(options.config)
    try:
        config = load(options.config)
        _log(config.log_level)
        command: Command = options.command
        return command(config, options)
    except _REFUSALS as error:
        sys.stderr.write(f"motcua-hub: {error}\n")
        return EXIT_USAGE
    except SQLAlchemyError as error:
        sys.stderr.write(f"motcua-hub: the database cannot be used: {error}\n")
        return EXIT_USAGE
    except BrokenPipeError:
        # the reader of an export has had enough
        sys.stderr.close()
        return 0


def _watchman(path: Path) -> int:
    """The program for a second machine: it has a configuration of its own, and no database."""
    _log("info")
    try:
        return program.run(watched.load(path))
    except (watched.WatchmanConfigError, OSError) as error:
        sys.stderr.write(f"motcua-hub: {error}\n")
        return EXIT_USAGE


def _log(level: str) -> None:
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=level.upper(), stream=sys.stderr, format=form)
    # it tells at every start which dialect it found
    logging.getLogger("alembic").setLevel(logging.WARNING)


class _Commands:
    """Adds sub-commands that all take `--config`."""

    def __init__(self, parser: argparse.ArgumentParser, name: str) -> None:
        self._under = parser.add_subparsers(dest=name, required=True, metavar="COMMAND")

    def group(self, name: str, text: str) -> "_Commands":
        """Commands under a word."""
        return _Commands(self._under.add_parser(name, help=text), f"{name}_command")

    def add(self, name: str, text: str, command: Command) -> argparse.ArgumentParser:
        """One command."""
        parser = self._under.add_parser(name, help=text, description=text)
        parser.add_argument("--config", type=Path, required=True, help="the hub's TOML file")
        parser.set_defaults(command=command)
        return parser


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="motcua-hub", description="The hub of a province.")
    parser.set_defaults(alone=False)
    commands = _Commands(parser, "first")
    _add_programs(commands)
    _add_tools(commands)
    _add_targets(commands)
    _add_people(commands)
    return parser


def _nothing(_config: HubConfig, _options: argparse.Namespace) -> int:
    """The watchman is started before the hub's configuration is read."""
    return EXIT_USAGE


def _add_programs(commands: _Commands) -> None:
    commands.add("run", "take in events and serve pages, in the foreground", programs.run)
    commands.add("ingest", "take in events only", programs.ingest)
    commands.add("serve", "serve pages, API and metrics only", programs.serve)
    second = commands.add("watchman", "on a second machine: say so when hubs are silent", _nothing)
    second.set_defaults(alone=True)


def _add_tools(commands: _Commands) -> None:
    export = commands.add("export", "print every event of a site", tools.export)
    export.add_argument("--site", required=True)
    export.add_argument(
        "--jsonl", action="store_true", help="one JSON object a line (the only form)"
    )
    commands.add("verify", "check digests, contiguity and projections", tools.verify)
    rebuild = commands.add("rebuild", "compute projections again from events", tools.rebuild)
    rebuild.add_argument("--site", help="one site only")
    text = "look again at facts that were not understood (also done at every start)"
    commands.add("reexamine", text, tools.reexamine)
    backup = commands.add("backup", "make a verified backup; only then `safe` moves", tools.backup)
    backup.add_argument("--to", type=Path, required=True, help="folder of backups")
    restore = commands.add("restore", "make a backup the database (hub stopped)", tools.restore)
    restore.add_argument("--from", dest="source", type=Path, required=True, help="backup file")
    reports = commands.group("report", "reports of availability")
    reports.add("draw", "make every report that is due now", reporting.draw)
    incidents = commands.group("incidents", "what went wrong with journals")
    listing = incidents.add("list", "newest first", tools.list_incidents)
    listing.add_argument("--site")
    listing.add_argument("--all", action="store_true", help="closed ones too")
    closing = incidents.add("close", "close one", tools.close_incident)
    closing.add_argument("id", type=int)
    closing.add_argument("--reason", default="closed at the command line", help="what was done")


def _add_targets(commands: _Commands) -> None:
    push = commands.group("push", "targets that call the hub by themselves")
    issued = push.add("issue", "print a secret address that a target calls", probing.issue)
    issued.add_argument("target")
    ended = push.add("revoke", "end the addresses of a target", probing.revoke)
    ended.add_argument("target")


def _add_people(commands: _Commands) -> None:
    sites = commands.group("site", "offices")
    adding = sites.add("add", "make an office known", people.add_site)
    adding.add_argument("site")
    adding.add_argument("--name", default="")
    sites.add("list", "all offices", people.list_sites)
    devices = commands.group("device", "devices that speak for an office")
    enroll = devices.add("enroll", "issue a certificate", people.enroll)
    enroll.add_argument("device")
    enroll.add_argument("--site", required=True)
    enroll.add_argument("--to", type=Path, required=True, help="folder for ca, certificate and key")
    revoke = devices.add("revoke", "take a device's rights away for good", people.revoke)
    revoke.add_argument("device")
    devices.add("list", "all devices", people.list_devices)
    admins = commands.group("admin", "accounts of the pages")
    create = admins.add("create", "make the first account (asks for its password)", people.create)
    create.add_argument("name")
    more = admins.add("add", "make one more account (asks for its password)", people.add_account)
    more.add_argument("name")
    more.add_argument("--role", choices=ROLES, default=ADMIN, help="staff changes no settings")
    admins.add("list", "accounts in use, with their roles", people.list_accounts)
    gone = admins.add("disable", "end an account, its sessions and tokens", people.disable_account)
    gone.add_argument("name")
    password = admins.add("password", "give an account a new password", people.set_password)
    password.add_argument("name")
    token = admins.add("token", "issue a token for the API and print it", tokens.issue)
    token.add_argument("name")
    token.add_argument("--account", default="", help="whose it is; needed for one that writes")
    token.add_argument("--days", type=int, default=0, help="days until it expires (0: never)")
    token.add_argument("--write", action="store_true", help="it may change things, not only read")
    ended = admins.add("revoke-token", "end a token", tokens.revoke)
    ended.add_argument("name")
