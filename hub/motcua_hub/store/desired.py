"""What sites should run: every version ever made, and each site's word on it."""

from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from motcua_contract.desired import BODY_MAX, Frame, read_frame, sha256_of, write_frame
from motcua_contract.messages import ConfigReported
from motcua_hub.store import schema
from motcua_hub.store.upsert import put

table: Final = schema.desired_config
word: Final = schema.desired_report


class TooBigError(ValueError):
    """A configuration that fits in no message."""


class Desired(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a site's configuration; `made_at` is UTC ms."""

    site: str
    version: int
    sha256: str
    body: str
    made_at: int
    made_by: str = ""


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """A site's last word: on which version, what became of it, and which one is in force there."""

    site: str
    version: int
    state: str
    error: str
    running: int
    at: int


_COLUMNS: Final = tuple(table.c[name] for name in Desired.__struct_fields__)


def newest(connection: Connection, site: str) -> Desired | None:
    """What a site should run; None when nothing was ever said."""
    query = select(*_COLUMNS).where(table.c.site == site).order_by(table.c.version.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else Desired(**row)


def versions(connection: Connection) -> dict[str, int]:
    """The version that each site should run."""
    query = select(table.c.site, func.max(table.c.version).label("version"))
    return {row.site: row.version for row in connection.execute(query.group_by(table.c.site))}


def reported(connection: Connection, site: str) -> Reported | None:
    """A site's word; None when it never said one."""
    row = connection.execute(select(word).where(word.c.site == site)).mappings().one_or_none()
    return None if row is None else Reported(**row)


def both(connection: Connection, site: str) -> tuple[Desired, Reported | None] | None:
    """What a site should run beside its word, in one statement; None when nothing was wanted."""
    told = [word.c[name].label(f"told_{name}") for name in Reported.__struct_fields__]
    query = (
        select(*_COLUMNS, *told)
        .select_from(table.outerjoin(word, word.c.site == table.c.site))
        .where(table.c.site == site)
        .order_by(table.c.version.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    wanted = Desired(**{name: row[name] for name in Desired.__struct_fields__})
    if row["told_site"] is None:
        return wanted, None
    return wanted, Reported(**{n: row[f"told_{n}"] for n in Reported.__struct_fields__})


def keep_report(connection: Connection, site: str, told: ConfigReported, at: int) -> None:
    """Keep a site's word."""
    row = {
        "site": site,
        "version": told.version,
        "state": told.state[:32],
        "error": told.error[:4000],
        "running": told.running,
        "at": at,
    }
    put(connection, word, [row])


def want(
    connection: Connection, site: str, sections: Mapping[str, bytes], now: int, by: str
) -> Desired:
    """Set sections (JSON by name) of what a site should run; the others stay.

    A new version is made only when something differs.

    Raises:
        TooBigError: It would fit in no message.
    """
    held = newest(connection, site)
    frame = Frame(site=site) if held is None else read_frame(held.body)
    whole = frame.sections | {name: msgspec.Raw(text) for name, text in sections.items()}
    body = write_frame(msgspec.structs.replace(frame, sections=whole))
    if held is not None and held.body == body:
        return held
    if len(body.encode()) > BODY_MAX:
        msg = f"{site}: a configuration of {len(body.encode())} bytes; {BODY_MAX} fit in a message"
        raise TooBigError(msg)
    return _make(connection, site, body, now, by)


def again(connection: Connection, site: str, now: int) -> Desired | None:
    """The same once more under a version that is above what the site runs.

    A hub that was restored from a backup knows fewer versions than its sites.
    """
    held = newest(connection, site)
    return None if held is None else _make(connection, site, held.body, now, held.made_by)


def outrun(connection: Connection) -> list[str]:
    """Sites that run, or hold against us, a version that is not below the newest one here."""
    newest_of = (
        select(table.c.site, func.max(table.c.version).label("version"))
        .group_by(table.c.site)
        .subquery()
    )
    query = (
        select(word.c.site)
        .join(newest_of, newest_of.c.site == word.c.site)
        .where(
            (word.c.running > newest_of.c.version)
            | ((word.c.state == "older") & (word.c.version == newest_of.c.version))
        )
    )
    return list(connection.scalars(query))


def _make(connection: Connection, site: str, body: str, now: int, by: str) -> Desired:
    held, told = newest(connection, site), reported(connection, site)
    known = (held.version if held else 0, told.running if told else 0, told.version if told else 0)
    made = Desired(
        site=site,
        version=max(known) + 1,
        sha256=sha256_of(body),
        body=body,
        made_at=now,
        made_by=by[:64],
    )
    connection.execute(table.insert().values(**msgspec.structs.asdict(made)))
    return made
