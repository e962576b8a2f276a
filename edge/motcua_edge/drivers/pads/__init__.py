"""Ways to rating pads and counter keypads: USB serial lines and the office's own broker."""

from motcua_edge.drivers.pads.fake import FakeLines
from motcua_edge.drivers.pads.mqtt_lines import MqttLines
from motcua_edge.drivers.pads.port import OnLine, OnLink, PadLines
from motcua_edge.drivers.pads.serial_lines import SerialLines

__all__ = ["FakeLines", "MqttLines", "OnLine", "OnLink", "PadLines", "SerialLines"]
