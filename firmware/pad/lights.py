"""What the citizen sees and hears: short patterns, played one after the other."""

QUEUED = ((1, 0, 2000, 40), (1, 0, 0, 60))
DONE = ((1, 0, 1800, 90), (1, 0, 0, 510))
REFUSED = ((0, 1, 330, 130), (0, 1, 0, 70), (0, 1, 260, 200), (0, 1, 0, 200))
FULL = ((0, 1, 200, 700), (0, 1, 0, 300))
"""Steps of (green, red, tone in Hz or 0, ms)."""
_LONGEST = 4


class Lights:
    """Plays patterns on a board's lights and buzzer; its `ready` light says: rate now."""

    def __init__(self, board):
        self._board = board
        self._steps = []
        self._until = None

    def answer(self, pattern):
        """Play a pattern at once: a finger that gets no answer presses again."""
        self._steps = list(pattern)
        self._until = None

    def show(self, pattern):
        """Play a pattern after the one that plays; of several that wait the newest is enough."""
        if len(self._steps) > _LONGEST:
            del self._steps[_LONGEST:]
        self._steps.extend(pattern)

    def ready(self, on):
        """The light that says: somebody may rate now."""
        self._board.ready(on)

    def step(self, now):
        """Go on as far as `now` (ms)."""
        if self._until is not None and now < self._until:
            return
        if self._steps:
            green, red, tone, lasts = self._steps.pop(0)
            self._set(green, red, tone)
            self._until = now + lasts
        elif self._until is not None:
            self._set(0, 0, 0)
            self._until = None

    def _set(self, green, red, tone):
        self._board.green(green)
        self._board.red(red)
        self._board.tone(tone)
