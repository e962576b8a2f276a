"""Rating pads and counter keypads: who they are, what they say, and how they are."""

from motcua_edge.services.pads.bench import BusyError, PadBench, PadCard
from motcua_edge.services.pads.exchange import Exchange
from motcua_edge.services.pads.peer import Peer
from motcua_edge.services.pads.presses import Presses, Unit
from motcua_edge.services.pads.updates import Progress, UpdateFailedError, Updates

__all__ = [
    "BusyError",
    "Exchange",
    "PadBench",
    "PadCard",
    "Peer",
    "Presses",
    "Progress",
    "Unit",
    "UpdateFailedError",
    "Updates",
]
