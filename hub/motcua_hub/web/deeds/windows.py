"""Maintenance windows and exclusions: asked for by one person, agreed to by another."""

from sqlalchemy import Connection

from motcua_hub.domain.calendar.planned import Wish
from motcua_hub.store import plans
from motcua_hub.store.plans import WINDOW
from motcua_hub.web import localtime
from motcua_hub.web.deeds.by import By
from motcua_hub.web.security import audit


def ask(connection: Connection, layer: str, wish: Wish, by: By) -> int:
    """Ask for a window or an exclusion; its number. Raises UnfitPlanError."""
    asked = plans.ask_window if layer == WINDOW else plans.ask_exclusion
    number = asked(connection, wish, by.now, by.who)
    action = audit.Action.WINDOW_ASKED if layer == WINDOW else audit.Action.EXCLUSION_ASKED
    detail = f"{localtime.full(wish.begin)} – {localtime.full(wish.end)}: {wish.reason}"
    subject = f"{layer}/{number}"
    audit.write(connection, by.now, by.who, action, subject=subject, detail=detail)
    return number


def decide(
    connection: Connection, layer: str, number: int, decision: str, why: str, *, by: By
) -> None:
    """`approve`, `refuse` or `end`. Raises UnknownPlanError, UnfitPlanError."""
    match decision:
        case "approve":
            plans.approve(connection, layer, number, now=by.now, who=by.who)
        case "refuse":
            plans.refuse(connection, layer, number, why, now=by.now, who=by.who)
        case _:
            plans.end(connection, layer, number, why, now=by.now, who=by.who)
    action, detail = audit.Action.WORK_DECIDED, f"{decision} {why}".strip()
    subject = f"{layer}/{number}"
    audit.write(connection, by.now, by.who, action, subject=subject, detail=detail)
