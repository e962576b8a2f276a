"""Push buttons wired to the controller: rating buttons and ticket buttons."""

from motcua_edge.drivers.buttons.debounce import Contact, Event, Rules, due, edge, settle
from motcua_edge.drivers.buttons.debounced import DebouncedBoard
from motcua_edge.drivers.buttons.fake import FakeButtons
from motcua_edge.drivers.buttons.gpio import GpioButtons
from motcua_edge.drivers.buttons.port import ButtonBoard, ButtonsUnavailableError, OnEdge

__all__ = [
    "ButtonBoard",
    "ButtonsUnavailableError",
    "Contact",
    "DebouncedBoard",
    "Event",
    "FakeButtons",
    "GpioButtons",
    "OnEdge",
    "Rules",
    "due",
    "edge",
    "settle",
]
