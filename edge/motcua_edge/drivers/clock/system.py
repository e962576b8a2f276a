"""The machine's clocks, and the kernel's or a file's word on their trust."""

import ctypes
import time
from pathlib import Path
from typing import NamedTuple

from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.model import Instant

_TIME_ERROR = 5
"""adjtimex returns this while the clock is not synchronised (man 2 adjtimex)."""
_STA_UNSYNC = 0x0040
_TRUST_FOR_MS = 1000
_ABSURD_MS = 12 * 3600 * 1000
"""No clock drifts so far from the boot-time clock: it was set, to a date nobody vouched for."""
_RTC = Path("/sys/class/rtc/rtc0/since_epoch")


class _Timex(ctypes.Structure):
    """struct timex of Linux; only `modes` and `status` are used, the rest is room."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("room", ctypes.c_byte * 256),
    )


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown-boot"


def _pretended(path: Path) -> tuple[str, int]:
    """The boot that a file tells of: `ID MS`, the boot-time clock at which it began."""
    try:
        name, begun = path.read_text(encoding="ascii").split()
        return name, int(begun)
    except (OSError, ValueError):
        return _boot_id(), 0


def _kernel_trust() -> ClockState:
    """`ntp` when the kernel says synchronised, `rtc` with a hardware clock, else `saved`."""
    libc = ctypes.CDLL(None, use_errno=True)
    timex = _Timex(modes=0)
    result = libc.adjtimex(ctypes.byref(timex))
    if result not in (-1, _TIME_ERROR) and not timex.status & _STA_UNSYNC:
        return ClockState.NTP
    return ClockState.RTC if _RTC.exists() else ClockState.SAVED


def _file_trust(path: Path) -> ClockState:
    try:
        return ClockState(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return ClockState.NONE


class _Anchor(NamedTuple):
    """The best word on the wall clock that was believed, and where it stood against boot time."""

    state: ClockState
    offset: int


class SystemClock:
    """Implements `Clock`. The files replace the kernel's word on trust and boot, for tests."""

    def __init__(self, trust_file: Path | None = None, boot_file: Path | None = None) -> None:
        self._trust_file = trust_file
        self._boot, self._begun = _boot_id(), 0
        if boot_file is not None:
            self._boot, self._begun = _pretended(boot_file)
        self._trust = ClockState.NONE
        self._trust_read_at: int | None = None
        self._believed: _Anchor | None = None

    def now(self) -> Instant:
        """Both clocks; the trust is re-read at most once a second."""
        mono = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000 - self._begun
        wall = time.time_ns() // 1_000_000
        clock = self._judged(self._read(mono), wall - mono)
        return Instant(wall=wall, mono=mono, clock=clock, boot=self._boot)

    def _judged(self, said: ClockState, offset: int) -> ClockState:
        """A trusted clock that leaps by days is no better than a saved one until it returns.

        The kernel believes whoever sets it (a slip of a hand, a forged time server). Only the
        step from a hardware clock to network time may be of any size: that is what it is for.
        """
        if not said.trusted:
            return said
        known = self._believed
        better = known is None or (said is ClockState.NTP and known.state is ClockState.RTC)
        if known is not None and not better and abs(offset - known.offset) > _ABSURD_MS:
            return ClockState.SAVED
        best = said if known is None or better else known.state
        self._believed = _Anchor(best, offset)
        return said

    def _read(self, mono: int) -> ClockState:
        if self._trust_read_at is None or mono - self._trust_read_at >= _TRUST_FOR_MS:
            self._trust = _file_trust(self._trust_file) if self._trust_file else _kernel_trust()
            self._trust_read_at = mono
        return self._trust
