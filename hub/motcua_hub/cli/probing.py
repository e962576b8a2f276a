"""The hub as a vantage, put together; and the secret addresses of targets that call."""

import argparse
import stat
import sys
from pathlib import Path

from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from motcua_hub.cli.database import opened
from motcua_hub.cli.people import RefusedError
from motcua_hub.config import ConfigError, HubConfig, SecretSection
from motcua_hub.ingest.messages import now_ms
from motcua_hub.ledger import targets
from motcua_hub.probing.metrics import ProbeMetrics
from motcua_hub.probing.part import Probing
from motcua_hub.store import pushes
from motcua_hub.store.engine import writing
from motcua_hub.web.security import audit
from motcua_probes.trust import Secret


def probing(config: HubConfig, engine: Engine, registry: CollectorRegistry) -> Probing:
    """The part that probes; its secrets are read now.

    Raises:
        ConfigError: A password file cannot be read, or everybody may read it.
    """
    found = {name: secret(name, each) for name, each in config.probing.secrets.items()}
    return Probing(engine, ProbeMetrics(registry), found)


def secret(name: str, section: SecretSection) -> Secret:
    """What a probe that mentions this name logs in with. Raises ConfigError."""
    password = _password(name, Path(section.password_file)) if section.password_file else ""
    return Secret(password=password, cert=section.cert, key=section.key)


def _password(name: str, path: Path) -> str:
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO) & ~stat.S_IRGRP:
            msg = f"{path}: others may read the secret {name!r}; chmod 0600 it"
            raise ConfigError(msg)
        return path.read_text(encoding="utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: the secret {name!r} cannot be read: {error}"
        raise ConfigError(msg) from error


def issue(config: HubConfig, options: argparse.Namespace) -> int:
    """Print the path that a target calls; it is shown this once."""
    now = now_ms()
    with opened(config) as engine, writing(engine) as connection:
        if targets.get(connection, options.target) is None:
            msg = f"there is no target {options.target!r}; add it first"
            raise RefusedError(msg)
        token = pushes.issue(connection, options.target, now, "cli")
        audit.write(connection, now, "cli", audit.Action.PUSH_ISSUED, subject=options.target)
    sys.stdout.write(f"/push/{token}\n")
    return 0


def revoke(config: HubConfig, options: argparse.Namespace) -> int:
    """End the addresses of a target."""
    now = now_ms()
    with opened(config) as engine, writing(engine) as connection:
        if not pushes.revoke(connection, options.target, now):
            msg = f"{options.target!r} has no address that it may call"
            raise RefusedError(msg)
        audit.write(connection, now, "cli", audit.Action.PUSH_REVOKED, subject=options.target)
    return 0
