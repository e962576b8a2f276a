"""The machine's clocks, and the kernel's or a file's word on their trust."""

import ctypes
import time
from pathlib import Path

from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.model import Instant

_TIME_ERROR = 5
"""adjtimex returns this while the clock is not synchronised (man 2 adjtimex)."""
_STA_UNSYNC = 0x0040
_TRUST_FOR_MS = 1000
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


class SystemClock:
    """Implements `Clock`. `trust_file` replaces the kernel's word, for demos and tests."""

    def __init__(self, trust_file: Path | None = None) -> None:
        self._trust_file = trust_file
        self._boot = _boot_id()
        self._trust = ClockState.NONE
        self._trust_read_at: int | None = None

    def now(self) -> Instant:
        """Both clocks; the trust is re-read at most once a second."""
        mono = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
        return Instant(
            wall=time.time_ns() // 1_000_000, mono=mono, clock=self._read(mono), boot=self._boot
        )

    def _read(self, mono: int) -> ClockState:
        if self._trust_read_at is None or mono - self._trust_read_at >= _TRUST_FOR_MS:
            self._trust = _file_trust(self._trust_file) if self._trust_file else _kernel_trust()
            self._trust_read_at = mono
        return self._trust
