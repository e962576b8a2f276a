"""Carrying out what `domain.incident.watch` decided: entries in timelines, in one transaction."""

from collections.abc import Iterable

from sqlalchemy import Connection

from motcua_contract.faults import Responsible
from motcua_hub.desk.deadlines import Calendar, told
from motcua_hub.desk.plans import Plans
from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.domain.incident import severity as severities
from motcua_hub.domain.incident import watch
from motcua_hub.domain.incident.crowds import Crowd
from motcua_hub.domain.incident.promises import Case
from motcua_hub.domain.incident.severity import Weight
from motcua_hub.domain.incident.state import Entry, State
from motcua_hub.domain.incident.vocabulary import Cause, Happening
from motcua_hub.domain.incident.watch import (
    Join,
    Leave,
    Mask,
    Open,
    Relapse,
    Restore,
    Retire,
    Sight,
    Turn,
)
from motcua_hub.store import timelines
from motcua_hub.store.incidents import Opening, open_incident

CAUSE_OF_CLASS = {
    Responsible.HARDWARE.value: Cause.DEVICE,
    Responsible.SOFTWARE.value: Cause.SOFTWARE,
    Responsible.LINK.value: Cause.LINK,
    Responsible.POWER.value: Cause.POWER,
    Responsible.SECURITY.value: Cause.SECURITY,
}
OWN_WORD = 0
"""The rule of a cause that the device itself named by its fault code."""
_OWN_WORD_CONFIDENCE = 900
_PLANNED_RULE = 1
_SERVICE = "service"
"""Under which the catalogue of faults keeps what probes find."""
_PLANNED_CONFIDENCE = 1000


