"""The link to the hub as a component: told to staff, never to citizens, who need not care.

Whether it is up is what the uplink says. Pings to the gateway, to reference addresses and to the
hub tell where it is broken when it is down, and how good it is while it is up.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from motcua_contract.sentences import joined, say
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.network.quality import (
    Quality,
    Target,
    Where,
    lossy,
    quality,
    slow,
    where,
)
from motcua_edge.domain.steady import OK, Patience, Reading
from motcua_edge.drivers.net import Pinger, PingUnavailableError
from motcua_edge.services.devices import Component

COMPONENT: Final = "link"
WINDOW: Final = 60
"""Pings that count, for loss and round trip."""
LATELY: Final = 3
"""An answer among this many pings says that the way is open."""
_USUAL: Final = 500
"""Good windows remembered to know what is usual here."""
_WHERE: Final = {
    Where.LAN: say("link.lan"),
    Where.WAN: say("link.wan"),
    Where.HUB: say("link.hub"),
    Where.UNKNOWN: say("link.nowhere"),
}


class Pinged(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ping: `gateway` gives the present address or an empty text."""

    gateway: Callable[[], str] = lambda: ""
    references: tuple[str, ...] = ()
    hub: str = ""


class LinkWatch:
    """Reports the component `link`; run it as a task, supervised.

    Args:
        online: Whether the uplink is connected to the hub's broker now.
        component: Told the verdict.
        settle: How long (ms) up and down must last, both ways: a connection that comes back at
            once was no outage, and one that holds for a moment is none yet.
        pinger: Sends pings; None: only the uplink's word counts.
        pinged: Whom.
        traffic: Bytes received and sent by this machine since boot.
        every_s: Between looks; each sends one ping to every target.
    """

    def __init__(
        self,
        *,
        online: Callable[[], bool],
        component: Component,
        settle: Patience,
        pinger: Pinger | None = None,
        pinged: Pinged | None = None,
        traffic: Callable[[], tuple[int, int]] = lambda: (0, 0),
        every_s: float = 1.0,
    ) -> None:
        self._online = online
        self._component = component
        self._settle = settle
        self._pinger = pinger
        self._pinged = pinged or Pinged()
        self._traffic = traffic
        self._every_s = every_s
        self._trips: dict[Target, deque[float | None]] = {
            target: deque(maxlen=WINDOW) for target in Target
        }
        self._usual: deque[float] = deque(maxlen=_USUAL)
        self._quality: dict[Target, Quality] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self._every_s)

    async def step(self) -> None:
        """One look."""
        await self._ping_all()
        self._quality = {target: quality(tuple(trips)) for target, trips in self._trips.items()}
        reading = self._reading()
        await self._component.saw(reading, self._patience(reading))

    async def _ping_all(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                for target, address in self._addresses().items():
                    tasks.create_task(self._ping(target, address))
        except* PingUnavailableError:
            self._pinger = None

    def _addresses(self) -> dict[Target, str]:
        """Whom to ping in this look; references take turns."""
        references = self._pinged.references
        turn = len(self._trips[Target.REFERENCE]) % len(references) if references else 0
        found = {
            Target.GATEWAY: self._pinged.gateway(),
            Target.REFERENCE: references[turn] if references else "",
            Target.HUB: self._pinged.hub,
        }
        return {target: address for target, address in found.items() if address}

    async def _ping(self, target: Target, address: str) -> None:
        if self._pinger is not None:
            self._trips[target].append(await self._pinger.ping(address, 2.0))

    def _reading(self) -> Reading:
        if not self._online():
            detail = joined(_WHERE[self.place], say("link.goes_on"))
            return Reading(HealthState.PROBLEM, "down", detail)
        told = self._component.told
        code = told.code if told else ""
        seen = self._quality[self._far()]
        if lossy(seen, standing=code == "lossy"):
            return Reading(
                HealthState.PROBLEM, "lossy", joined(self._described(seen), self._near())
            )
        if slow(seen, self.usual_ms, standing=code == "slow"):
            return Reading(HealthState.PROBLEM, "slow", self._described(seen))
        if seen.rtt_ms is not None and seen.sent == WINDOW:
            self._usual.append(seen.rtt_ms)
        return OK

    def _patience(self, reading: Reading) -> Patience:
        told = self._component.told
        about_line = reading.code == "down" or (told is not None and told.code == "down")
        return self._settle if about_line or told is None else Patience()

    def _far(self) -> Target:
        """The target that stands for the line: the hub, or a reference if the hub is silent."""
        hub = self._quality[Target.HUB]
        return Target.HUB if hub.rtt_ms is not None else Target.REFERENCE

    def _answers(self) -> dict[Target, bool | None]:
        return {target: _lately(trips) for target, trips in self._trips.items()}

    @property
    def place(self) -> Where:
        """Which part of the way is broken now, as far as pings tell."""
        return where(self._answers(), connected=self._online())

    @property
    def gateway(self) -> bool | None:
        """Whether the gateway answered lately; None: nobody asks it."""
        return self._answers()[Target.GATEWAY]

    @property
    def usual_ms(self) -> float | None:
        """The round trip that is usual here; None until enough good minutes were seen."""
        known = sorted(self._usual)
        return known[len(known) // 2] if len(known) >= WINDOW else None

    def _described(self, seen: Quality) -> str:
        rtt = seen.rtt_ms
        trip = say("link.no_trip") if rtt is None else say("link.trip", ms=rtt)
        return joined(say("link.loss", percent=(seen.loss or 0.0) * 100, sent=seen.sent), trip)

    def _near(self) -> str:
        loss = self._quality[Target.GATEWAY].loss
        return "" if loss is None else say("link.near", percent=loss * 100)

    def numbers(self) -> Mapping[str, float]:
        """The newest numbers for metrics, by `link.QUANTITY`; those that are known."""
        values: dict[str, float | None] = {}
        for target, seen in self._quality.items():
            values[f"{target.value}_loss_ratio"] = seen.loss
            values[f"{target.value}_rtt_ms"] = seen.rtt_ms
        received, sent = self._traffic()
        values |= {"received_bytes": float(received), "sent_bytes": float(sent)}
        return {f"{COMPONENT}.{k}": v for k, v in values.items() if v is not None}


def _lately(trips: deque[float | None]) -> bool | None:
    newest = list(trips)[-LATELY:]
    return any(trip is not None for trip in newest) if newest else None
