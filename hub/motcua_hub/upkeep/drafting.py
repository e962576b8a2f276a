"""Drafts: for an outage of the class of article 5.2a at once, for its end when that was told."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from motcua_hub.domain.notice import scope, text
from motcua_hub.domain.notice.lifecycle import SYSTEM
from motcua_hub.domain.notice.model import OPEN, Kind, Outage, State
from motcua_hub.domain.notice.text import Draft, Letterhead, Say
from motcua_hub.store import notices
from motcua_hub.store.notices import Notice
from motcua_hub.store.outages import outage_of


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What every paper is written with."""

    say: Say
    head: Letterhead


def of_kind(told: Sequence[Notice], kind: Kind) -> list[Notice]:
    """The notices of a kind, oldest first."""
    return [one for one in told if one.kind == kind]


def letterhead(notice: Notice) -> Letterhead:
    """The letterhead under which a notice was sent."""
    return msgspec.json.decode(notice.head or '{"unit": ""}', type=Letterhead)


def reference(notice: Notice) -> str:
    """How a sent notice is named: `12/TB`."""
    return f"{notice.number}/{letterhead(notice).mark}"


def _about(told: Sequence[Notice], first: Notice) -> list[Notice]:
    """What was written about the end of an interruption, withdrawn drafts left out."""
    ends = of_kind(told, Kind.RESTORATION)
    return [one for one in ends if one.about == first.id and one.state != State.WITHDRAWN]


def _wants_interruption(told: Sequence[Notice], relapsed_at: int | None) -> bool:
    firsts = of_kind(told, Kind.INTERRUPTION)
    if not firsts:
        return True
    last = firsts[-1]
    if last.state == State.SENT:
        return any(one.state == State.SENT for one in _about(told, last))
    if last.state == State.WITHDRAWN:
        return True
    return (
        last.state == State.EXCUSED
        and relapsed_at is not None
        and relapsed_at >= (last.ended_at or 0)
    )


def _write(
    connection: Connection,
    outage: Outage,
    kind: Kind,
    draft: Draft,
    *,
    due_at: int,
    now: int,
    rule: str,
    about: int | None = None,
    actor: str = SYSTEM,
) -> int:
    return notices.draft(
        connection,
        incident=outage.incident,
        kind=kind,
        site=outage.site,
        system=outage.system,
        title=draft.title,
        body=draft.body,
        due_at=due_at,
        now=now,
        actor=actor,
        rule=rule,
        about=about,
    )


def _end(
    connection: Connection,
    desk: Desk,
    outage: Outage,
    told: Sequence[Notice],
    *,
    now: int,
) -> int | None:
    """A draft of the second notice when the first was sent."""
    firsts = of_kind(told, Kind.INTERRUPTION)
    if not firsts or firsts[-1].state != State.SENT or _about(told, firsts[-1]):
        return None
    first = firsts[-1]
    draft = text.restoration(desk.say, outage, desk.head, reference(first))
    due = max(outage.until or 0, first.sent_at or 0)
    return _write(
        connection, outage, Kind.RESTORATION, draft, due_at=due, now=now, rule="end", about=first.id
    )


def _withdraw(
    connection: Connection, desk: Desk, told: Sequence[Notice], why: str, now: int
) -> None:
    for one in told:
        if one.state in OPEN:
            notices.end(connection, one, State.WITHDRAWN, desk.say(why), actor=SYSTEM, now=now)


def look(
    connection: Connection,
    desk: Desk,
    incident: int,
    *,
    now: int,
    at: int | None = None,
    relapsed_at: int | None = None,
) -> list[int]:
    """Write what an incident's present state asks for; ids of new drafts, most often none.

    Looking twice at the same state writes nothing twice.

    Args:
        connection: A writing transaction.
        desk: Words and letterhead.
        incident: Its id.
        now: UTC ms.
        at: When it came into the class, if that was later than its confirmation: it is due then.
        relapsed_at: When what was over began again, if it did.
    """
    outage = outage_of(connection, incident)
    if outage is None:
        return []
    told = notices.of_incident(connection, incident)
    rule = scope.decided_by(outage)
    made: list[int | None] = []
    if outage.until is None:
        ends = of_kind(told, Kind.RESTORATION)
        _withdraw(connection, desk, ends, "notice.withdrawn.relapsed", now)
        told = notices.of_incident(connection, incident) if ends else told
    if rule.needed and _wants_interruption(told, relapsed_at):
        draft = text.interruption(desk.say, outage, desk.head)
        confirmed = now if outage.confirmed_at is None else outage.confirmed_at
        due = confirmed if at is None else max(at, confirmed)
        made.append(
            _write(
                connection, outage, Kind.INTERRUPTION, draft, due_at=due, now=now, rule=rule.name
            )
        )
    elif not rule.needed:
        untouched = [
            one
            for one in of_kind(told, Kind.INTERRUPTION)
            if one.state == State.DRAFT and one.written_by == SYSTEM and one.rule != BY_HAND
        ]
        _withdraw(connection, desk, untouched, "notice.withdrawn.class", now)
    if outage.until is not None:
        made.append(_end(connection, desk, outage, told, now=now))
    return [one for one in made if one is not None]


BY_HAND = "by_hand"
"""The rule of a draft that a person asked for although no rule did."""


def by_hand(connection: Connection, desk: Desk, incident: int, *, now: int) -> int | None:
    """A draft that a person asks for; None when there is no incident or an open draft already."""
    outage = outage_of(connection, incident)
    told = of_kind(notices.of_incident(connection, incident), Kind.INTERRUPTION)
    if outage is None or (told and told[-1].state in OPEN):
        return None
    draft = text.interruption(desk.say, outage, desk.head)
    return _write(connection, outage, Kind.INTERRUPTION, draft, due_at=now, now=now, rule=BY_HAND)
