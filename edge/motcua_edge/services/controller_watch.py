"""Looks after the controller itself: power, heat, disk, memory, clock, card."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.controller.rules import RULES, UNDERVOLTAGE_NOW, Vitals, found
from motcua_edge.domain.worst import Looked, looked
from motcua_edge.drivers.controller import Gauges, Measured
from motcua_edge.services.devices import Component

COMPONENT: Final = "controller"


class ControllerWatch:
    """Run it as a task, supervised; one look every few seconds.

    Args:
        gauges: The machine's numbers.
        component: Told the verdict; its own patience must be none, every rule has its own.
        clock: The clock's trust now.
        skew_ms: Wall clock minus the hub's; None while nobody knows.
        mono: Boot-time clock in ms.
        every_s: Between looks.
    """

    def __init__(
        self,
        *,
        gauges: Gauges,
        component: Component,
        clock: Callable[[], ClockState],
        skew_ms: Callable[[], int | None],
        mono: Callable[[], int],
        every_s: float = 5.0,
    ) -> None:
        self._gauges = gauges
        self._component = component
        self._clock = clock
        self._skew_ms = skew_ms
        self._mono = mono
        self._every_s = every_s
        self._looked = Looked()
        self._vitals = Vitals()
        self._errors_at_start: int | None = None
        self._undervoltages = 0

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self._every_s)

    async def step(self) -> None:
        """One look."""
        measured = await asyncio.to_thread(self._gauges.read)
        self._count(measured)
        self._vitals = Vitals(
            **msgspec.structs.asdict(measured),
            clock=self._clock(),
            skew_ms=self._skew_ms(),
            undervoltages=self._undervoltages,
        )
        standing = frozenset(reading.code for reading in self._looked.standing)
        seen = found(self._vitals, standing, self._errors_at_start)
        self._looked = looked(self._looked, RULES, seen, self._mono())
        await self._component.saw(self._looked.worst(COMPONENT))

    def _count(self, measured: Measured) -> None:
        if self._errors_at_start is None:
            self._errors_at_start = measured.disk_errors
        low = UNDERVOLTAGE_NOW
        was = (self._vitals.throttled or 0) & low
        self._undervoltages += bool((measured.throttled or 0) & low and not was)

    def numbers(self) -> Mapping[str, float]:
        """The newest numbers for metrics, by `controller.QUANTITY`; those that are known."""
        now = self._vitals
        values = {
            "temperature_c": now.temperature,
            "memory_available_ratio": now.memory,
            "disk_free_bytes": now.disk_free,
            "disk_errors": now.disk_errors,
            "card_worn_percent": now.worn,
            "clock_skew_ms": now.skew_ms,
            "throttled_bits": now.throttled,
            "undervoltages": now.undervoltages,
        }
        return {f"{COMPONENT}.{k}": float(v) for k, v in values.items() if v is not None}
