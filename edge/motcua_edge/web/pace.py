"""At most so many in so long: for what anybody in the hall may set off."""

from typing import Final

SPEAK_MOST: Final = 3
SPEAK_WITHIN_MS: Final = 30_000


class Pace:
    """Lets `most` through within `within_ms`. Times are boot-time ms."""

    def __init__(self, most: int, within_ms: int) -> None:
        self._most = most
        self._within_ms = within_ms
        self._passed: list[int] = []

    def allows(self, mono: int) -> bool:
        """Count one, if it may pass."""
        self._passed = [at for at in self._passed if mono - at < self._within_ms]
        if len(self._passed) >= self._most:
            return False
        self._passed.append(mono)
        return True
