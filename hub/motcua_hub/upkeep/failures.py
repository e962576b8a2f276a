"""What a failed check starts: an incident for whoever repairs devices of its class."""

from sqlalchemy import Connection, func, select

from motcua_hub.domain.health.kinds import DeviceClass, responsible_for
from motcua_hub.domain.incident.severity import Weight, rule_of
from motcua_hub.domain.incident.vocabulary import Status
from motcua_hub.domain.notice.text import Say
from motcua_hub.domain.upkeep.findings import Verdict
from motcua_hub.store import incidents, schema
from motcua_hub.store.assets import Asset
from motcua_hub.store.incidents import Kind, Opening
from motcua_hub.store.servicing import Record


def subject_of(asset: Asset) -> str:
    """Under which name a device's incident stands: its component, or its number in the registry."""
    return asset.component or f"asset-{asset.id}"


def open_for(connection: Connection, asset: Asset) -> int | None:
    """The incident of an earlier failure that is not closed yet."""
    i = schema.incident.c
    query = select(func.max(i.id)).where(
        i.site == asset.site,
        i.kind == Kind.SERVICING.value,
        i.subject == subject_of(asset),
        i.status != Status.CLOSED.value,
    )
    found: int | None = connection.scalar(query)
    return found


def opened(
    connection: Connection, say: Say, asset: Asset, record: Record, *, actor: str, now: int
) -> int:
    """Open an incident for what failed, or count the one that is open once more; its id."""
    failed = [
        say(f"maint.item.{one.key}") for one in record.findings if one.verdict is Verdict.FAILED
    ]
    detail = f"{asset.name}: {'; '.join(failed)}"
    held, subject = open_for(connection, asset), subject_of(asset)
    if held is not None:
        incidents.raise_incident(
            connection, asset.site, Kind.SERVICING, now, subject=subject, detail=detail
        )
        return held
    kind = DeviceClass(asset.kind) if asset.kind in set(DeviceClass) else None
    opening = Opening(
        kind=Kind.SERVICING.value,
        site=asset.site,
        subject=subject,
        detail=detail,
        severity=int(rule_of(Weight(kind=Kind.SERVICING.value)).severity),
        responsible=responsible_for("", "", kind).value,
    )
    return incidents.open_incident(connection, opening, now, actor)
