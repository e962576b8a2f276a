"""What the pages of calibration and servicing show, and the API tells."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from motcua_hub.domain.localtime import start_of
from motcua_hub.domain.upkeep.duties import Duty
from motcua_hub.domain.upkeep.rules import Due
from motcua_hub.store import assets, policies, schema, servicing
from motcua_hub.store.assets import Asset
from motcua_hub.store.servicing import Life, Record
from motcua_hub.upkeep import tasks
from motcua_hub.upkeep.tasks import Lacking, Progress, Task

YEAR_END: Final = 11
"""From this month on the page asks what the year still lacks."""


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """What is due today. `lacking` is of the year before, `drills` by office."""

    failed: list[Task]
    overdue: list[Task]
    soon: list[Task]
    progress: list[Progress]
    lacking: list[Lacking]
    drills: dict[str, int]
    asked: int
    done: int
    year: int
    soon_days: int


def drills(connection: Connection, year: int) -> dict[str, int]:
    """How many rehearsed faults each office saw in a year."""
    s = schema.health_span.c
    begin, end = start_of(date(year, 1, 1)), start_of(date(year + 1, 1, 1))
    query = (
        select(s.site, func.count())
        .where(s.drill.is_(True), s.since >= begin, s.since < end)
        .group_by(s.site)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def board(connection: Connection, today: date, site: str = "") -> Board:
    """Failed, overdue, due soon, and how far offices are; of one office when it is given."""
    facts = tasks.known(connection)
    mine = [one for one in facts.assets if not site or one.site == site]
    facts = msgspec.structs.replace(facts, assets=mine)
    found = tasks.of(facts, today)
    soon_days = policies.on(connection, today).policy.soon_days
    until = today + timedelta(days=soon_days)
    rows = tasks.progress(found)
    return Board(
        failed=[one for one in found if one.failed],
        overdue=[one for one in found if one.late_days > 0 and not one.failed],
        soon=[
            one
            for one in found
            if one.due is not None and not one.failed and today <= one.due <= until
        ],
        progress=rows,
        lacking=tasks.lacking(facts, today.year - 1),
        drills=drills(connection, today.year),
        asked=sum(row.asked for row in rows),
        done=sum(row.done for row in rows),
        year=today.year,
        soon_days=soon_days,
    )


class DeviceView(msgspec.Struct, frozen=True, kw_only=True):
    """One device with its duties, what a year asked for, and everything that was done."""

    asset: Asset
    site_name: str
    life: Life
    tasks: list[Task]
    years: list[tuple[int, list[Due]]]
    records: list[Record]
    incidents: dict[int, str]


def find_asset(connection: Connection, asset: int) -> Asset | None:
    """A device by its number alone, retired or not."""
    row = schema.asset.c
    site = connection.scalar(select(row.site).where(row.id == asset))
    return None if site is None else assets.find(connection, site, asset)


def device(connection: Connection, asset: Asset, today: date) -> DeviceView:
    """Everything of one device."""
    facts = tasks.known(connection, asset)
    basis = tasks.bases_of(facts, asset)[0]
    records = servicing.of_asset(connection, asset.id)
    wanted = [one.incident for one in records if one.incident is not None]
    i = schema.incident.c
    states = {
        row[0]: row[1] for row in connection.execute(select(i.id, i.status).where(i.id.in_(wanted)))
    }
    return DeviceView(
        asset=asset,
        site_name=facts.names.get(asset.site, asset.site),
        life=servicing.life(connection, asset.id),
        tasks=tasks.of(facts, today),
        years=[
            (year, tasks.year_of(facts, asset, basis, year))
            for year in (today.year - 1, today.year)
        ],
        records=records,
        incidents=states,
    )


def duty_of(shown: Sequence[Task], name: str) -> Duty:
    """The duty that an address names; the first of the device when it names none."""
    known = {one.duty.value: one.duty for one in shown}
    return known.get(name, Duty.CALIBRATION)
