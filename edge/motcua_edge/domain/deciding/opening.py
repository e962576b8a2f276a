"""The business day: may a number be given out, and under which date.

The day only rises. A trusted clock raises it by itself when a number is asked for; an unsynced
clock never does, and after a reboot it may not even go on with the old day unasked.
"""

from datetime import date

from motcua_contract.facts import Fact
from motcua_contract.facts.office import DayOpened
from motcua_edge.domain import calendar
from motcua_edge.domain.deciding import closing
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.model import Office
from motcua_edge.domain.refusals import Refusal, RefusalCode


def clock_day(situation: Situation) -> str:
    """The business day that the wall clock shows."""
    return calendar.business_day(situation.site.calendar, situation.now.wall).isoformat()


def vouched(situation: Situation) -> bool:
    """Whether the unsynced clock still goes on from a moment when the day was known.

    The same boot, and no midnight by that clock since: the clock's own date may be wrong.
    """
    office = situation.state.office
    if not office.day or office.day_boot != situation.now.boot:
        return False
    then = calendar.business_day(situation.site.calendar, office.day_at)
    return then.isoformat() >= clock_day(situation)


def facts_before_issue(situation: Situation) -> Facts:
    """Facts that open the day for a number: none when it is open.

    Raises:
        Refusal: DAY_UNCONFIRMED, until a person confirms the date or the clock is trusted.
    """
    office = situation.state.office
    if situation.now.clock.trusted:
        today = clock_day(situation)
        # a trusted clock that shows an earlier date than the state never takes the day back
        return opened(situation, today) if today > office.day else []
    if vouched(situation):
        return []
    raise _unconfirmed(situation, office)


def _unconfirmed(situation: Situation, office: Office) -> Refusal:
    shown = clock_day(situation)
    return Refusal(
        RefusalCode.DAY_UNCONFIRMED,
        "day",
        f"the clock is {situation.now.clock} and shows {shown}, the last business day is "
        f"{office.day or 'none'}; confirm the date on the counter page or connect the network",
        {"ngay": calendar_text(shown), "ngay_truoc": calendar_text(office.day)},
    )


def calendar_text(day: str) -> str:
    """`2026-11-23` as `23/11/2026`; empty stays empty."""
    return "/".join(reversed(day.split("-"))) if day else ""


def opened(situation: Situation, day: str, confirmed_by: str = "") -> Facts:
    """End what is left of the day before, then open `day`."""
    fact: Fact = DayOpened(day=day, clock=situation.now.clock, confirmed_by=confirmed_by)
    if not situation.state.office.day or day == situation.state.office.day:
        return [fact]
    return [*closing.leftovers(situation), fact]


def as_date(day: str) -> date | None:
    """An ISO day as a date, None when it is not one."""
    try:
        parsed = date.fromisoformat(day)
    except ValueError:
        return None
    return parsed if parsed.isoformat() == day else None
