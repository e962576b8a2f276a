"""Bouncing contacts become presses: fed with edges and their times, asked as time goes by."""

PRESSED = "pressed"
RELEASED = "released"


class Contact:
    """One button. A level counts when it has held for `debounce_ms`; shorter spikes do not.

    `down_since` is when the newest press began. A button that is `down` from the start is no
    press: nobody came, it is jammed or was held while the power came.
    """

    def __init__(self, debounce_ms=20, down=False, since=0):
        self._debounce_ms = debounce_ms
        self._level = self._down = down
        self._since = self.down_since = since

    def edge(self, level, at):
        """A raw edge to `level` at `at` ms; what had become certain before it, or None."""
        event = self.settle(at)
        if level != self._level:
            self._level = level
            self._since = at
        return event

    def settle(self, now):
        """What has become certain by `now`, or None."""
        if self._level == self._down or now - self._since < self._debounce_ms:
            return None
        self._down = self._level
        self.down_since = self._since
        return PRESSED if self._down else RELEASED

    def held_ms(self, now):
        """How long the button has been down, 0 when it is not."""
        return now - self.down_since if self._down else 0
