"""What every device's service is made of: steady reports, supervision with back-off, drills."""

from motcua_edge.services.devices.component import Component
from motcua_edge.services.devices.supervised import Backoff, Supervised

__all__ = ["Backoff", "Component", "Supervised"]
