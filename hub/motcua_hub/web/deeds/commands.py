"""Commands to offices."""

from collections.abc import Mapping

from sqlalchemy import Connection

from motcua_contract.commands import check
from motcua_hub.domain.link import Link
from motcua_hub.store import commands as store
from motcua_hub.web.deeds.by import By
from motcua_hub.web.security import audit


class OfflineError(ValueError):
    """The office is not there to hear it; nothing waits for an office."""


def give(
    connection: Connection, site: str, link: Link, name: str, wanted: Mapping[str, str], *, by: By
) -> str:
    """Write a command down to be sent at once; its correlation.

    Raises:
        CommandError: There is no such command, or an argument is none of its.
        OfflineError: The office is not connected.
    """
    arguments = dict(wanted)
    check(name, arguments)
    if link is not Link.ONLINE:
        raise OfflineError(site)
    correlation = store.give(connection, site, name, arguments, actor=by.who, now=by.now)
    action, detail = audit.Action.COMMAND, f"{name} {arguments}"
    audit.write(connection, by.now, by.who, action, subject=site, detail=detail)
    return correlation
