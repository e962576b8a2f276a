"""What a failed check starts: an incident."""

from sqlalchemy import Connection, func, select

from motcua_hub.domain.notice.text import Say
from motcua_hub.domain.upkeep.findings import Verdict
from motcua_hub.store import incidents, schema
from motcua_hub.store.assets import Asset
from motcua_hub.store.servicing import Record


def subject_of(asset: Asset) -> str:
    """Under which name a device's incident stands: its component, or its number in the registry."""
    return asset.component or f"asset-{asset.id}"


def opened(connection: Connection, say: Say, asset: Asset, record: Record, now: int) -> int | None:
    """Open an incident for what failed, or count it again; its id."""
    failed = [
        say(f"maint.item.{one.key}") for one in record.findings if one.verdict is Verdict.FAILED
    ]
    detail = f"{asset.name}: {'; '.join(failed)}"
    subject = subject_of(asset)
    incidents.raise_incident(
        connection, asset.site, incidents.Kind.SERVICING, now, subject=subject, detail=detail
    )
    i = schema.incident.c
    query = select(func.max(i.id)).where(
        i.site == asset.site, i.kind == incidents.Kind.SERVICING.value, i.subject == subject
    )
    found: int | None = connection.scalar(query)
    return found
