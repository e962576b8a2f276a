"""Names of sites, devices and journal entries, and what each may look like."""

import re
from typing import Annotated

import msgspec

END = r"$(?!\n)"
"""The true end of a text: msgspec searches, and a bare `$` also stands before a last line break."""
SITE_PATTERN = r"^[a-z0-9-]{3,32}" + END
DEVICE_PATTERN = r"^[a-z0-9-]{3,48}" + END
COMPONENT_PATTERN = r"^[a-z0-9_-]{1,48}" + END
HEX16_PATTERN = r"^[0-9a-f]{32}" + END
HEX32_PATTERN = r"^[0-9a-f]{64}" + END
DAY_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}" + END

SiteId = Annotated[str, msgspec.Meta(pattern=SITE_PATTERN)]
DeviceId = Annotated[str, msgspec.Meta(pattern=DEVICE_PATTERN)]
Component = Annotated[str, msgspec.Meta(pattern=COMPONENT_PATTERN)]
Jid = Annotated[str, msgspec.Meta(pattern=HEX16_PATTERN)]
Eid = Annotated[str, msgspec.Meta(pattern=HEX16_PATTERN)]
Tag = Annotated[str, msgspec.Meta(pattern=HEX16_PATTERN)]
Sha256 = Annotated[str, msgspec.Meta(pattern=HEX32_PATTERN)]
Seq = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
Millis = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]
"""UTC (or boot-time clock) milliseconds."""
BusinessDay = Annotated[str, msgspec.Meta(pattern=DAY_PATTERN)]


class BadNameError(ValueError):
    """A site, device or component name that could escape its place in a topic."""


def _checked(kind: str, pattern: str, name: str) -> str:
    if not re.fullmatch(pattern, name):
        msg = f"{kind} {name!r} is not allowed: it must match {pattern}"
        raise BadNameError(msg)
    return name


def check_site(name: str) -> str:
    """Return `name` if it can be a site id; raise BadNameError otherwise.

    A `/`, `+` or `#` in a name reaches into the topics of other sites.
    """
    return _checked("site id", SITE_PATTERN, name)


def check_device(name: str) -> str:
    """Return `name` if it can be a device id (a certificate's CN); raise BadNameError otherwise."""
    return _checked("device id", DEVICE_PATTERN, name)


def check_component(name: str) -> str:
    """Return `name` if it can be a component of a health topic; raise BadNameError otherwise."""
    return _checked("component", COMPONENT_PATTERN, name)
