"""Names of the targets that every site has by itself.

link_of(site)              its link to the hub          (kind site_link, reachable)
pi_of(site)                its Raspberry Pi             (kind device, running)
device_of(site, component) what its Pi reports health of (kind device, running)
"""

import hashlib
from typing import Final

_LONGEST: Final = 64
_KEPT: Final = 51
HUB: Final = "hub"
"""The hub as a vantage."""
BROKER: Final = "broker"
"""The broker as a vantage: sessions and last wills."""


def link_of(site: str) -> str:
    """The target of a site's link."""
    return f"{_plain(site)}.link"


def pi_of(site: str) -> str:
    """The target of a site's Pi."""
    return f"{_plain(site)}.pi"


def device_of(site: str, component: str) -> str:
    """The target of a component; a long name is cut and told apart by a digest."""
    name = f"{_plain(site)}.{component.strip('_-')}"
    if len(name) <= _LONGEST and component == component.strip("_-"):
        return name
    digest = hashlib.sha256(f"{site}/{component}".encode()).hexdigest()[:12]
    return f"{name[:_KEPT]}.{digest}"


def _plain(site: str) -> str:
    """Names of targets begin with a letter or a digit; names of sites may not."""
    return site if site[0] != "-" else f"x{site}"
