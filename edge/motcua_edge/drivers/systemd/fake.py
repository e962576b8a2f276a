"""A service manager that remembers what it was told.

It cannot end anything.
"""

from motcua_contract.vocabulary import StopCause


class FakeManager:
    """Implements `Manager`. It cannot restart anybody and never misses a sign."""

    def __init__(self, watchdog_s: float = 0.0) -> None:
        self.watchdog_s = watchdog_s
        self.told: list[str] = []

    def tell(self, *assignments: str) -> bool:
        """Remember the lines as one message."""
        self.told.append("\n".join(assignments))
        return True


class FakeJobs:
    """Implements `Jobs`: says what it was made with, at once."""

    def __init__(self, cause: StopCause = StopCause.SERVICE) -> None:
        self.cause = cause

    async def stopping(self) -> StopCause:
        """As it was set."""
        return self.cause
