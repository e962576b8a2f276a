"""The office's vigil: it ticks, it probes what the hub asks it to, and loses a tick at most."""

from motcua_edge.services.vigil.notebook import Notebook, Notes
from motcua_edge.services.vigil.vigil import Vigil

__all__ = ["Notebook", "Notes", "Vigil"]
