"""Which numbers of components are kept over time: those a technician looks back at.

What an office tells besides (its own counters, states as numbers) is shown as told last and not
kept: `/metrics` is the place for counters.
"""

from collections.abc import Iterable
from typing import Final

POWER: Final = (
    "charge_percent",
    "runtime_seconds",
    "load_percent",
    "input_volts",
    "battery_share",
)
PAPER: Final = ("paper_left_slips", "slips_on_roll")
CONTROLLER: Final = (
    "temperature_c",
    "memory_available_ratio",
    "disk_free_bytes",
    "free_bytes",
    "disk_errors",
    "card_worn_percent",
    "clock_skew_ms",
    "undervoltages",
)
NETWORK: Final = (
    "rtt_ms",
    "gateway_rtt_ms",
    "gateway_loss_ratio",
    "reference_rtt_ms",
    "reference_loss_ratio",
    "hub_rtt_ms",
    "hub_loss_ratio",
    "outbox_events",
)
PICTURE: Final = (
    "usable",
    "mean",
    "deviation",
    "sharpness",
    "likeness",
    "shift_right",
    "shift_down",
)
OTHERS: Final = ("active", "paint_age_s", "silent_s", "battery_percent", "rssi_dbm")
KEPT: Final = (*POWER, *PAPER, *CONTROLLER, *NETWORK, *PICTURE, *OTHERS)
"""In the order to show them."""
_KEPT: Final = frozenset(KEPT)


def owner_of(key: str, components: Iterable[str]) -> tuple[str, str] | None:
    """Component and quantity in a key of `up/metrics`; None when it is not to be kept.

    A key is `COMPONENT.quantity`, such as `camera-hall.mean`, or `COMPONENT_quantity`.
    """
    mine = [name for name in components if key.startswith((f"{name}.", f"{name}_"))]
    if not mine:
        return None
    component = max(mine, key=len)
    quantity = key[len(component) + 1 :]
    return (component, quantity) if quantity in _KEPT else None
