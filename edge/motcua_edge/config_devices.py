"""The agent's configuration of devices beside printer, sound and buttons; absent means none."""

from typing import Annotated, Literal

import msgspec

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,32}$(?!\n)")]
Pin = Annotated[int, msgspec.Meta(ge=0, le=27)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]


class DeviceSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all device sections: unknown keys are refused."""


class LinkSection(DeviceSection, frozen=True, kw_only=True):
    """How the link is measured. `gateway` is an address, `auto` for the default route, or empty.

    `references` are addresses beyond the gateway that always answer pings, such as the carrier's
    or the province's name servers. The hub is `mqtt.host`.
    """

    ping: bool = True
    gateway: str = "auto"
    references: tuple[str, ...] = ()
    every_s: Seconds = 5.0
    settle_s: Seconds = 15.0


class ScreenSection(DeviceSection, frozen=True, kw_only=True):
    """A display or kiosk that must be there; its page is opened with `?screen=NAME`.

    Without a name it is the one screen of its kind. `silent_s` is how long it may say nothing; its
    page says something every 10 s.
    """

    kind: Literal["display", "kiosk"]
    name: Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9-]{1,32})?$(?!\n)")] = ""
    silent_s: Annotated[float, msgspec.Meta(ge=3, le=3600)] = 30.0


class ControllerSection(DeviceSection, frozen=True, kw_only=True):
    """How often the controller looks at itself; `root` is where the kernel's files are."""

    every_s: Seconds = 5.0
    root: str = "/"


class GearSection(DeviceSection, frozen=True, kw_only=True):
    """One piece of equipment that is only pinged: a switch, PC, scanner, desk printer, screen."""

    name: Name
    address: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    every_s: Seconds = 30.0


class ContactSection(DeviceSection, frozen=True, kw_only=True):
    """One dry contact between a BCM pin and ground. `rests` is how it stands when all is well."""

    name: Name
    kind: Literal["fire", "cooling", "generator", "door", "alarm"] = "alarm"
    label: str = ""
    pin: Pin
    rests: Literal["open", "closed"] = "closed"
