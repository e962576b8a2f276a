"""What starts and watches this process."""

from typing import Protocol

from motcua_contract.vocabulary import StopCause


class Manager(Protocol):
    """The service manager. Telling it never raises and never blocks."""

    @property
    def watchdog_s(self) -> float:
        """Silence after which it restarts us, in seconds; 0: it does not watch."""
        ...

    def tell(self, *assignments: str) -> bool:
        """Send `KEY=value` lines; False when nobody listens."""
        ...


class Jobs(Protocol):
    """What the service manager is about to do with the machine."""

    async def stopping(self) -> StopCause:
        """Why we are told to stop: with the machine, or alone. Takes a second at most."""
        ...
