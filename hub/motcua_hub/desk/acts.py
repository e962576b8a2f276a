"""What people do with incidents, written down: pages, the API and the command line share these.

Each takes a connection with a transaction, locks the incident, adds one entry to its timeline and a
row to the audit, or raises `IncidentRefusal`. `UnknownIncidentError`: there is no such incident.
"""

from collections.abc import Callable

import msgspec
from sqlalchemy import Connection

from motcua_hub.desk.deadlines import Calendar, case_of, told
from motcua_hub.domain.incident import lifecycle
from motcua_hub.domain.incident.lifecycle import Act, Notice
from motcua_hub.domain.incident.state import Entry, State
from motcua_hub.store import notices, schema, timelines

Decide = Callable[[State], Entry]


class UnknownIncidentError(KeyError):
    """There is no incident with that id."""


def _do(connection: Connection, incident: int, act: Act, decide: Decide) -> State:
    state = timelines.locked(connection, incident)
    if state is None:
        raise UnknownIncidentError(incident)
    entry = decide(state)
    after = timelines.add(connection, incident, state, [entry])
    _audit(connection, incident, act, entry)
    return after


def _audit(connection: Connection, incident: int, act: Act, entry: Entry) -> None:
    said = "; ".join(f"{key}={value}" for key, value in entry.detail.items() if value)
    connection.execute(
        schema.audit.insert().values(
            at=act.at,
            actor=act.actor[:64],
            action=f"incident_{entry.happening.value}",
            subject=str(incident),
            detail=said,
        )
    )


def notice_of(connection: Connection, incident: int) -> Notice:
    """What the law asks for this incident."""
    open_question = notices.closable(connection, incident) is not None
    return Notice(required=open_question, answered=not open_question)


def acknowledge(connection: Connection, incident: int, act: Act) -> State:
    """Somebody takes it on."""
    return _do(connection, incident, act, lambda s: lifecycle.acknowledge(s, act))


def start(connection: Connection, incident: int, act: Act) -> State:
    """Work begins."""
    return _do(connection, incident, act, lambda s: lifecycle.start(s, act))


def wait(connection: Connection, incident: int, act: Act, reason: str) -> State:
    """It waits for something."""
    return _do(connection, incident, act, lambda s: lifecycle.wait(s, act, reason))


def own(connection: Connection, incident: int, act: Act, name: str) -> State:
    """One person answers for it."""
    return _do(connection, incident, act, lambda s: lifecycle.own(s, act, name))


def watch(connection: Connection, incident: int, act: Act, unit: int, name: str) -> State:
    """Another unit looks on."""
    return _do(connection, incident, act, lambda s: lifecycle.watch(s, act, unit, name))


def reroute(  # noqa: PLR0917 - whom, when, where to and why
    connection: Connection, incident: int, act: Act, unit: int, name: str, reason: str
) -> State:
    """To another unit, whose time to take it on begins now."""

    def decide(state: State) -> Entry:
        case = msgspec.structs.replace(case_of(state), unit=unit)
        ack_due = Calendar(connection).deadlines(case, act.at, act.at).acknowledge
        return lifecycle.reroute(state, act, unit, name, reason=reason, ack_due=ack_due)

    return _do(connection, incident, act, decide)


def note(connection: Connection, incident: int, act: Act, words: str) -> State:
    """Anything worth knowing."""
    return _do(connection, incident, act, lambda s: lifecycle.note(s, act, words))


def carrier_case(
    connection: Connection, incident: int, act: Act, carrier: str, number: str
) -> State:
    """The carrier's number."""
    return _do(connection, incident, act, lambda s: lifecycle.carrier_case(s, act, carrier, number))


def workaround(connection: Connection, incident: int, act: Act, words: str) -> State:
    """How the office goes on meanwhile."""
    return _do(connection, incident, act, lambda s: lifecycle.workaround(s, act, words))


def force_majeure(
    connection: Connection, incident: int, act: Act, reason: str, *, on: bool
) -> State:
    """Nobody could have prevented it."""
    return _do(connection, incident, act, lambda s: lifecycle.force_majeure(s, act, reason, on=on))


def fix(connection: Connection, incident: int, act: Act, words: str) -> State:
    """What was done."""
    return _do(connection, incident, act, lambda s: lifecycle.fix(s, act, words))


def close(connection: Connection, incident: int, act: Act, reason: str = "") -> State:
    """The end of it."""
    notice = notice_of(connection, incident)
    return _do(connection, incident, act, lambda s: lifecycle.close(s, act, notice, reason))


def reopen(connection: Connection, incident: int, act: Act, reason: str) -> State:
    """It was not over after all; its deadlines begin anew."""

    def decide(state: State) -> Entry:
        entry = lifecycle.reopen(state, act, reason)
        more = told(Calendar(connection).of(state, act.at), "ack_due", "repair_due")
        return Entry(
            happening=entry.happening,
            at=entry.at,
            actor=entry.actor,
            detail={**entry.detail, **more},
        )

    return _do(connection, incident, act, decide)
