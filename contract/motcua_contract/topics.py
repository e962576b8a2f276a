"""Every MQTT topic of Motcua is built and taken apart here, and nowhere else."""

from enum import StrEnum

import msgspec

from motcua_contract.identity import check_component, check_site

ROOT = "mc/1"
HUB_STATUS = f"{ROOT}/hub/status"


class Up(StrEnum):
    """What a site says."""

    HELLO = "hello"
    BATCH = "batch"
    STATUS = "status"
    ABOUT = "about"
    METRICS = "metrics"
    CONFIG = "config"
    REPLY = "reply"
    HEALTH = "health"


class Down(StrEnum):
    """What the hub says to one site."""

    RESUME = "resume"
    ACK = "ack"
    NAK = "nak"
    CONFIG = "config"
    COMMAND = "command"


class UpTopic(msgspec.Struct, frozen=True):
    """A site's topic taken apart; `component` is set for health topics only."""

    site: str
    kind: Up
    component: str | None = None


def up(site: str, kind: Up) -> str:
    """The topic on which `site` says `kind` (not for health: see `health`)."""
    return f"{ROOT}/{check_site(site)}/up/{kind.value}"


def health(site: str, component: str) -> str:
    """The retained topic of one component's health."""
    return f"{ROOT}/{check_site(site)}/up/{Up.HEALTH.value}/{check_component(component)}"


def down(site: str, kind: Down) -> str:
    """The topic on which the hub says `kind` to `site`."""
    return f"{ROOT}/{check_site(site)}/down/{kind.value}"


def down_filter(site: str) -> str:
    """What a site subscribes to."""
    return f"{ROOT}/{check_site(site)}/down/#"


def site_up_pattern(site: str) -> str:
    """What a site may write, for the broker's ACL."""
    return f"{ROOT}/{check_site(site)}/up/#"


def all_sites(kind: Up) -> str:
    """The filter by which the hub hears `kind` from every site."""
    suffix = "/+" if kind is Up.HEALTH else ""
    return f"{ROOT}/+/up/{kind.value}{suffix}"


def parse_up(topic: str) -> UpTopic | None:
    """Take a site's topic apart; None when it is not one of ours."""
    parts = topic.split("/")
    if parts[:2] != ROOT.split("/") or len(parts) not in (5, 6) or parts[3] != "up":
        return None
    site, kind = parts[2], parts[4]
    if kind not in set(Up) or (kind == Up.HEALTH) != (len(parts) == 6):  # noqa: PLR2004
        return None
    return _checked_up(site, Up(kind), parts[5] if kind == Up.HEALTH else None)


def _checked_up(site: str, kind: Up, component: str | None) -> UpTopic | None:
    try:
        check_site(site)
        if component is not None:
            check_component(component)
    except ValueError:
        return None
    return UpTopic(site, kind, component)


def parse_down(topic: str, site: str) -> Down | None:
    """Which of the hub's messages to `site` this topic carries; None when it is none."""
    prefix = f"{ROOT}/{site}/down/"
    kind = topic.removeprefix(prefix)
    return Down(kind) if topic.startswith(prefix) and kind in set(Down) else None
