"""What is due: computed from the registry, the intervals and what was done. Nothing is stored."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, select

from motcua_hub.domain.localtime import day_of, read_day
from motcua_hub.domain.upkeep.duties import Basis, Duty, bases
from motcua_hub.domain.upkeep.findings import Result
from motcua_hub.domain.upkeep.rules import Due, Life, count, next_due, schedule
from motcua_hub.store import assets, schema, servicing
from motcua_hub.store.assets import Asset
from motcua_hub.store.servicing import Done


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One duty of one device. `due` is None when nothing is asked for any more.

    `late_days` is above 0 when it is overdue; `failed`: its last check did.
    `done` of `asked` times in the calendar year of today.
    """

    asset: Asset
    site_name: str
    unit: str
    basis: Basis
    due: date | None
    late_days: int
    failed: bool
    done: int
    asked: int
    last: Done | None

    @property
    def duty(self) -> Duty:
        """What must be done."""
        return self.basis.duty


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides what is due."""

    assets: Sequence[Asset]
    lives: Mapping[int, servicing.Life]
    intervals: Mapping[tuple[str, str], int | None]
    done: Mapping[tuple[int, str], Sequence[Done]]
    names: Mapping[str, str]


def known(connection: Connection, only: Asset | None = None) -> Known:
    """Read it, for all devices or for one."""
    s = schema.site.c
    names = {row[0]: row[1] or row[0] for row in connection.execute(select(s.id, s.name))}
    found = servicing.intervals(connection)
    return Known(
        assets=[only] if only else assets.everything(connection),
        lives=servicing.lives(connection),
        intervals={(one.kind, one.model): one.days for one in found},
        done=servicing.days_of(servicing.done(connection, only.id if only else None)),
        names=names,
    )


def life_of(asset: Asset, said: servicing.Life) -> Life:
    """From which day on a device's use is on record, until when.

    What was due before it was registered nobody can tell, and nobody is blamed for it.
    """
    since = max(day_of(asset.added_at), read_day(said.handed_over_on) or date.min)
    until = None if asset.retired_at is None else day_of(asset.retired_at)
    return Life(since=since, until=until, spread=asset.id * 7, spare=said.spare)


def bases_of(facts: Known, asset: Asset) -> tuple[Basis, ...]:
    """A device's duties: its own interval, that of its model, or the rule."""
    own = facts.lives.get(asset.id, servicing.Life(asset=asset.id)).interval_days
    days = own or facts.intervals.get((asset.kind, asset.model))
    return bases(asset.kind, days)


def _passed(rows: Iterable[Done]) -> list[date]:
    return [row.day for row in rows if row.result == Result.PASS]


def year_of(facts: Known, asset: Asset, basis: Basis, year: int) -> list[Due]:
    """What a year asks for of a device, and how it was answered."""
    said = facts.lives.get(asset.id, servicing.Life(asset=asset.id))
    rows = facts.done.get((asset.id, basis.duty.value), ())
    return schedule(basis.rule, life_of(asset, said), _passed(rows), year)


def count_of(facts: Known, asset: Asset, basis: Basis, year: int) -> tuple[int, int]:
    """How often a duty was done in a year, and how often it was asked for."""
    said = facts.lives.get(asset.id, servicing.Life(asset=asset.id))
    rows = facts.done.get((asset.id, basis.duty.value), ())
    return count(basis.rule, life_of(asset, said), _passed(rows), year)


def _task(facts: Known, asset: Asset, basis: Basis, today: date) -> Task:
    said = facts.lives.get(asset.id, servicing.Life(asset=asset.id))
    rows = facts.done.get((asset.id, basis.duty.value), ())
    due = next_due(basis.rule, life_of(asset, said), _passed(rows), today)
    times, asked = count_of(facts, asset, basis, today.year)
    last = rows[-1] if rows else None
    return Task(
        asset=asset,
        site_name=facts.names.get(asset.site, asset.site),
        unit=said.unit,
        basis=basis,
        due=due,
        late_days=max(0, (today - due).days) if due else 0,
        failed=last is not None and last.result == Result.FAIL and asset.retired_at is None,
        done=times,
        asked=asked,
        last=last,
    )


def of(facts: Known, today: date) -> list[Task]:
    """Every duty of every device in use, the most overdue first."""
    found = [
        _task(facts, asset, basis, today)
        for asset in facts.assets
        if asset.retired_at is None
        for basis in bases_of(facts, asset)
    ]
    return sorted(found, key=_urgency)


def _urgency(task: Task) -> tuple[bool, date, str, str, int]:
    return (not task.failed, task.due or date.max, task.site_name, task.asset.name, task.asset.id)


def listing(connection: Connection, today: date) -> list[Task]:
    """Every duty of every device in use, failed ones first, then the most overdue."""
    return of(known(connection), today)


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an office is with its calibrations of a year."""

    site: str
    name: str
    devices: int
    done: int
    asked: int
    complete: int
    """Devices that have all they were asked for."""
    overdue: int
    failed: int


def progress(tasks: Iterable[Task]) -> list[Progress]:
    """Offices by name; calibrations only, tests of every month are beside the rule."""
    by_site: dict[str, list[Task]] = {}
    for task in tasks:
        if task.duty is Duty.CALIBRATION:
            by_site.setdefault(task.asset.site, []).append(task)
    found = [
        Progress(
            site=site,
            name=of_site[0].site_name,
            devices=len(of_site),
            done=sum(task.done for task in of_site),
            asked=sum(task.asked for task in of_site),
            complete=sum(1 for task in of_site if task.done >= task.asked),
            overdue=sum(1 for task in of_site if task.late_days > 0),
            failed=sum(1 for task in of_site if task.failed),
        )
        for site, of_site in by_site.items()
    ]
    return sorted(found, key=lambda row: (row.name.casefold(), row.site))


class Lacking(msgspec.Struct, frozen=True, kw_only=True):
    """A device that a closed year left with fewer calibrations than it was asked for."""

    asset: Asset
    site_name: str
    done: int
    asked: int


def lacking(facts: Known, year: int) -> list[Lacking]:
    """The flags of a year's end: retired devices too, for what fell due before."""
    found = []
    for asset in facts.assets:
        basis = bases_of(facts, asset)[0]
        done, asked = count_of(facts, asset, basis, year)
        if done < asked:
            name = facts.names.get(asset.site, asset.site)
            found.append(Lacking(asset=asset, site_name=name, done=done, asked=asked))
    return sorted(found, key=lambda row: (row.site_name.casefold(), row.asset.name, row.asset.id))
