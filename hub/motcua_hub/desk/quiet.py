"""Windows approved late, cancelled while they run, or overrun: incidents follow at once.

An incident is planned as long as its cause says so; nothing else is remembered. What is planned has
no severity and no deadlines, and its telling stops; what is not planned any more gets both as from
the window's end.
"""

from sqlalchemy import Connection

from motcua_hub.desk import causes, files
from motcua_hub.desk.causes import Case, Finding
from motcua_hub.desk.moves import Moves, weight_of
from motcua_hub.desk.plans import WATCHED, Plans
from motcua_hub.desk.sights import Scene
from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.domain.incident.severity import Weight, rule_of
from motcua_hub.domain.incident.vocabulary import Cause, Severity
from motcua_hub.domain.incident.watch import CROWDS, DOWN, Held, Sight

PLANNED = "planned"
OVERRUN = "overrun"
"""Why a severity changed; keys of texts."""


def advance(connection: Connection, moves: Moves, plans: Plans, seen: Scene) -> None:
    """Quiet what is planned now, and raise what is not any more."""
    sights = {sight.key: sight for sight in seen.sights}
    for one in files.held(connection):
        if not one.down or one.kind not in WATCHED:
            continue
        cover = plans.cover(one, one.onset)
        if cover is not None:
            _quiet(moves, one, cover)
        elif one.cause == Cause.PLANNED:
            _another(connection, moves, one)
            severity = rule_of(_weight(one, sights.get(one.key))).severity
            since = plans.ended(one, one.onset)
            moves.severity(one.id, severity, OVERRUN, since)
    _crowds(connection, moves, plans, len(seen.links))


def _crowds(connection: Connection, moves: Moves, plans: Plans, sites: int) -> None:
    """A crowd is planned as long as all of it is that is still down."""
    held = files.held(connection)
    for one in held:
        members = [each for each in held if each.parent == one.id and each.down]
        if one.kind not in CROWDS or not one.down or not members:
            continue
        covers = [plans.cover(each, each.onset) for each in members]
        if covers[0] is not None and None not in covers:
            _quiet(moves, one, covers[0])
        elif one.cause == Cause.PLANNED:
            moves.crowd_word(one.id, one.kind, one.onset, len(members), sites)
            severity = rule_of(Weight(kind=one.kind)).severity
            since = min(plans.ended(each, each.onset) for each in members)
            moves.severity(one.id, severity, OVERRUN, since)


def _quiet(moves: Moves, one: Held, cover: Interval) -> None:
    if one.cause != Cause.PLANNED:
        moves.planned(one.id, one.kind, cover, first=one.cause == "")
    if one.severity < Severity.INFO:
        moves.severity(one.id, Severity.INFO, PLANNED, one.opened_at)


def _another(connection: Connection, moves: Moves, one: Held) -> None:
    """The cause of what is not planned any more."""
    found: Finding | None = None
    if one.kind == DOWN and one.target is not None:
        case = Case(target=one.target, onset=one.onset, end=None)
        found = causes.finding(connection, case, moves.now)
    if found is not None:
        moves.entries(one.id, [causes.entry(found, one.responsible, moves.now, changed=True)])
    else:
        moves.own_word(one.id, one.detail, one.responsible, one.onset, one.subject)


def _weight(one: Held, sight: Sight | None) -> Weight:
    if sight is not None:
        return weight_of(sight)
    return Weight(kind=one.kind, target_kind=one.target_kind, critical=one.kind == DOWN)
