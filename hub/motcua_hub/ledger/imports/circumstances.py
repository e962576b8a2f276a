"""What a site's journal knows around a time: what attribution (R15) needs of it.

    of_site(connection, site, window) -> SiteStory

Everything is placed in UTC by the boot's meeting with the hub; a boot that nobody can place is not
here. Ids name the row of the journal that something rests on.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from motcua_contract.vocabulary import PowerMode, StopCause
from motcua_hub.domain.availability.intervals import Interval, normal
from motcua_hub.domain.availability.ticked import LATE
from motcua_hub.domain.incident.circumstances import (
    AppEvent,
    AppKind,
    Boot,
    Reach,
    Stop,
    UpsSpan,
)
from motcua_hub.ledger.imports import boots, spans
from motcua_hub.ledger.imports.boots import BootRow
from motcua_hub.ledger.imports.spans import SpanRow
from motcua_hub.store import schema

UPGRADE: Final = "upgrade"
_NUT: Final = {
    PowerMode.MAINS.value: "OL",
    PowerMode.CHARGING.value: "OL CHRG",
    PowerMode.BATTERY.value: "OB DISCHRG",
    PowerMode.SHEDDING.value: "OB DISCHRG",
    PowerMode.CRITICAL.value: "OB DISCHRG LB",
}
run: Final = schema.site_run


class SiteStory(msgspec.Struct, frozen=True, kw_only=True):
    """A site's journal around a time.

    Attributes:
        boots: Placed ones that touch it, oldest first.
        app: What happened to the program.
        reach: What it saw of gateway and hub.
        ups: What it ran on.
        failed: Components whose driver had failed, with when: (begin, end, names).
        journal_until: How far the journal is in without a hole since before the time's beginning;
            None when that beginning itself is not covered.
    """

    boots: tuple[Boot, ...] = ()
    app: tuple[AppEvent, ...] = ()
    reach: tuple[Reach, ...] = ()
    ups: tuple[UpsSpan, ...] = ()
    failed: tuple[tuple[int, int, tuple[str, ...]], ...] = ()
    journal_until: int | None = None


class _Known(msgspec.Struct, frozen=True):
    """One placed boot with its ticks and programs."""

    row: BootRow
    begun: int
    rows: tuple[SpanRow, ...]
    runs: tuple["_Run", ...]

    @property
    def last(self) -> int:
        return self.begun + self.rows[-1].until


class _Run(msgspec.Struct, frozen=True, kw_only=True):
    jid: str
    started_mono: int
    version: str
    unclean: bool
    stopped_mono: int | None
    cause: str


def of_site(connection: Connection, site: str, window: Interval) -> SiteStory:
    """What the journal of `site` knows of `window` (UTC ms)."""
    known = _boots(connection, site, window)
    near = [each for each in known if each.begun < window[1] and window[0] <= each.last + LATE]
    return SiteStory(
        boots=tuple(_boot(site, each, known) for each in near),
        app=tuple(event for each in near for event in _app(site, each, window)),
        reach=tuple(
            Reach(begin, end, row.gateway, row.hub, _name(site, row))
            for begin, end, row in _pieces(near, window)
        ),
        ups=tuple(
            UpsSpan(begin, end, _NUT[row.ups], _name(site, row))
            for begin, end, row in _pieces(near, window)
            if row.ups in _NUT
        ),
        failed=tuple(
            (begin, end, tuple(row.failed.split()))
            for begin, end, row in _pieces(near, window)
            if row.failed
        ),
        journal_until=_until(known, window[0]),
    )


def _boots(connection: Connection, site: str, window: Interval) -> list[_Known]:
    """Placed boots that ticked, by when they began: from the last before the window to one after.

    Of each the ticks from just before the window on.
    """
    begun = schema.site_boot.c.begun_at
    mine = (schema.site_boot.c.site == site, begun.is_not(None))
    first = connection.scalar(select(func.max(begun)).where(*mine, begun <= window[0])) or 0
    last = connection.scalar(select(func.min(begun)).where(*mine, begun > window[1])) or window[1]
    query = select(schema.site_boot.c.boot).where(*mine, begun.between(first, last))
    found = []
    for name in connection.scalars(query).all():
        row = boots.load(connection, site, name)
        if row is None or row.begun_at is None:
            continue
        rows = tuple(spans.from_time(connection, site, name, window[0] - row.begun_at - LATE))
        if rows:
            runs = tuple(_runs(connection, site, name))
            found.append(_Known(row, row.begun_at, rows, runs))
    return sorted(found, key=lambda each: each.begun)


def _runs(connection: Connection, site: str, boot: str) -> Sequence[_Run]:
    columns = [run.c[name] for name in _Run.__struct_fields__]
    query = select(*columns).where(run.c.site == site, run.c.boot == boot)
    rows = connection.execute(query.order_by(run.c.started_mono)).mappings()
    return [_Run(**row) for row in rows]


def _name(site: str, row: SpanRow) -> str:
    return f"{site}/{row.boot}/{row.first}"


def _boot(site: str, each: _Known, known: Sequence[_Known]) -> Boot:
    last = each.rows[-1]
    ticked = [(each.begun + row.since, each.begun + row.until) for row in each.rows]
    ticked += [
        (each.begun + a.until, each.begun + b.since)
        for a, b in pairwise(each.rows)
        if b.first == a.last + 1 and b.since - a.until <= LATE
    ]
    return Boot(
        boot_id=each.row.boot,
        begin=each.begun,
        last=each.begun + last.until,
        ticked=normal(ticked),
        id=f"{site}/{each.row.boot}",
        doubt=each.row.doubt,
        stop=_stop(site, each, known),
    )


def _stop(site: str, each: _Known, known: Sequence[_Known]) -> Stop | None:
    """The mark with which a boot ended. A restart into another version is an upgrade."""
    mono = each.row.clean_mono
    if mono is None or mono < each.rows[-1].until:
        return None
    reason = each.row.clean
    following = next((other for other in known if other.row.before == each.row.boot), None)
    changed = (
        following is not None
        and bool(each.runs and following.runs)
        and each.runs[-1].version != following.runs[0].version
    )
    if reason == StopCause.REBOOT and changed:
        reason = UPGRADE
    return Stop(each.begun + mono, reason, f"{site}/{each.row.boot}/stop")


def _app(site: str, each: _Known, window: Interval) -> list[AppEvent]:
    found: list[AppEvent] = []
    for before, this in pairwise([None, *each.runs]):
        if this is None:
            continue
        name = f"{site}/{this.jid}"
        if before is not None and this.unclean:
            died = _last_of(each, before.jid, before.started_mono)
            found.append(AppEvent(each.begun + died, AppKind.FAILED, name))
        found.append(AppEvent(each.begun + this.started_mono, AppKind.START, name))
        if this.stopped_mono is not None:
            found.append(AppEvent(each.begun + this.stopped_mono, AppKind.STOP, name))
    return [event for event in found if window[0] <= event.at < window[1]]


def _last_of(each: _Known, jid: str, started: int) -> int:
    """The last tick of a program, or its start when it never ticked."""
    return max((row.until for row in each.rows if row.run == jid), default=started)


def _pieces(near: Sequence[_Known], window: Interval) -> list[tuple[int, int, SpanRow]]:
    """Each row of ticks inside the window; its word holds until the next tick if that is no gap."""
    found: list[tuple[int, int, SpanRow]] = []
    for each in near:
        for row, after in pairwise([*each.rows, None]):
            if row is None:
                continue
            follows = after is not None and after.first == row.last + 1
            near_by = after is not None and after.since - row.until <= LATE
            until = after.since if after is not None and follows and near_by else row.until
            begin, end = max(window[0], each.begun + row.since), min(window[1], each.begun + until)
            if begin < end or (begin == end and row.since == row.until):
                found.append((begin, max(end, begin + 1), row))
    return found


def _until(known: Sequence[_Known], begin: int) -> int | None:
    """How far the journal is in: through all boots that follow each other and lack no tick."""
    here = [each for each in known if each.begun <= begin <= each.last + LATE]
    each = here[-1] if here else _after(known, begin)
    until: int | None = None
    while each is not None:
        for a, b in pairwise(each.rows):
            if b.first > a.last + 1 and each.begun + b.since > begin:
                return max(until or 0, each.begun + a.until)
        until = each.last
        each = next(
            (o for o in known if o.row.before == each.row.boot and o.row.joined),
            None,
        )
    return until


def _after(known: Sequence[_Known], begin: int) -> _Known | None:
    """The first boot after `begin`, if the time since the boot before it is known to be down."""
    later = next((each for each in known if each.begun > begin), None)
    if later is None or not later.row.joined:
        return None
    before = next((each for each in known if each.row.boot == later.row.before), None)
    return later if before is not None and before.last <= begin else None
