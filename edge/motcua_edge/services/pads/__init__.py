"""Rating pads and counter keypads: who they are, what they say, and how they are."""

from motcua_edge.services.pads.exchange import Exchange
from motcua_edge.services.pads.peer import Peer
from motcua_edge.services.pads.presses import Presses, Unit
from motcua_edge.services.pads.updates import UpdateFailedError, Updates

__all__ = ["Exchange", "Peer", "Presses", "Unit", "UpdateFailedError", "Updates"]
