"""What the public status page tells of."""

from sqlalchemy import Connection

from motcua_hub.domain.reporting.public import fit_name
from motcua_hub.ledger import targets
from motcua_hub.store import public
from motcua_hub.web.deeds.by import By
from motcua_hub.web.security import audit


class UnfitNameError(ValueError):
    """A target or a name that cannot be published; the message is the code of the words."""


def publish(connection: Connection, target: str, name: str, by: By) -> str:
    """Show a target under a name that says nothing of the inside; the name as it is shown.

    Raises:
        UnfitNameError: There is no such target, or the name cannot be used.
    """
    shown = fit_name(name)
    if targets.get(connection, target) is None:
        raise UnfitNameError("reports.fault.target")
    if shown is None:
        raise UnfitNameError("reports.fault.name")
    public.publish(connection, target, shown, by.now, by.who)
    action = audit.Action.PUBLIC_TARGETS
    audit.write(connection, by.now, by.who, action, subject=target, detail=shown)
    return shown


def hide(connection: Connection, target: str, by: By) -> bool:
    """Show a target no more; False when it was not shown."""
    if not public.hide(connection, target):
        return False
    action = audit.Action.PUBLIC_TARGETS
    audit.write(connection, by.now, by.who, action, subject=target, detail="hidden")
    return True
