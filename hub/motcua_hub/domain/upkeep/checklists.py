"""What is looked at, measured and written down of a device, with its limits.

The limits are this product's own proposals (no national rule was found), except that clocks may
be 2 s wrong. The organisation may set others from a day on (`policy`); an office's minutes keep the
limits that held on the day of the check.
"""

from enum import StrEnum
from typing import Final

import msgspec

from motcua_hub.domain.health.kinds import DeviceClass
from motcua_hub.domain.upkeep.duties import Duty


class Form(StrEnum):
    """How an item is answered."""

    CHECK = "check"
    """Yes or no."""
    NUMBER = "number"
    """A measured value."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a checklist. `low` and `high` are the limits, both allowed themselves.

    `unit` is as it stands on the sheet. `promised`: the lower limit is what this very device was
    promised to reach.
    """

    key: str
    form: Form
    unit: str = ""
    low: float | None = None
    high: float | None = None
    promised: bool = False


def _yes(key: str) -> Item:
    return Item(key=key, form=Form.CHECK)


def _measure(key: str, unit: str, low: float | None = None, high: float | None = None) -> Item:
    return Item(key=key, form=Form.NUMBER, unit=unit, low=low, high=high)


_CLEAN: Final = _yes("clean")
_CLOCK: Final = _measure("clock_drift", "s", 0, 2)
_PRESSES: Final = (_measure("buttons", "", 1, 64), _measure("missed_presses", "", 0, 0))
_SCREEN: Final = (_CLEAN, _yes("legible"), _measure("dead_pixels", "", 0, 5))
_RUNTIME: Final = Item(key="runtime", form=Form.NUMBER, unit="phút", promised=True)
_CALIBRATION: Final[dict[DeviceClass, tuple[Item, ...]]] = {
    DeviceClass.LAN: (_CLEAN, _yes("ports"), _measure("loss", "%", 0, 1)),
    DeviceClass.PC: (_CLEAN, _CLOCK, _measure("disk_free", "%", 10, 100)),
    DeviceClass.OFFICE_PRINTER: (_CLEAN, _yes("test_page")),
    DeviceClass.FAX: (_CLEAN, _yes("test_page")),
    DeviceClass.SCANNER: (_CLEAN, _yes("test_page")),
    DeviceClass.LOOKUP: (*_SCREEN, _measure("touch_points", "", 9, 9)),
    DeviceClass.DISPLAY: _SCREEN,
    DeviceClass.CAMERA: (_CLEAN, _yes("view"), _yes("focus"), _measure("stamp_drift", "s", 0, 2)),
    DeviceClass.KIOSK: (_CLEAN, _measure("touch_points", "", 9, 9), _CLOCK),
    DeviceClass.UPS: (_CLEAN, _RUNTIME, _yes("alarm")),
    DeviceClass.SERVER: (
        _CLEAN,
        _CLOCK,
        _measure("disk_free", "%", 15, 100),
        _yes("restore_test"),
    ),
    DeviceClass.LINK: (
        _measure("minutes_measured", "phút", 10, 1440),
        _measure("loss", "%", 0, 1),
        _measure("latency", "ms", 0, 150),
    ),
    DeviceClass.SLIP_PRINTER: (_CLEAN, _yes("density_bar"), _yes("cutter"), _yes("paper_low")),
    DeviceClass.ANNOUNCER: (_yes("heard"), _measure("level", "dB(A)", 55, 85)),
    DeviceClass.PAD: (_CLEAN, *_PRESSES),
    DeviceClass.KEYPAD: (_CLEAN, *_PRESSES),
    DeviceClass.CONTROLLER: (_CLEAN, _CLOCK, _measure("temperature", "°C", 0, 80)),
    DeviceClass.CONTACT: (_yes("contact_open"), _yes("contact_closed")),
    DeviceClass.BARCODE: (_CLEAN, _measure("reads_of_5", "", 5, 5)),
    DeviceClass.GENERATOR: (_CLEAN, _yes("oil"), _measure("fuel", "%", 50, 100), _yes("battery")),
    DeviceClass.FIRE_ALARM: (_yes("alarm"), _yes("battery"), _yes("extinguishers")),
    DeviceClass.LIGHTNING: (_yes("arresters"), _measure("earth", "Ω", 0, 10)),
    DeviceClass.COOLING: (_CLEAN, _measure("room_temperature", "°C", 18, 27), _yes("drain")),
}
_OTHER: Final = (_CLEAN, _yes("works"))
_SELF_TEST: Final = (_yes("self_test"), _measure("charge", "%", 90, 100))
_TEST_RUN: Final = (
    _measure("start_seconds", "s", 0, 15),
    _measure("minutes_under_load", "phút", 15, 1440),
    _measure("voltage", "V", 209, 231),
)


def list_of(kind: str, duty: Duty) -> str:
    """The name of a checklist: the class of the device, or the duty that all classes share."""
    return kind if duty is Duty.CALIBRATION else duty.value


def checklist(kind: str, duty: Duty) -> tuple[Item, ...]:
    """The items for a class and a duty; a class of a newer version gets the general ones."""
    if duty is Duty.SELF_TEST:
        return _SELF_TEST
    if duty is Duty.TEST_RUN:
        return _TEST_RUN
    return _CALIBRATION[DeviceClass(kind)] if kind in set(DeviceClass) else _OTHER
