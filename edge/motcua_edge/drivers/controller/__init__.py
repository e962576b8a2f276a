"""The controller's own numbers: a port, Linux's files and the Pi's firmware, and a fake."""

from motcua_edge.drivers.controller.fake import FakeGauges
from motcua_edge.drivers.controller.linux import LinuxGauges
from motcua_edge.drivers.controller.port import Gauges, Measured

__all__ = ["FakeGauges", "Gauges", "LinuxGauges", "Measured"]
