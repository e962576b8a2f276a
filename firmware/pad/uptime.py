"""Milliseconds since boot that never wrap: boards count to 2**30 and begin again."""

import time

try:
    _ticks, _diff = time.ticks_ms, time.ticks_diff
except AttributeError:  # CPython, where the pure modules are tested

    def _ticks():
        return int(time.monotonic() * 1000)

    def _diff(newer, older):
        return newer - older


class Uptime:
    """Call `ms` at least once a week."""

    def __init__(self, ticks=_ticks, diff=_diff):
        self._ticks = ticks
        self._diff = diff
        self._last = ticks()
        self._ms = 0

    def ms(self):
        """Since this object was made."""
        now = self._ticks()
        self._ms += self._diff(now, self._last)
        self._last = now
        return self._ms
