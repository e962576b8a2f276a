"""What a report is made from: targets and their evidence, the desk's incidents, planned work.

All of it in one transaction, as of one moment.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, or_, select

from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.domain.calendar.planned import (
    Excluded,
    Maintenance,
    Scope,
    ScopeKind,
    as_exclusion,
    as_window,
)
from motcua_hub.domain.reporting.finding import Attributed, Bases, Facts, Finding, Made, find
from motcua_hub.domain.reporting.lists import Plan
from motcua_hub.domain.reporting.periods import Period, local_day
from motcua_hub.ledger import layers, targets
from motcua_hub.ledger.layers import Basis, LayerBook
from motcua_hub.ledger.reading import View
from motcua_hub.ledger.subjects import Subjects
from motcua_hub.ledger.targets import Target
from motcua_hub.store import calendars, schema
from motcua_hub.store import plans as planned
from motcua_hub.store.archive import Filters

_AT_ONCE: Final = 400
_ENDS: Final = 2**53


def chosen(
    connection: Connection, period: Interval, filters: Filters, as_of: int | None = None
) -> list[Target]:
    """The targets whose contract's life reaches into a period, retired ones too.

    They are called, and filtered, as they were at its end; with `as_of` as far as was known then,
    and only those that were on record.
    """
    return [
        each
        for each in targets.known(connection, as_of, at=period[1] - 1)
        if each.life_begin < period[1]
        and period[0] < (each.life_end or _ENDS)
        and _fits(each, filters)
    ]


def _fits(target: Target, filters: Filters) -> bool:
    asked = (
        (filters.kind, target.kind.value),
        (filters.site, target.site),
        (filters.unit, target.unit),
        (filters.carrier, target.carrier),
    )
    return all(wanted in ("", None, has) for wanted, has in asked)


def findings(
    connection: Connection,
    period: Period,
    as_of: int,
    filters: Filters,
    before: Mapping[str, Made],
    *,
    only: str | None = None,
) -> Iterator[Finding]:
    """Measure every target of a report, or `only` one of them.

    `before` is what the version before said of each.
    """
    span = period.interval
    everyone = chosen(connection, span, filters, as_of)
    mine = [each for each in everyone if only in (None, each.id)]
    view = View(connection, as_of, at=span[1] - 1)
    book = layers.book(connection, as_of, places=view.places)
    names = [each.id for each in mine]
    subjects = Subjects(view, span, basis=Basis.ALWAYS, book=book)
    told = attributed(connection, names, span, as_of)
    facts = _Facts(connection)
    for target, subject in zip(mine, subjects.of(names), strict=True):
        yield find(
            subject,
            _bases(book, target, span),
            span,
            as_of,
            facts=facts.of(target),
            attributed=told.get(target.id, ()),
            before=before.get(target.id),
        )


def _bases(book: LayerBook, target: Target, span: Interval) -> Bases:
    return Bases(book.of(target, Basis.OFFICE), book.service(target.site, span))


class _Facts:
    """Names of units and sites, read once."""

    def __init__(self, connection: Connection) -> None:
        unit, site = schema.unit.c, schema.site.c
        self._units = {str(r.id): r.name for r in connection.execute(select(unit.id, unit.name))}
        self._sites = {r.id: r.name for r in connection.execute(select(site.id, site.name))}

    def of(self, target: Target) -> Facts:
        site = target.site or ""
        return Facts(
            id=target.id,
            name=target.name,
            kind=target.kind.value,
            site=site,
            site_name=self._sites.get(site, "") or site,
            unit=self._units.get(target.unit, target.unit),
            carrier=target.carrier,
            by_office=layers.by_office(target, Basis.CONTRACT),
        )


def attributed(
    connection: Connection, names: list[str], span: Interval, as_of: int
) -> dict[str, list[Attributed]]:
    """The desk's incidents of these targets that touch a period."""
    table = schema.incident.c
    found: dict[str, list[Attributed]] = {}
    for start in range(0, len(names), _AT_ONCE):
        query = select(
            table.id,
            table.target,
            table.cause,
            table.onset_at,
            table.restored_at,
            table.repair_due_at,
            table.repair_missed,
        ).where(
            table.target.in_(names[start : start + _AT_ONCE]),
            table.onset_at > 0,
            table.onset_at < span[1],
            table.opened_at <= as_of,
            or_(table.restored_at.is_(None), table.restored_at > span[0]),
        )
        for row in connection.execute(query.order_by(table.onset_at, table.id)):
            late = None if row.repair_due_at is None else bool(row.repair_missed)
            one = Attributed(
                number=row.id,
                begin=row.onset_at,
                end=row.restored_at,
                cause=row.cause,
                late=late,
            )
            found.setdefault(row.target, []).append(one)
    return found


