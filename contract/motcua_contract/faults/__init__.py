"""Every fault a device can have: code, repairer, rule and the card that says what to do now.

Pure data shared by the edge (which reports codes), the hub (which shows and routes them) and the
documents. A new code begins here; tests hold drivers, cards and runbooks to it.
"""

from functools import lru_cache
from typing import Final

from motcua_contract.faults import camera, controller, network, pads, power, printer, screens, sound
from motcua_contract.faults.base import Card, Fault, Responsible
from motcua_contract.faults.common import DRIVER_FAILED, driver_failed

FAULTS: Final[tuple[Fault, ...]] = (
    *printer.FAULTS,
    *sound.FAULTS,
    *screens.FAULTS,
    *pads.FAULTS,
    *camera.FAULTS,
    *power.FAULTS,
    *controller.FAULTS,
    *network.FAULTS,
)
_BY_CODE: Final = {(fault.device, fault.code): fault for fault in FAULTS}


@lru_cache(maxsize=4096)
def device_kind(component: str) -> str:
    """What kind of device a component is: `camera` for `camera` and for `camera-2`.

    A component is called `KIND` or `KIND-NAME`.
    """
    return component.partition("-")[0]


def find(component: str, code: str) -> Fault | None:
    """The fault behind a component's code; None for a code this version does not know."""
    kind = device_kind(component)
    if code == DRIVER_FAILED:
        return driver_failed(kind)
    return _BY_CODE.get((kind, code))


__all__ = ["DRIVER_FAILED", "FAULTS", "Card", "Fault", "Responsible", "device_kind", "find"]
