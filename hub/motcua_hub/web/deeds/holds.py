"""Orders to keep things longer."""

from sqlalchemy import Connection

from motcua_hub.store.papers import Hold
from motcua_hub.upkeep import holding
from motcua_hub.upkeep.holding import HoldRefusal, Series
from motcua_hub.web.deeds.by import By
from motcua_hub.web.security import audit
from motcua_hub.web.security.audit import Action

DECISIONS = ("ask", "lift", "keep")


def _subject(held: Hold) -> str:
    return f"hold {held.id} {held.series} {held.thing or '*'}"


def order(connection: Connection, series: str, thing: str, why: str, by: By) -> int:
    """Keep a thing until two people lift the order; its number. Raises HoldRefusal."""
    if series not in set(Series):
        raise HoldRefusal("hold.refused.gone")
    made = holding.order(connection, Series(series), thing, why, who=by.who, now=by.now)
    subject = f"hold {made} {series} {thing or '*'}"
    audit.write(connection, by.now, by.who, Action.HOLD_SET, subject=subject, detail=why[:400])
    return made


def decide(connection: Connection, number: int, decision: str, why: str, by: By) -> None:
    """`ask` that it be lifted, `lift` it (another person), or `keep` it. Raises HoldRefusal."""
    match decision:
        case "ask":
            held = holding.ask_lift(connection, number, why, who=by.who, now=by.now)
            action = Action.HOLD_LIFT_ASKED
        case "lift":
            held = holding.lift(connection, number, who=by.who, now=by.now)
            action = Action.HOLD_LIFTED
        case _:
            held = holding.keep(connection, number)
            action = Action.HOLD_KEPT
    subject = _subject(held)
    audit.write(connection, by.now, by.who, action, subject=subject, detail=why[:400])
