"""Sites, devices and accounts."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from sqlalchemy import Connection, Engine, select, update

from motcua_contract.identity import check_site
from motcua_hub.cli.database import opened
from motcua_hub.config import ConfigError, HubConfig
from motcua_hub.ingest.messages import now_ms
from motcua_hub.store import schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.upsert import insert_new
from motcua_hub.web.security import accounts
from motcua_hub.web.security.accounts import AccountRefusedError
from motcua_hub.web.security.passwords import PasswordRefusedError, Passwords
from motcua_hub.web.security.setup_token import discard_setup_token
from motcua_provisioning.authority import Authority
from motcua_provisioning.broker import BrokerFolder
from motcua_provisioning.registry import Enrolment, Registry

_WHY: Final = {
    "auth.username.bad": "the name must be 3 to 32 of a-z, 0-9 and -",
    "auth.password.short": "the password is shorter than 10 characters",
    "auth.password.long": "the password is longer than 200 characters",
    "auth.password.weak": "the password is too simple or is the name itself",
    "auth.account.first": "there is no account yet; make the first one with `admin create`",
    "auth.account.taken": "there is, or was, an account of this name; choose another one",
    "auth.account.last": "it is the last administrator's; make another one first",
    "error.title.403": "an account exists already; use the pages, or `admin password`",
}


class RefusedError(ValueError):
    """A request that is refused; the message says why and what to do."""


def _audit(connection: Connection, action: str, subject: str, detail: str = "") -> None:
    row = {"at": now_ms(), "actor": "cli", "action": action, "subject": subject, "detail": detail}
    connection.execute(schema.audit.insert().values(**row))


def add_site(config: HubConfig, options: argparse.Namespace) -> int:
    """Make an office known, or give it another name."""
    site = check_site(options.site)
    with opened(config) as engine, writing(engine) as connection:
        _know_site(connection, site)
        if options.name:
            row = schema.site
            connection.execute(update(row).where(row.c.id == site).values(name=options.name))
        _audit(connection, "site.add", site, options.name)
    return 0


def _know_site(connection: Connection, site: str) -> None:
    insert_new(connection, schema.site, [{"id": site, "created_at": now_ms()}])
    insert_new(connection, schema.site_live, [{"site": site}])


def list_sites(config: HubConfig, _options: argparse.Namespace) -> int:
    """One office a line."""
    row = schema.site
    with opened(config) as engine, reading(engine) as connection:
        for site, name in connection.execute(select(row.c.id, row.c.name).order_by(row.c.id)):
            sys.stdout.write(f"{site}\t{name}\n")
    return 0


def registry(connection: Connection) -> Registry:
    """The devices in the database, as provisioning wants them."""
    row = schema.device
    rows = connection.execute(select(row.c.id, row.c.site, row.c.revoked_at))
    return Registry(
        Enrolment(device=device, site=site, revoked=revoked_at is not None)
        for device, site, revoked_at in rows
    )


class _Province:
    """The authority and the broker's folder of this hub."""

    def __init__(self, config: HubConfig) -> None:
        if config.provisioning is None:
            msg = "there is no [provisioning] section; devices need `dir`, the authority's folder"
            raise ConfigError(msg)
        self.authority = Authority.load(Path(config.provisioning.dir))
        self._broker = config.provisioning.broker

    def publish(self, engine: Engine) -> None:
        """Write the broker's access rules and CRL from the registry, if it runs here."""
        with reading(engine) as connection:
            active = registry(connection).active()
        if self._broker:
            BrokerFolder(Path(self._broker)).refresh(self.authority, active)
        sys.stdout.write("reload the broker (SIGHUP) to make it read its access rules again\n")


def enroll(config: HubConfig, options: argparse.Namespace) -> int:
    """Issue a device's certificate and let it speak for its office."""
    province = _Province(config)
    with opened(config) as engine:
        with writing(engine) as connection:
            registry(connection).enroll(options.device, options.site)
            credentials = province.authority.issue_device(options.device)
            files = credentials.write(options.to)
            _know_site(connection, options.site)
            row = {"id": options.device, "site": options.site, "enrolled_at": now_ms()}
            insert_new(connection, schema.device, [row])
            serial = {"serial": credentials.serial}
            device = schema.device
            connection.execute(update(device).where(device.c.id == options.device).values(**serial))
            _audit(connection, "device.enroll", options.device, options.site)
        province.publish(engine)
    sys.stdout.write(f"{files.ca}\n{files.cert}\n{files.key}\n")
    return 0


def revoke(config: HubConfig, options: argparse.Namespace) -> int:
    """Revoke a device's certificates and take it out of the access rules."""
    province = _Province(config)
    device = schema.device
    with opened(config) as engine:
        with writing(engine) as connection:
            registry(connection).revoke(options.device)
            province.authority.revoke(options.device)
            connection.execute(
                update(device).where(device.c.id == options.device).values(revoked_at=now_ms())
            )
            _audit(connection, "device.revoke", options.device)
        province.publish(engine)
    return 0


def list_devices(config: HubConfig, _options: argparse.Namespace) -> int:
    """One device a line."""
    with opened(config) as engine, reading(engine) as connection:
        for each in registry(connection).all():
            state = "revoked" if each.revoked else "active"
            sys.stdout.write(f"{each.device}\t{each.site}\t{state}\n")
    return 0


def _password() -> str:
    """Typed twice on a terminal, or one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        msg = "the two passwords are not the same; try again"
        raise RefusedError(msg)
    return first


def create(config: HubConfig, options: argparse.Namespace) -> int:
    """Make the first account."""
    with opened(config) as engine:
        try:
            accounts.create_first_admin(
                engine,
                Passwords(PasswordHasher()),
                name=options.name,
                password=_password(),
                now=now_ms(),
            )
        except (AccountRefusedError, PasswordRefusedError) as error:
            raise RefusedError(_WHY.get(error.code, error.code)) from error
    discard_setup_token(Path(config.state_dir))
    return 0


def add_account(config: HubConfig, options: argparse.Namespace) -> int:
    """Make one more account."""
    with opened(config) as engine:
        try:
            accounts.create(
                engine,
                Passwords(PasswordHasher()),
                name=options.name,
                password=_password(),
                role=options.role,
                now=now_ms(),
            )
        except (AccountRefusedError, PasswordRefusedError) as error:
            raise RefusedError(_WHY.get(error.code, error.code)) from error
    return 0


def list_accounts(config: HubConfig, _options: argparse.Namespace) -> int:
    """One account a line."""
    with opened(config) as engine, reading(engine) as connection:
        for each in accounts.listing(connection):
            sys.stdout.write(f"{each.name}\t{each.role}\n")
    return 0


def disable_account(config: HubConfig, options: argparse.Namespace) -> int:
    """End an account."""
    with opened(config) as engine:
        try:
            done = accounts.disable(engine, options.name, now_ms())
        except AccountRefusedError as error:
            raise RefusedError(_WHY[error.code]) from error
    if not done:
        msg = f"there is no account {options.name!r} in use; `admin list` shows those there are"
        raise RefusedError(msg)
    return 0


def set_password(config: HubConfig, options: argparse.Namespace) -> int:
    """Give an account a new password and end its sessions."""
    with opened(config) as engine:
        try:
            changed = accounts.set_password(
                engine,
                Passwords(PasswordHasher()),
                name=options.name,
                password=_password(),
                now=now_ms(),
            )
        except PasswordRefusedError as error:
            raise RefusedError(_WHY.get(error.code, error.code)) from error
    if not changed:
        msg = f"there is no account {options.name!r}"
        raise RefusedError(msg)
    return 0
