"""What the controller can say of itself."""

from typing import Protocol

import msgspec


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One look; None is "this machine cannot say". Units as in `domain.controller.rules.Vitals`."""

    throttled: int | None = None
    temperature: float | None = None
    memory: float | None = None
    disk_free: int | None = None
    read_only: bool | None = None
    disk_errors: int | None = None
    worn: int | None = None


class Gauges(Protocol):
    """Reads the controller's numbers. Never raises: what cannot be read is None."""

    def read(self) -> Measured:
        """One look; takes milliseconds, a few seconds at most. Call it in a thread."""
        ...
