"""Self-tests of the battery: when one is due, and what came of it. Times are UTC ms and mono ms."""

from typing import Final

import msgspec

from motcua_contract.siteconfig import Calendar
from motcua_contract.vocabulary import PowerMode, SelfTest
from motcua_edge.domain import calendar
from motcua_edge.domain.localtime import MINUTE, local
from motcua_edge.domain.model import Instant, Power
from motcua_edge.domain.power.machine import Machine
from motcua_edge.domain.power.readings import UpsReading

COMMAND: Final = "test.battery.start.quick"
DAY: Final = 24 * 60 * MINUTE
OVERDUE_MS: Final = 40 * DAY
_NIGHT: Final = range(2, 4)
"""Local hours for tests of offices that never close."""
_CLEAR_MS: Final = 60 * MINUTE
"""Nobody may be working for so long after a test begins."""
_FULL: Final = 90.0
_SETTLED_MS: Final = 60_000
"""A UPS that never says "in progress" has said its last word by then."""
PATIENCE_MS: Final = 180_000
HELD_MS: Final = 60_000
"""A real outage of this length that the battery bore is as good as a test."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A self-test that was started; `began` in mono ms. `before`: the UPS's word until then."""

    cause: str
    began: int
    before: str = ""
    ran: bool = False


def overdue(power: Power, wall: int) -> bool:
    """Whether the battery has gone untested for too long, counted from when it was first seen."""
    known = max(power.tested_at, power.first_at)
    return known > 0 and wall - known > OVERDUE_MS


def refusal(machine: Machine) -> str:
    """Why a self-test cannot begin now, in English; empty when it can."""
    look = machine.last
    if look is None or machine.mode is not PowerMode.MAINS:
        return f"the power is {machine.mode}; test when it is mains"
    if machine.test_since is not None:
        return "a test is under way already; wait for its result"
    if look.unprotected:
        return "the UPS is in bypass or off; put it back into service first"
    if look.charge is not None and look.charge < _FULL:
        return f"charge {look.charge:g} % is below {_FULL:g} %; wait until the battery is full"
    return ""


def due(machine: Machine, power: Power, hours: Calendar, now: Instant, every_days: int) -> bool:
    """Whether the scheduled test begins now: its month is over, and nobody works."""
    if not every_days or not now.clock.trusted or refusal(machine):
        return False
    known = max(power.tested_at, power.first_at)
    if not known or now.wall - known < every_days * DAY:
        return False
    if hours.always_open:
        return local(now.wall).hour in _NIGHT
    clear = (now.wall, now.wall + _CLEAR_MS // 2, now.wall + _CLEAR_MS)
    return not any(calendar.is_open(hours, moment) for moment in clear)


def followed(trial: Trial, look: UpsReading) -> Trial:
    """The trial after a look."""
    running = look.test is SelfTest.RUNNING or bool(look.tokens & {"CAL", "TEST"})
    return msgspec.structs.replace(trial, ran=True) if running and not trial.ran else trial


def result(trial: Trial, look: UpsReading, mono: int) -> SelfTest | None:
    """What came of a trial; None while it goes on.

    A word that did not change counts only when the UPS has had its time: makers differ in what
    they tell while they test.
    """
    if look.testing or look.on_battery:
        return SelfTest.UNCLEAR if mono - trial.began >= PATIENCE_MS else None
    changed = look.test_text != trial.before
    if not (trial.ran or changed) and mono - trial.began < _SETTLED_MS:
        return None
    return look.test if look.test in (SelfTest.PASSED, SelfTest.FAILED) else SelfTest.UNCLEAR


def own_test(before: UpsReading | None, look: UpsReading) -> SelfTest | None:
    """The outcome of a test that the UPS ran by itself; None when it ran none since `before`."""
    if before is None or look.test_text == before.test_text or look.testing:
        return None
    return look.test if look.test in (SelfTest.PASSED, SelfTest.FAILED) else None
