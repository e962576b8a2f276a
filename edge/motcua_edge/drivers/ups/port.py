"""What a UPS can be asked. All waiting is bounded by the driver."""

from collections.abc import Mapping
from typing import Protocol


class UpsError(Exception):
    """The UPS could not be asked, or did not answer validly: its state is unknown, never good."""


class UpsUnreachableError(UpsError):
    """upsd does not answer: it is down, it hangs, or the network is gone."""


class UpsStaleError(UpsError):
    """upsd has nothing fresh of the UPS (DATA-STALE)."""


class UpsDriverGoneError(UpsError):
    """upsd has no driver for the UPS (DRIVER-NOT-CONNECTED)."""


class UpsUnknownError(UpsError):
    """upsd knows no UPS of this name (UNKNOWN-UPS): a wrong setting."""


class UpsRefusedError(UpsError):
    """upsd or the UPS will not do that: no rights, or no such command."""


class UpsGarbledError(UpsError):
    """What came is not the protocol."""


class Ups(Protocol):
    """One UPS."""

    async def read(self) -> Mapping[str, str]:
        """All its variables by NUT's names, text as the UPS gave it; raises UpsError."""
        ...

    async def commands(self) -> frozenset[str]:
        """The instant commands it offers; raises UpsError."""
        ...

    async def run(self, command: str) -> None:
        """Have it do an instant command; UpsRefusedError when it will not, UpsError otherwise."""
        ...
