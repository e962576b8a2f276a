"""Within how long incidents are taken on and repaired: decided by people, for the days to come."""

from collections.abc import Sequence

from sqlalchemy import Connection

from motcua_hub.domain.incident.promises import Scope, Term
from motcua_hub.store import promises
from motcua_hub.web.deeds.by import By
from motcua_hub.web.security import audit


def promise(  # noqa: PLR0917 - for what, what, why, from when and by whom
    connection: Connection,
    scope: Scope,
    terms: Sequence[Term],
    reason: str,
    day: str,
    after: int | None,
    by: By,
) -> int:
    """Write a version down; its number. Raises PromiseRefusal."""
    made = promises.promise(
        connection, scope, terms, reason, day=day, after=after, now=by.now, by=by.who
    )
    said = "; ".join(_told(one) for one in terms) or "ended"
    about = f"unit {scope.unit}, class {scope.responsible}, site {scope.site}"
    detail = f"#{made} from {day}: {'everything' if scope.everything else about}: {said}"
    action = audit.Action.POLICY_CHANGED
    audit.write(connection, by.now, by.who, action, subject="deadlines", detail=detail)
    return made


def _told(term: Term) -> str:
    minutes = f"{term.acknowledge // 60_000}/{term.repair // 60_000} min"
    return f"severity {term.severity} {minutes}{' by the clock' if term.clock else ''}"
