"""Lines of the audit trail that the ledger itself writes."""

from sqlalchemy import Connection, select

from motcua_hub.store import schema

LEDGER = "ledger"
"""Who did it, when no person did."""


def write(
    connection: Connection,
    now: int,
    action: str,
    subject: str,
    detail: str = "",
    *,
    by: str = LEDGER,
) -> None:
    """One line, in the transaction of what it tells of."""
    connection.execute(
        schema.audit.insert().values(
            at=now, actor=by, action=action, subject=subject, detail=detail[:4000]
        )
    )


def write_once(connection: Connection, now: int, action: str, subject: str, detail: str) -> bool:
    """The same, unless exactly this was said before; whether it was written."""
    audit = schema.audit.c
    said = select(audit.id).where(
        audit.action == action, audit.subject == subject, audit.detail == detail[:4000]
    )
    if connection.scalar(said.limit(1)) is not None:
        return False
    write(connection, now, action, subject, detail)
    return True
