"""What a component is, what people register, and who repairs it."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final

from motcua_contract.faults import FAULTS, Responsible, device_kind, find

_INSTANCE: Final = re.compile(r"([-_][a-z]?\d*|\d+)$")
KNOWN: Final = frozenset(fault.device for fault in FAULTS)


@lru_cache(maxsize=4096)
def kind_of(component: str) -> str:
    """What a component is: `camera` for `camera-hall`, `rating_pad` for `rating-pad-3`.

    Names follow the contract's `KIND` or `KIND-NAME`; of others only their number is taken off.
    """
    kind = device_kind(component)
    if kind in KNOWN:
        return kind
    return _INSTANCE.sub("", component).replace("-", "_")


class DeviceClass(StrEnum):
    """What an office can have in the registry.

    The first ten are those of S3, article 4.1c, in its order; server and link are 4.1a and 4.1b;
    then what Motcua itself brings into an office, and what 5.2b wants to be ready at any time.
    """

    LAN = "lan"
    PC = "pc"
    OFFICE_PRINTER = "office_printer"
    FAX = "fax"
    SCANNER = "scanner"
    LOOKUP = "lookup"
    DISPLAY = "display"
    CAMERA = "camera"
    KIOSK = "kiosk"
    UPS = "ups"
    SERVER = "server"
    LINK = "link"
    SLIP_PRINTER = "slip_printer"
    ANNOUNCER = "announcer"
    PAD = "pad"
    KEYPAD = "keypad"
    CONTROLLER = "controller"
    CONTACT = "contact"
    BARCODE = "barcode"
    GENERATOR = "generator"
    FIRE_ALARM = "fire_alarm"
    LIGHTNING = "lightning"
    COOLING = "cooling"


ASKED: Final = tuple(DeviceClass)[:10]
"""The classes that S3, article 4.1c names."""
INNER: Final = frozenset({"journal", "catalogue", "link", "controller"})
"""Kinds that nobody registers: parts of the office's controller, known by its certificate."""
_INNER_NAMES: Final = frozenset({"pad-links"})
_CLASS_OF: Final = {
    "gear": DeviceClass.LAN,
    "display": DeviceClass.DISPLAY,
    "board": DeviceClass.DISPLAY,
    "camera": DeviceClass.CAMERA,
    "kiosk": DeviceClass.KIOSK,
    "ups": DeviceClass.UPS,
    "server": DeviceClass.SERVER,
    "service": DeviceClass.SERVER,
    "printer": DeviceClass.SLIP_PRINTER,
    "announcer": DeviceClass.ANNOUNCER,
    "voice": DeviceClass.ANNOUNCER,
    "pad": DeviceClass.PAD,
    "rating_pad": DeviceClass.PAD,
    "keypad": DeviceClass.KEYPAD,
    "buttons": DeviceClass.KEYPAD,
    "controller": DeviceClass.CONTROLLER,
    "journal": DeviceClass.CONTROLLER,
    "catalogue": DeviceClass.CONTROLLER,
    "link": DeviceClass.LINK,
    "contact": DeviceClass.CONTACT,
}
_REPAIRED_BY: Final = {
    DeviceClass.UPS: Responsible.POWER,
    DeviceClass.CONTACT: Responsible.POWER,
    DeviceClass.GENERATOR: Responsible.POWER,
    DeviceClass.FIRE_ALARM: Responsible.POWER,
    DeviceClass.LIGHTNING: Responsible.POWER,
    DeviceClass.COOLING: Responsible.POWER,
    DeviceClass.LINK: Responsible.LINK,
}
"""Where no code says more; everything else is hardware, servers too (S0, I.1)."""
_OUTAGES: Final = {"server": "server", "service": "service", "site_link": "link"}
_DOWN: Final = "down"


def is_inner(component: str) -> bool:
    """Whether a component is a part of the controller rather than a device of its own."""
    return component in _INNER_NAMES or kind_of(component) in INNER


def class_of(component: str) -> DeviceClass | None:
    """The class under which a component would be registered; None for one of a newer edge."""
    return _CLASS_OF.get(kind_of(component))


def responsible_for(component: str, code: str, of: DeviceClass | None = None) -> Responsible:
    """Who must repair it: by the fault's code, else by the class of device."""
    fault = find(component, code) if code else None
    if fault is not None:
        return fault.responsible
    if kind_of(component) == "service":
        return Responsible.SOFTWARE
    device = of or class_of(component)
    return _REPAIRED_BY.get(device, Responsible.HARDWARE) if device else Responsible.HARDWARE


def responsible_for_outage(target_kind: str) -> Responsible:
    """Who is asked while nobody knows why a target (server, site_link, device, service) is down."""
    device = _OUTAGES.get(target_kind)
    fault = find(device, _DOWN) if device else None
    return fault.responsible if fault else Responsible.HARDWARE
