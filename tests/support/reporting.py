"""Findings and documents for tests: targets with a given life, as a report sees them."""

from collections.abc import Sequence

from motcua_contract.siteconfig import Calendar
from motcua_hub.domain.availability.evidence import Evidence
from motcua_hub.domain.availability.hours import of_calendar, service_time
from motcua_hub.domain.availability.layers import Layers
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.availability.reports import Subject
from motcua_hub.domain.calendar.expected import known_year
from motcua_hub.domain.calendar.years import hours
from motcua_hub.domain.reporting.finding import Attributed, Bases, Facts, Finding, Made, find
from motcua_hub.domain.reporting.periods import Period, PeriodKind

MONTH = Period(PeriodKind.MONTH, 2026, 10)
OFFICE = hours([known_year(2026)], Calendar().shifts)
ALWAYS = of_calendar(Calendar(always_open=True))


def found(
    evidence: Sequence[Evidence],
    *,
    name: str = "may-chu-1",
    period: Period = MONTH,
    as_of: int | None = None,
    policy: Policy | None = None,
    layers: Layers | None = None,
    journals: bool = True,
    attributed: Sequence[Attributed] = (),
    before: Made | None = None,
    **facts: object,
) -> Finding:
    """What a report finds of one target with this evidence."""
    begin, end = period.interval
    mine = layers or Layers()
    working = Layers(hours=OFFICE, windows=mine.windows, exclusions=mine.exclusions, life=mine.life)
    said: dict[str, object] = {"id": name, "name": name, "kind": "server", **facts}
    return find(
        Subject(
            target=name,
            evidence=tuple(evidence),
            policy=policy or Policy(),
            layers=mine,
            journals=((begin, end),) if journals else (),
        ),
        Bases(working, service_time(OFFICE, period.interval)),
        period.interval,
        end + 1 if as_of is None else as_of,
        facts=Facts(**said),  # type: ignore[arg-type]
        attributed=attributed,
        before=before,
    )
