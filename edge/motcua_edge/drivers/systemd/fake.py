"""A service manager that remembers what it was told."""


class FakeManager:
    """Implements `Manager`. It cannot restart anybody and never misses a sign."""

    def __init__(self, watchdog_s: float = 0.0) -> None:
        self.watchdog_s = watchdog_s
        self.told: list[str] = []

    def tell(self, *assignments: str) -> bool:
        """Remember the lines as one message."""
        self.told.append("\n".join(assignments))
        return True
