"""The registry of devices."""

from collections.abc import Mapping

from sqlalchemy import Connection

from motcua_hub.domain import registry as rules
from motcua_hub.domain.registry import UnreadableError
from motcua_hub.store import assets
from motcua_hub.store.assets import Asset, Described
from motcua_hub.web.deeds.by import By
from motcua_hub.web.queries import registry as query
from motcua_hub.web.security import audit
from motcua_hub.web.security.audit import Action


class UnfitAssetError(ValueError):
    """A device that cannot be written down so: field -> code of the words for it."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {code}" for field, code in faults.items()))
        self.faults = dict(faults)


def _told(connection: Connection, action: Action, subject: str, detail: str, by: By) -> None:
    audit.write(connection, by.now, by.who, action, subject=subject, detail=detail)


def described(said: Mapping[str, str]) -> Described:
    """What is said of a device. Raises UnfitAssetError."""
    clean = rules.clean(said)
    faults = rules.faults(clean)
    if faults:
        raise UnfitAssetError(faults)
    return Described(**clean)


def add(connection: Connection, site: str, said: Mapping[str, str], by: By) -> int:
    """Write a device of an office down; its number. Raises UnfitAssetError, ComponentTakenError."""
    device = described(said)
    made = assets.add(connection, site, device, by.now)
    _told(connection, Action.ASSET_ADDED, site, f"{device.kind} {device.name}", by)
    return made


def change(connection: Connection, asset: Asset, said: Mapping[str, str], by: By) -> None:
    """Write a device down anew. Raises UnfitAssetError, ComponentTakenError."""
    device = described(said)
    assets.change(connection, asset, device, by.now)
    detail = f"#{asset.id} {device.kind} {device.name}"
    _told(connection, Action.ASSET_CHANGED, asset.site, detail, by)


def retire(connection: Connection, asset: Asset, why: str, by: By) -> bool:
    """A device is in use no more; False when it was retired before."""
    reason = rules.clean({"note": why})["note"][:400]
    if not assets.retire(connection, asset, reason, by.now):
        return False
    detail = f"#{asset.id} {asset.kind} {asset.name}: {reason}"
    _told(connection, Action.ASSET_RETIRED, asset.site, detail, by)
    return True


def take_in(connection: Connection, text: str, by: By) -> tuple[int, int]:
    """Take a list as CSV in, all of it or nothing; how many are new, how many changed.

    Raises:
        UnreadableError: A line is not as it must be.
        ComponentTakenError: Two devices of an office would be one component.
    """
    listed = [(site, Described(**said)) for site, said in rules.read_csv(text)]
    known = {row.site for row in query.by_site(connection)}
    unknown = next((site for site, _ in listed if site not in known), None)
    if unknown is not None:
        raise UnreadableError(0, "registry.csv.site.unknown", unknown)
    new, changed = assets.take_in(connection, listed, by.now)
    _told(connection, Action.ASSETS_IMPORTED, "", f"{new} new, {changed} changed", by)
    return new, changed