def filter_words(
    connection: Connection, filters: Filters, words: Mapping[str, str]
) -> tuple[str, ...]:
    """What a report is limited to, for people."""
    site = schema.site.c
    found = []
    if filters.unit:
        found.append(words["filter.unit"].format(ten=filters.unit))
    if filters.site:
        name = connection.scalar(select(site.name).where(site.id == filters.site))
        found.append(words["filter.site"].format(ten=name or filters.site))
    if filters.kind:
        found.append(words["filter.kind"].format(ten=words[f"kind.{filters.kind}"]))
    if filters.carrier:
        found.append(words["filter.carrier"].format(ten=filters.carrier))
    return tuple(found)


def unofficial(connection: Connection, period: Period, as_of: int) -> tuple[int, ...]:
    """Years of a period whose days off nobody has fixed officially yet."""
    begin, end = period.interval
    numbers = tuple(range(local_day(begin).year, local_day(end - 1).year + 1))
    held = calendars.years(connection, numbers, as_of)
    return tuple(number for number in numbers if not held[number].days.notice)


def plans(
    connection: Connection,
    period: Period,
    as_of: int,
    found: tuple[Finding, ...],
    words: Mapping[str, str],
) -> tuple[Plan, ...]:
    """Windows and exclusions that were in force in a period, about targets of the report."""
    begin, end = period.interval
    about = _About(connection, found, words)
    told = [
        *(
            _window(each, about)
            for each in planned.windows(connection, begin)
            if as_window(each, as_of) is not None
        ),
        *(
            _exclusion(each, about)
            for each in planned.exclusions(connection, begin)
            if as_exclusion(each, as_of) is not None
        ),
    ]
    kept = [each for each in told if each.about and each.begin < end]
    return tuple(sorted(kept, key=lambda each: (each.begin, each.key)))


class _About:
    """What plans are about, in words: empty for what is not in the report."""

    def __init__(
        self, connection: Connection, found: tuple[Finding, ...], words: Mapping[str, str]
    ) -> None:
        self._words = words
        self._targets = {each.facts.id: each.facts.name for each in found}
        self._sites = {each.facts.site: each.facts.site_name for each in found if each.facts.site}
        self._parents = {
            name: targets.parents_of(name, ruled)
            for ruled in (targets.ruled(connection),)
            for name in self._targets
        }

    def of(self, scopes: tuple[Scope, ...]) -> str:
        return ", ".join(word for word in map(self._one, scopes) if word)

    def _one(self, scope: Scope) -> str:
        match scope.kind:
            case ScopeKind.EVERYTHING:
                return self._words["scope.everything"]
            case ScopeKind.SITE:
                return self._sites.get(scope.key, "")
            case ScopeKind.TARGET:
                return self._targets.get(scope.key, "")
            case ScopeKind.BRANCH:
                below = any(scope.key in line for line in self._parents.values())
                name = self._targets.get(scope.key, scope.key if below else "")
                return self._words["scope.branch"].format(ten=name) if name else ""


def _window(plan: Maintenance, about: _About) -> Plan:
    approved = [each for each in (plan.approved_by, plan.seconded_by) if each]
    return Plan(
        key=f"window/{plan.id}",
        kind="emergency" if plan.emergency else "window",
        begin=plan.begin_at,
        end=plan.end_at if plan.cancelled_at is None else min(plan.end_at, plan.cancelled_at),
        about=about.of(plan.scopes),
        reason=plan.reason,
        paper=plan.paper,
        asked_by=plan.asked_by,
        approved_by=", ".join(approved),
        announced_at=plan.announced_at,
    )


def _exclusion(plan: Excluded, about: _About) -> Plan:
    return Plan(
        key=f"exclusion/{plan.id}",
        kind="exclusion",
        begin=plan.begin_at,
        end=plan.end_at,
        about=about.of(plan.scopes),
        reason=plan.reason,
        paper=plan.paper,
        asked_by=plan.asked_by,
        approved_by=plan.approved_by,
    )
