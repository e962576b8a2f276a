"""The configuration that the hub wants here: believed, kept, applied, answered."""

from motcua_edge.services.desired.keeper import Keeper
from motcua_edge.services.desired.service import DesiredConfig, Part, PartError

__all__ = ["DesiredConfig", "Keeper", "Part", "PartError"]
