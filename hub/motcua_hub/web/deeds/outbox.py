"""Dead letters: sent on their way again, or settled in another way."""

from sqlalchemy import Connection

from motcua_hub.store import outbox_work
from motcua_hub.web.deeds.by import By
from motcua_hub.web.security import audit
from motcua_hub.web.security.audit import Action


def retry(connection: Connection, row: int, by: By) -> bool:
    """Send a dead letter again; False when it is none."""
    done = outbox_work.retry(connection, row, by.now, by.who)
    if done:
        audit.write(connection, by.now, by.who, Action.DEAD_LETTER_RETRIED, subject=str(row))
    return done


def lay_aside(connection: Connection, row: int, by: By) -> bool:
    """Settle a dead letter without sending it; False when it is none."""
    done = outbox_work.lay_aside(connection, row, by.now, by.who)
    if done:
        audit.write(connection, by.now, by.who, Action.DEAD_LETTER_SETTLED, subject=str(row))
    return done
