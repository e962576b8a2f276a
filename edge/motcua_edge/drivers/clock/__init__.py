"""The wall clock, the boot-time clock, and how far the wall clock can be trusted."""

from motcua_edge.drivers.clock.fake import FakeClock
from motcua_edge.drivers.clock.port import Clock
from motcua_edge.drivers.clock.system import SystemClock

__all__ = ["Clock", "FakeClock", "SystemClock"]