class Moves:
    """Writes into one transaction at `now` (UTC ms); counts what it wrote."""

    def __init__(self, connection: Connection, now: int, plans: Plans) -> None:
        self._connection = connection
        self._now = now
        self._plans = plans
        self._calendar = Calendar(connection)
        self.written = 0

    @property
    def now(self) -> int:
        """The moment of all that is written."""
        return self._now

    def turn(self, turn: Turn) -> None:
        """One beginning or end."""
        match turn:
            case Open():
                self._open(turn)
            case Restore():
                self._write(turn.incident, Happening.RESTORED, ended=turn.ended)
            case Relapse():
                self._relapse(turn)
            case Retire():
                self._retire(turn.incident)

    def _open(self, turn: Open) -> None:
        sight = turn.sight
        cover = self._plans.cover(sight, sight.since)
        weight = weight_of(sight, planned=cover is not None)
        severity = severities.rule_of(weight).severity
        limits = self._calendar.deadlines(
            Case(
                severity=int(severity),
                opened_at=self._now,
                responsible=sight.responsible,
                site=sight.site,
            ),
            self._now,
        )
        opening = Opening(
            kind=sight.kind,
            site=sight.site,
            subject=sight.subject,
            target=sight.target,
            target_kind=sight.target_kind,
            detail=sight.code,
            severity=int(severity),
            responsible=sight.responsible,
            carrier=sight.carrier,
            onset=sight.since,
            confirmed=sight.confirmed_at,
            watched=True,
            ack_due=limits.acknowledge,
            repair_due=limits.repair,
            promise=limits.promise,
            previous=turn.previous,
        )
        incident = open_incident(self._connection, opening, self._now)
        self.written += 1
        if cover is not None:
            self.planned(incident, sight.kind, cover, first=True)
        elif sight.kind != watch.DOWN:
            device = _SERVICE if sight.kind == watch.CERTIFICATE else sight.subject
            self.own_word(incident, sight.code, sight.responsible, sight.since, device)

    def own_word(self, incident: int, code: str, responsible: str, at: int, subject: str) -> None:
        """A fault's code says who repairs it."""
        cause = CAUSE_OF_CLASS.get(responsible, Cause.UNKNOWN)
        exhibit = {"kind": "fault", "code": code, "at": at, "id": subject}
        self._write(
            incident,
            Happening.CAUSE_SET,
            cause=cause.value,
            responsible=responsible,
            confidence=_OWN_WORD_CONFIDENCE,
            provisional=False,
            rule=OWN_WORD,
            evidence=[exhibit],
        )

    def planned(self, incident: int, kind: str, cover: Interval, *, first: bool) -> None:
        """All of it lies in maintenance so far; a target's outage is judged again at its end."""
        begin, end = cover
        exhibit = {"kind": "planned", "at": begin, "until": end, "id": f"window@{begin}"}
        self._write(
            incident,
            Happening.CAUSE_SET if first else Happening.CAUSE_CHANGED,
            cause=Cause.PLANNED.value,
            confidence=_PLANNED_CONFIDENCE,
            provisional=kind == watch.DOWN,
            rule=_PLANNED_RULE,
            evidence=[exhibit],
        )

    def _relapse(self, turn: Relapse) -> None:
        state = self._state(turn.incident)
        moments = [at for run in state.runs for at in (run.onset, run.ended_at) if at is not None]
        limits = self._calendar.of(state, self._now)
        self._write(
            turn.incident,
            Happening.RELAPSED,
            onset=turn.sight.since,
            confirmed=turn.sight.confirmed_at,
            merged=turn.merged,
            flapping=watch.flapping([*moments, turn.sight.since], self._now),
            **told(limits, "repair_due"),
        )

    def _retire(self, incident: int) -> None:
        state = self._state(incident)
        entries = [self._entry(Happening.RESTORED, ended=self._now)] if state.down else []
        entries.append(self._entry(Happening.CLOSED, reason="retired"))
        timelines.append(self._connection, incident, entries)
        self.written += len(entries)

    def crowd(self, crowd: Crowd) -> int:
        """One incident for many sites lost at once."""
        weight = Weight(kind=crowd.kind)
        severity = severities.rule_of(weight).severity
        link = crowd.kind == watch.CARRIER
        of = (Responsible.LINK if link else Responsible.SOFTWARE).value
        case = Case(severity=int(severity), opened_at=self._now, responsible=of)
        limits = self._calendar.deadlines(case, self._now)
        opening = Opening(
            kind=crowd.kind,
            subject=crowd.carrier,
            severity=int(severity),
            responsible=of,
            carrier=crowd.carrier,
            onset=crowd.onset,
            confirmed=self._now,
            watched=True,
            ack_due=limits.acknowledge,
            repair_due=limits.repair,
            promise=limits.promise,
        )
        incident = open_incident(self._connection, opening, self._now)
        self.crowd_word(incident, crowd.kind, crowd.onset, len(crowd.members), crowd.sites)
        self.written += 1
        return incident

    def crowd_word(self, incident: int, kind: str, onset: int, lost: int, sites: int) -> None:
        """Many at once is what the cause rests on."""
        link = kind == watch.CARRIER
        exhibit = {"kind": "mass", "id": f"links@{onset}", "lost": lost, "sites": sites}
        self._write(
            incident,
            Happening.CAUSE_SET,
            cause=(Cause.WAN if link else Cause.HUB).value,
            confidence=500 if link else 900,
            provisional=False,
            rule=9,
            evidence=[exhibit],
        )

    def join(self, join: Join) -> None:
        """A child gets its parent."""
        self._write(join.parent, Happening.JOINED, child=join.child)
        self._write(join.child, Happening.JOINED, parent=join.parent)

    def mask(self, mask: Mask) -> None:
        """A target without an incident of its own is listed at its parent's."""
        self._write(mask.parent, Happening.JOINED, target=mask.target)

    def leave(self, leave: Leave) -> None:
        """A child stands for itself again; its time to be taken on begins now."""
        state = self._state(leave.child)
        limits = self._calendar.of(state, self._now)
        self._write(leave.child, Happening.LEFT, parent=leave.parent)
        if state.acknowledged_at is None:
            self._write(
                leave.child,
                Happening.SEVERITY_CHANGED,
                severity=int(state.severity),
                was=int(state.severity),
                why="left",
                **told(limits, "ack_due", "repair_due"),
            )

    def restored(self, incident: int, ended: int) -> None:
        """A crowd is back."""
        self._write(incident, Happening.RESTORED, ended=ended)

    def severity(self, incident: int, severity: int, why: str, since: int) -> None:
        """It is worse or less than it was; deadlines begin anew, at `since`."""
        state = self._state(incident)
        limits = self._calendar.of(state, since, severity)
        self._write(
            incident,
            Happening.SEVERITY_CHANGED,
            severity=int(severity),
            was=int(state.severity),
            why=why,
            **told(limits, "ack_due", "repair_due"),
        )

    def promise(self, incident: int) -> None:
        """The promise that fits it now: it had none, or somebody else has it.

        Whoever has taken it on already is not asked to do so again.
        """
        state = self._state(incident)
        base = self._now if state.promise is None else state.promise.base
        names = ("ack_due", "repair_due") if state.acknowledged_at is None else ("repair_due",)
        self._write(incident, Happening.PROMISED, **told(self._calendar.of(state, base), *names))

    def fitting(self, case: Case) -> int | None:
        """The version that an incident should have; None: none."""
        found = self._calendar.promises.find(case)
        return None if found is None else found.version.id

    @property
    def special(self) -> bool:
        """Whether any unit, class or site has a promise of its own."""
        return self._calendar.promises.special

    def entries(self, incident: int, entries: Iterable[Entry]) -> State:
        """Whatever else belongs into a timeline."""
        told = list(entries)
        self.written += len(told)
        return timelines.append(self._connection, incident, told)

    def _state(self, incident: int) -> State:
        state = timelines.locked(self._connection, incident)
        if state is None:
            raise KeyError(incident)
        return state

    def _entry(self, happening: Happening, **detail: object) -> Entry:
        return Entry(happening=happening, at=self._now, detail=detail)

    def _write(self, incident: int, happening: Happening, **detail: object) -> None:
        self.entries(incident, [self._entry(happening, **detail)])


def weight_of(sight: Sight, *, planned: bool = False) -> Weight:
    """What decides how bad it is."""
    return Weight(
        kind=sight.kind,
        target_kind=sight.target_kind,
        around_the_clock=sight.around_the_clock,
        office_dead=sight.office_dead,
        critical=sight.critical,
        planned=planned,
    )
