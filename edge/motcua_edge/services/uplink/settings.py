"""What an uplink is told, and what it asks of the rest of the office."""

from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from motcua_contract.messages import About, Floor
from motcua_contract.topics import Down
from motcua_edge.domain.model import Health

Handler = Callable[[bytes], Awaitable[None]]
"""Takes the payload of a message that is not the uplink's own business."""


class UplinkSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Who we are and how often we speak. `linger_s` gathers the facts of one act in a batch."""

    site: str
    device: str
    hardware: str = ""
    hello_every_s: float = 300.0
    health_every_s: float = 300.0
    metrics_every_s: float = 60.0
    reconnect_cap_s: float = 300.0
    will_delay_s: int = 10
    linger_s: float = 0.1


class HealthSource(Protocol):
    """Where health comes from: `services.health.HealthBook`."""

    @property
    def current(self) -> dict[str, Health]:
        """The newest report of each component, by its name."""
        ...

    @property
    def version(self) -> int:
        """Rises with every change of `current`."""
        ...

    async def wait_newer(self, version: int) -> int:
        """Return the version as soon as it is above `version`."""
        ...


class Numbers(msgspec.Struct, frozen=True):
    """The highest number given out in each series of the business day."""

    business_day: str = ""
    series: dict[str, int] = {}


async def nobody_met(_hub: int, _at: int, _round_trip: int) -> None:
    """For those who need not know when this boot was."""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """The rest of the office as the uplink sees it.

    Attributes:
        about: What the site is made of (the outbox fields are filled in by the uplink).
        numbers: For the hello.
        metrics: Figures to send beside the uplink's own.
        health: Components and their states.
        on_floor: Told the hub's highest numbers, to raise the series (E7).
        on_resumed: Called after the hub's answer to a hello was followed.
        on_skew: Told our wall clock minus the hub's (ms), at most 1 s off, after each answer.
        on_met: Told the hub's clock (UTC ms), our boot-time clock at that moment, and the round
            trip that makes this uncertain, after each answer.
        handlers: Who takes `config` and `command` messages.
    """

    about: Callable[[], About]
    numbers: Callable[[], Numbers]
    metrics: Callable[[], dict[str, float]]
    health: HealthSource
    on_floor: Callable[[Floor], Awaitable[None]]
    on_resumed: Callable[[], None] = lambda: None
    on_skew: Callable[[int], None] = lambda _: None
    on_met: Callable[[int, int, int], Awaitable[None]] = nobody_met
    handlers: dict[Down, Handler] = {}
