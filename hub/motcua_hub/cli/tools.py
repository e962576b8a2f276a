"""Tools of the operator: export, verify, rebuild, backup, restore, incidents."""

import argparse
import sys
from datetime import UTC, datetime
from typing import Final

from motcua_hub.care import backup as backups
from motcua_hub.care import restore as restores
from motcua_hub.care.rows import export_lines, sites_of
from motcua_hub.care.verify import verify as problems_of
from motcua_hub.cli.database import opened
from motcua_hub.cli.people import RefusedError
from motcua_hub.cli.programs import claim
from motcua_hub.config import HubConfig
from motcua_hub.desk import acts
from motcua_hub.domain.incident.lifecycle import Act, IncidentRefusal
from motcua_hub.ingest.again import Again
from motcua_hub.ingest.messages import now_ms
from motcua_hub.projections import rebuild_site
from motcua_hub.store import incidents
from motcua_hub.store.engine import reading, writing


def export(config: HubConfig, options: argparse.Namespace) -> int:
    """Every event of a site, one JSON object a line."""
    with opened(config) as engine, reading(engine) as connection:
        for line in export_lines(connection, options.site):
            sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
    return 0


def verify(config: HubConfig, _options: argparse.Namespace) -> int:
    """0 when the replica is whole; otherwise every problem on a line, and 1."""
    found = 0
    with opened(config) as engine, reading(engine) as connection:
        for problem in problems_of(connection):
            found += 1
            sys.stdout.write(f"{problem}\n")
    sys.stdout.write("replica: whole\n" if not found else f"{found} problems\n")
    return 1 if found else 0


def rebuild(config: HubConfig, options: argparse.Namespace) -> int:
    """Compute projections again; one transaction a site."""
    with opened(config) as engine:
        with reading(engine) as connection:
            sites = [options.site] if options.site else sites_of(connection)
        for site in sites:
            with writing(engine) as connection:
                rebuild_site(connection, site, now_ms())
            sys.stdout.write(f"{site}: computed again\n")
    return 0


def reexamine(config: HubConfig, _options: argparse.Namespace) -> int:
    """Look again at facts that were not understood; the hub may be running."""
    with claim(config), opened(config) as engine:
        understood = Again(engine).all(now_ms())
    sys.stdout.write(f"{understood} facts understood\n")
    return 0


def backup(config: HubConfig, options: argparse.Namespace) -> int:
    """Make a verified backup; the hub may be running."""
    with opened(config) as engine:
        made = backups.make_backup(engine, options.to, now_ms())
    sys.stdout.write(
        f"{options.to / made.file}: generation {made.generation}, {made.events} events, verified\n"
    )
    return 0


def restore(config: HubConfig, options: argparse.Namespace) -> int:
    """Make a backup the database; the hub must be stopped."""
    with claim(config, alone=True):
        made = restores.restore(config.url, options.source, now_ms())
    sys.stdout.write(f"restored generation {made.generation}, {made.events} events\n")
    return 0


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")


def list_incidents(config: HubConfig, options: argparse.Namespace) -> int:
    """One incident a line."""
    status = None if options.all else "open"
    with opened(config) as engine, reading(engine) as connection:
        for each in incidents.list_incidents(connection, status=status, site=options.site):
            sys.stdout.write(
                f"{each.id}\t{each.status}\t{_moment(each.opened_at)}\t{each.site}\t{each.kind}"
                f"\t{each.count}\t{each.detail}\n"
            )
    return 0


def close_incident(config: HubConfig, options: argparse.Namespace) -> int:
    """Close an open incident."""
    act = Act("cli", now_ms())
    with opened(config) as engine, writing(engine) as connection:
        try:
            acts.close(connection, options.id, act, options.reason)
        except acts.UnknownIncidentError as error:
            msg = f"there is no open incident {options.id}"
            raise RefusedError(msg) from error
        except IncidentRefusal as refusal:
            msg = f"incident {options.id} stays: {_WHY.get(refusal.code, refusal.code)}"
            raise RefusedError(msg) from refusal
    return 0


_WHY: Final = {
    "incident.refused.closed": "it is closed already",
    "incident.refused.down": "what it is about is still down",
    "incident.refused.notice": "its notice was neither sent nor excused",
    "incident.refused.not_fixed": "nobody said what was done; give --reason",
}
