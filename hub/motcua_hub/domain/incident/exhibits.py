"""The evidence behind a cause as it is written into a timeline: what each piece said."""

from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

from motcua_hub.domain.incident.circumstances import (
    AppEvent,
    Boot,
    Circumstances,
    Hole,
    Loss,
    Mass,
    Planned,
    Reach,
    Stop,
    Symptom,
    UpsSpan,
)

MOST: Final = 24
"""A timeline is read by people: more pieces than these say nothing new."""
Exhibit = dict[str, Any]


def exhibits(facts: Circumstances, ids: Collection[str]) -> list[Exhibit]:
    """The pieces with these ids, oldest first."""
    wanted = set(ids)
    found = [
        {"id": piece.id, "kind": kind, **say(piece)}
        for kind, say, pieces in _pieces(facts)
        for piece in pieces
        if piece.id in wanted
    ]
    found.sort(key=lambda each: (each.get("at", 0), each["kind"], each["id"]))
    return found[:MOST]


def _pieces(
    facts: Circumstances,
) -> Iterable[tuple[str, Callable[[Any], Exhibit], Iterable[Any]]]:
    stops = [boot.stop for boot in facts.boots if boot.stop is not None]
    yield "planned", _planned, facts.planned
    yield "ups", _ups, facts.ups
    yield "boot", _boot, facts.boots
    yield "stop", _stop, stops
    yield "app", _app, facts.app
    yield "reach", _reach, facts.reach
    yield "loss", _loss, facts.losses
    yield "symptom", _symptom, facts.symptoms
    yield "mass", _mass, [facts.mass] if facts.mass is not None else []
    yield "hole", _hole, facts.holes


def _planned(piece: Planned) -> Exhibit:
    return {"at": piece.begin, "until": piece.end}


def _ups(piece: UpsSpan) -> Exhibit:
    return {"at": piece.begin, "until": piece.end, "status": piece.status}


def _boot(piece: Boot) -> Exhibit:
    return {"at": piece.begin, "until": piece.last}


def _stop(piece: Stop) -> Exhibit:
    return {"at": piece.at, "reason": piece.reason}


def _app(piece: AppEvent) -> Exhibit:
    return {"at": piece.at, "what": piece.kind.value}


def _reach(piece: Reach) -> Exhibit:
    return {
        "at": piece.begin,
        "until": piece.end,
        "gateway": piece.gateway,
        "hub": piece.hub,
    }


def _loss(piece: Loss) -> Exhibit:
    return {"at": piece.at, "target": piece.target, "vantage": piece.vantage}


def _symptom(piece: Symptom) -> Exhibit:
    return {"at": piece.at, "what": piece.kind.value}


def _mass(piece: Mass) -> Exhibit:
    return {"lost": piece.lost, "sites": piece.sites}


def _hole(piece: Hole) -> Exhibit:
    return {"at": piece.begin, "until": piece.end}
