"""The announcer's health: one component, as bad as its worst zone."""

import logging

import msgspec

from motcua_contract.sentences import joined, say
from motcua_contract.vocabulary import HealthState
from motcua_edge.services.announcing.ports import HealthReporter, Uttered

COMPONENT = "announcer"
_LOG = logging.getLogger(__name__)
_ORDER = (HealthState.OK, HealthState.PROBLEM, HealthState.CRITICAL)


class _ZoneHealth(msgspec.Struct, frozen=True):
    state: HealthState = HealthState.OK
    code: str = ""
    detail: str = ""


class AnnouncerHealth:
    """Reports changes only; a failure and its recovery are each logged once."""

    def __init__(self, reporter: HealthReporter) -> None:
        self._reporter = reporter
        self._zones: dict[str, _ZoneHealth] = {}
        self._muted: dict[str, str] = {}
        self._told: _ZoneHealth | None = None

    async def heard(self, zone: str, uttered: Uttered) -> None:
        """Judge a zone by its newest utterance."""
        fault = uttered.fault
        if fault is None:
            self._zones[zone] = _ZoneHealth()
        else:
            # a failed repetition still leaves a zone that cannot be relied on
            broken = not uttered.spoken or fault.code != "clip_missing"
            state = HealthState.CRITICAL if broken else HealthState.PROBLEM
            self._zones[zone] = _ZoneHealth(state, fault.code, _of(zone, fault.detail))
        await self._tell_worst()

    async def judged(self, zone: str, *, heard: bool, detail: str) -> None:
        """A microphone or a person says whether a zone is heard: no player can know that."""
        if heard:
            self._muted.pop(zone, None)
        else:
            self._muted[zone] = _of(zone, detail)
        self._zones.setdefault(zone, _ZoneHealth())
        await self._tell_worst()

    async def _tell_worst(self) -> None:
        muted = [_ZoneHealth(HealthState.CRITICAL, "muted", why) for why in self._muted.values()]
        everything = [*self._zones.values(), *muted]
        await self._tell(max(everything, key=lambda z: _ORDER.index(z.state)))

    async def switched_off(self) -> None:
        """There is no sound in this office, by its own configuration."""
        await self._tell(_ZoneHealth(HealthState.DEACTIVATED))

    async def _tell(self, health: _ZoneHealth) -> None:
        before, self._told = self._told, health
        if before == health:
            return
        if health.code and (before is None or before.code != health.code):
            _LOG.warning("announcer %s: %s", health.code, health.detail)
        elif before is not None and before.code and not health.code:
            _LOG.info("announcer recovered from %s", before.code)
        await self._reporter.report(COMPONENT, health.state, health.code, health.detail)


def _of(zone: str, detail: str) -> str:
    return joined(say("zone", zone=zone), detail)
