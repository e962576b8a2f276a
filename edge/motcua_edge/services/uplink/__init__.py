"""The journal's way to the hub, and the site's own word on how it is."""

from motcua_edge.services.uplink.office import FloorRaiser, numbers
from motcua_edge.services.uplink.settings import (
    HealthSource,
    Numbers,
    Surroundings,
    UplinkSettings,
)
from motcua_edge.services.uplink.uplink import Uplink

__all__ = [
    "FloorRaiser",
    "HealthSource",
    "Numbers",
    "Surroundings",
    "Uplink",
    "UplinkSettings",
    "numbers",
]
