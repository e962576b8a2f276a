"""How the process shares the machine: its memory with other programs, its time among threads."""

import ctypes
import logging
import sys
from typing import Final

_LOG: Final = logging.getLogger(__name__)
_ARENA_MAX: Final = -8
_MMAP_THRESHOLD: Final = -3
_TRIM_THRESHOLD: Final = -1
_LARGE: Final = 128 * 1024
_TURN_S: Final = 0.0005


def keep_memory_small() -> None:
    """One heap for all threads; large pictures and sounds go back to the system when done with.

    Call it before the first thread starts. Where the C library knows no such thing, nothing is lost
    but a few megabytes.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        _LOG.debug("this C library has no mallopt")
        return
    for option, value in ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _LARGE)):
        mallopt(option, value)


def take_short_turns() -> None:
    """A thread that draws a slip hands over after half a millisecond instead of five.

    A number passes from the loop to the journal's thread and back before it is given out, and
    would wait for a turn each time.
    """
    sys.setswitchinterval(_TURN_S)
