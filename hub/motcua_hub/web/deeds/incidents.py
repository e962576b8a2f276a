"""What people do with incidents. The desk writes the incident's own timeline."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from sqlalchemy import Connection

from motcua_hub.desk import acts
from motcua_hub.domain.incident.lifecycle import Act, IncidentRefusal
from motcua_hub.domain.incident.state import State
from motcua_hub.web.deeds.by import By
from motcua_hub.web.queries import incidents as query


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """`words`: a reason, a note, what was done; `name`: a person or a carrier; `unit`: its number.

    `on` is for force majeure: whether it is, or is not after all.
    """

    words: str = ""
    name: str = ""
    unit: int = 0
    on: bool = True


Deed = Callable[[Connection, int, Act, Said], State]


def _unit(connection: Connection, said: Said) -> tuple[int, str]:
    name = query.unit_name(connection, said.unit)
    if name is None:
        code = "incident.refused.unit"
        raise IncidentRefusal(code)
    return said.unit, name


def _reroute(connection: Connection, incident: int, act: Act, said: Said) -> State:
    unit, name = _unit(connection, said)
    return acts.reroute(connection, incident, act, unit, name, said.words)


def _watch(connection: Connection, incident: int, act: Act, said: Said) -> State:
    return acts.watch(connection, incident, act, *_unit(connection, said))


def _force_majeure(connection: Connection, incident: int, act: Act, said: Said) -> State:
    return acts.force_majeure(connection, incident, act, said.words, on=said.on)


DEEDS: Final[Mapping[str, Deed]] = {
    "acknowledge": lambda c, n, act, _: acts.acknowledge(c, n, act),
    "start": lambda c, n, act, _: acts.start(c, n, act),
    "wait": lambda c, n, act, said: acts.wait(c, n, act, said.words),
    "own": lambda c, n, act, said: acts.own(c, n, act, said.name),
    "watch": _watch,
    "reroute": _reroute,
    "note": lambda c, n, act, said: acts.note(c, n, act, said.words),
    "carrier_case": lambda c, n, act, said: acts.carrier_case(c, n, act, said.name, said.words),
    "workaround": lambda c, n, act, said: acts.workaround(c, n, act, said.words),
    "force_majeure": _force_majeure,
    "fix": lambda c, n, act, said: acts.fix(c, n, act, said.words),
    "close": lambda c, n, act, said: acts.close(c, n, act, said.words),
    "reopen": lambda c, n, act, said: acts.reopen(c, n, act, said.words),
}
"""By the name of the deed. Each raises IncidentRefusal, UnknownIncidentError."""


def do(connection: Connection, incident: int, deed: str, said: Said, by: By) -> State:
    """Do something with an incident; what it is then. Raises as the deeds do."""
    return DEEDS[deed](connection, incident, Act(by.who, by.now), said)
