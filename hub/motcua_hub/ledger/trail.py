"""Lines of the audit trail that the ledger itself writes."""

from sqlalchemy import Connection

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
