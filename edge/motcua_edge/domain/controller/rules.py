"""Faults of the controller from its vital numbers. A number that cannot be read is no fault."""

from typing import Final

import msgspec

from motcua_contract.sentences import say
from motcua_contract.vocabulary import ClockState, HealthState
from motcua_edge.domain.steady import Patience, Reading
from motcua_edge.domain.worst import Rule

MIB: Final = 2**20
DISK_LOW: Final = 256 * MIB
"""About a month of a busy office's events and sound."""
HOT_C: Final = 80.0
COOL_C: Final = 70.0
MEMORY_LOW: Final = 0.08
MEMORY_ENOUGH: Final = 0.12
SKEW_MS: Final = 5_000
SKEW_GOOD_MS: Final = 2_000
WORN_PERCENT: Final = 80
_MINUTE: Final = 60_000

UNDERVOLTAGE_NOW: Final = 1 << 0
CAPPED_NOW: Final = 1 << 1
THROTTLED_NOW: Final = 1 << 2
SOFT_LIMIT_NOW: Final = 1 << 3
UNDERVOLTAGE_SINCE_BOOT: Final = 1 << 16
"""Bits of the Pi firmware's `get_throttled` (Raspberry Pi documentation, vcgencmd)."""

RULES: Final = (
    Rule(code="read_only", patience=Patience(better_ms=5_000)),
    Rule(code="disk_errors", patience=Patience()),
    Rule(code="undervoltage", patience=Patience(better_ms=10 * _MINUTE)),
    Rule(code="disk_low", patience=Patience()),
    Rule(code="hot", patience=Patience(worse_ms=_MINUTE, better_ms=_MINUTE)),
    Rule(code="throttled", patience=Patience(better_ms=10 * _MINUTE)),
    Rule(code="memory_low", patience=Patience(worse_ms=_MINUTE, better_ms=_MINUTE)),
    Rule(code="clock_unset", patience=Patience(worse_ms=_MINUTE)),
    Rule(code="clock_skew", patience=Patience(worse_looks=3)),
    Rule(code="sd_worn", patience=Patience()),
)
"""In the order of importance among equally bad ones."""


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    """One look at the controller; None is "this machine cannot say".

    Attributes:
        throttled: The firmware's `get_throttled` bits.
        temperature: Degrees Celsius of the processor.
        memory: Share of the memory that is available, 0 to 1.
        disk_free: Bytes free where the state directory is.
        read_only: Whether that file system is mounted read-only.
        disk_errors: Errors that its kernel has counted since the file system was checked.
        worn: Used share of the card's life in percent, as the card says.
        clock: How far the wall clock can be trusted.
        skew_ms: Wall clock minus the hub's, as measured at the last answer to a hello.
        undervoltages: How often under-voltage began since this program started.
    """

    throttled: int | None = None
    temperature: float | None = None
    memory: float | None = None
    disk_free: int | None = None
    read_only: bool | None = None
    disk_errors: int | None = None
    worn: int | None = None
    clock: ClockState = ClockState.NONE
    skew_ms: int | None = None
    undervoltages: int = 0


def found(now: Vitals, standing: frozenset[str], errors_at_start: int | None) -> dict[str, Reading]:
    """The faults in one look, by code. `standing` are those told now: they end at other limits."""
    looks = (
        *_power(now),
        *_heat(now, standing),
        *_disk(now, errors_at_start),
        *_memory(now, standing),
        *_clock(now, standing),
    )
    return {reading.code: reading for reading in looks}


def _problem(code: str, detail: str) -> Reading:
    return Reading(HealthState.PROBLEM, code, detail)


def _critical(code: str, detail: str) -> Reading:
    return Reading(HealthState.CRITICAL, code, detail)


def _power(now: Vitals) -> list[Reading]:
    bits = now.throttled or 0
    readings = []
    if bits & UNDERVOLTAGE_NOW:
        detail = say("controller.undervoltage", times=now.undervoltages)
        readings.append(_problem("undervoltage", detail))
    if bits & (CAPPED_NOW | THROTTLED_NOW | SOFT_LIMIT_NOW):
        readings.append(_problem("throttled", say("controller.throttled", bits=bits)))
    return readings


def _heat(now: Vitals, standing: frozenset[str]) -> list[Reading]:
    limit = COOL_C if "hot" in standing else HOT_C
    if now.temperature is None or now.temperature < limit:
        return []
    return [_problem("hot", say("controller.hot", celsius=now.temperature))]


def _disk(now: Vitals, errors_at_start: int | None) -> list[Reading]:
    readings = []
    if now.read_only:
        readings.append(_critical("read_only", say("controller.read_only")))
    if now.disk_free is not None and now.disk_free < DISK_LOW:
        hint = say("controller.disk_low", mib=DISK_LOW // MIB)
        readings.append(_problem("disk_low", hint))
    fresh = (now.disk_errors or 0) - (errors_at_start or 0)
    if fresh > 0:
        readings.append(_critical("disk_errors", say("controller.disk_errors", count=fresh)))
    if now.worn is not None and now.worn >= WORN_PERCENT:
        readings.append(_problem("sd_worn", say("controller.sd_worn", percent=now.worn)))
    return readings


def _memory(now: Vitals, standing: frozenset[str]) -> list[Reading]:
    limit = MEMORY_ENOUGH if "memory_low" in standing else MEMORY_LOW
    if now.memory is None or now.memory >= limit:
        return []
    return [_problem("memory_low", say("controller.memory", percent=now.memory * 100))]


def _clock(now: Vitals, standing: frozenset[str]) -> list[Reading]:
    readings = []
    if not now.clock.trusted:
        readings.append(_problem("clock_unset", say("controller.clock", clock=now.clock.value)))
    limit = SKEW_GOOD_MS if "clock_skew" in standing else SKEW_MS
    if now.skew_ms is not None and abs(now.skew_ms) > limit:
        readings.append(_problem("clock_skew", say("controller.skew", seconds=now.skew_ms / 1000)))
    return readings
