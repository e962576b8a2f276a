"""Power: the office's UPS watched, its battery tested, the machine shut down before it is empty."""

from motcua_edge.services.power.mending import Mender
from motcua_edge.services.power.service import PowerService, SelfTestRefusedError
from motcua_edge.services.power.settings import PowerSettings

__all__ = ["Mender", "PowerService", "PowerSettings", "SelfTestRefusedError"]
