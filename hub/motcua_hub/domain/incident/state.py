"""Where an incident stands: its timeline, folded. Nothing is known of it that is not an entry.

What the entries carry (`detail`; every key may be missing):

- opened: `kind`, `site`, `subject`, `target`, `target_kind`, `watched`, `severity`, `responsible`,
  `onset`, `confirmed`, `carrier`, `detail`, `ack_due`, `repair_due`, `previous` (an incident of the
  same thing that was not closed yet)
- seen_again: `detail`
- joined: `parent` on the child; on the parent `child` (an incident), `target` (masked) or `report`
- left: `parent` (it stands for itself again)
- cause_set, cause_changed: `cause`, `responsible`, `confidence`, `provisional`, `rule`, `doubts`,
  `evidence` (see `exhibits`)
- severity_changed: `severity`, `was`, `why`, `ack_due`, `repair_due`
- routed, rerouted: `unit`, `name`; of a transfer by a person also `reason`, `ack_due`
- owner_set: `name`; watcher_added: `unit`, `name`; waiting: `reason`; noted: `text`
- carrier_case: `carrier`, `number`; workaround, fixed: `text`; force_majeure: `on`, `reason`
- restored: `ended`; relapsed: `onset`, `confirmed`, `merged`, `flapping`, `ack_due`, `repair_due`
- closed: `reason`; reopened: `reason`, `ack_due`, `repair_due`; deadline_missed: `which`, `due`
- promised: `ack_due`, `repair_due`

Whatever brings `ack_due` or `repair_due` may bring `promise`, which says why (see `promises`).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from motcua_hub.domain.incident.promises import Promised
from motcua_hub.domain.incident.vocabulary import CLASS_OF_CAUSE, Happening, Severity, Status

ACKNOWLEDGE: Final = "acknowledge"
REPAIR: Final = "repair"
_CLASSES: Final = {cause.value: found.value for cause, found in CLASS_OF_CAUSE.items()}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a timeline, at `at` (UTC ms). No `actor`: the hub itself."""

    happening: Happening
    at: int
    actor: str = ""
    detail: Mapping[str, Any] = {}


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One outage inside an incident (UTC ms); `acknowledged_at` is the first time anybody took it.

    A relapse within the merge gap lengthens the run, as the ledger counts it.
    """

    onset: int
    confirmed_at: int | None = None
    ended_at: int | None = None
    acknowledged_at: int | None = None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a timeline says. Times are UTC ms, None where it did not happen.

    Attributes:
        hands: How far people are: open, acknowledged, in progress or waiting.
        watched: The hub sees by itself when it is over; otherwise people say so.
        missed: Deadlines that went by: `acknowledge`, `repair`.
        masked: Targets that are down because of this and have no incident of their own.
        held_since: When the unit got it.
        promise: What the deadlines rest on; None: nothing was promised.
    """

    kind: str = ""
    site: str = ""
    subject: str = ""
    target: str | None = None
    target_kind: str = ""
    detail: str = ""
    watched: bool = False
    hands: Status = Status.OPEN
    severity: int = Severity.MINOR
    responsible: str = ""
    cause: str = ""
    confidence: int = 0
    provisional: bool = False
    rule: int = 0
    runs: tuple[Run, ...] = ()
    opened_at: int = 0
    acknowledged_at: int | None = None
    acknowledged_by: str = ""
    restored_at: int | None = None
    fixed_at: int | None = None
    closed_at: int | None = None
    closed_by: str = ""
    unit: int | None = None
    held_since: int | None = None
    owner: str = ""
    transfers: int = 0
    watchers: tuple[int, ...] = ()
    parent: int | None = None
    children: tuple[int, ...] = ()
    masked: tuple[str, ...] = ()
    reports: int = 0
    ack_due: int | None = None
    repair_due: int | None = None
    promise: Promised | None = None
    missed: tuple[str, ...] = ()
    carrier: str = ""
    carrier_case: str = ""
    workaround: str = ""
    fix: str = ""
    force_majeure: bool = False

    @property
    def status(self) -> Status:
        """Where it stands, in one word."""
        if self.closed_at is not None:
            return Status.CLOSED
        if self.fixed_at is not None:
            return Status.FIXED
        return self.hands if self.restored_at is None else Status.RESTORED

    @property
    def down(self) -> bool:
        """Whether what it is about is still down, as far as anybody knows."""
        return self.restored_at is None and self.closed_at is None

    @property
    def run(self) -> Run:
        """The outage that lasts, or was the last."""
        return self.runs[-1] if self.runs else Run(onset=self.opened_at)


def fold(entries: Iterable[Entry]) -> State:
    """Where a timeline leads. Entries of a newer version of this program change nothing."""
    state = State()
    for entry in entries:
        change = _CHANGES.get(entry.happening)
        state = state if change is None else change(state, entry)
    return state


def after(state: State, entries: Iterable[Entry]) -> State:
    """Where more entries lead."""
    for entry in entries:
        change = _CHANGES.get(entry.happening)
        state = state if change is None else change(state, entry)
    return state


def _text(entry: Entry, key: str) -> str:
    return str(entry.detail.get(key) or "")


def _number(entry: Entry, key: str) -> int | None:
    value = entry.detail.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _deadlines(state: State, entry: Entry) -> State:
    """New deadlines where an entry brings them; what was missed of an old one is over with it."""
    for key, name in (("ack_due", ACKNOWLEDGE), ("repair_due", REPAIR)):
        if key in entry.detail:
            missed = tuple(each for each in state.missed if each != name)
            state = replace(state, missed=missed, **{key: _number(entry, key)})
    if "promise" in entry.detail:
        state = replace(state, promise=_promise(entry.detail["promise"]))
    return state


def _promise(said: object) -> Promised | None:
    try:
        return msgspec.convert(said, Promised | None)
    except msgspec.ValidationError:
        return None


def _opened(state: State, entry: Entry) -> State:
    onset = _number(entry, "onset")
    run = Run(onset=entry.at if onset is None else onset, confirmed_at=_number(entry, "confirmed"))
    severity = _number(entry, "severity")
    opened = replace(
        state,
        kind=_text(entry, "kind"),
        site=_text(entry, "site"),
        subject=_text(entry, "subject"),
        target=_text(entry, "target") or None,
        target_kind=_text(entry, "target_kind"),
        detail=_text(entry, "detail"),
        watched=bool(entry.detail.get("watched")),
        severity=Severity.MINOR if severity is None else severity,
        responsible=_text(entry, "responsible"),
        carrier=_text(entry, "carrier"),
        runs=(run,),
        opened_at=entry.at,
    )
    return _deadlines(opened, entry)


def _seen_again(state: State, entry: Entry) -> State:
    return replace(state, detail=_text(entry, "detail") or state.detail)


def _joined(state: State, entry: Entry) -> State:
    parent, child = _number(entry, "parent"), _number(entry, "child")
    target = _text(entry, "target")
    if parent is not None:
        return replace(state, parent=parent)
    if child is not None and child not in state.children:
        return replace(state, children=(*state.children, child))
    if target and target not in state.masked:
        return replace(state, masked=(*state.masked, target))
    return replace(state, reports=state.reports + 1) if "report" in entry.detail else state


def _left(state: State, _entry: Entry) -> State:
    return replace(state, parent=None)


def _cause(state: State, entry: Entry) -> State:
    cause = _text(entry, "cause")
    return replace(
        state,
        cause=cause,
        confidence=_number(entry, "confidence") or 0,
        provisional=bool(entry.detail.get("provisional")),
        rule=_number(entry, "rule") or 0,
        responsible=_text(entry, "responsible") or _CLASSES.get(cause) or state.responsible,
    )


def _severity(state: State, entry: Entry) -> State:
    severity = _number(entry, "severity")
    changed = replace(state, severity=state.severity if severity is None else severity)
    return _deadlines(changed, entry)


def _routed(state: State, entry: Entry) -> State:
    return replace(state, unit=_number(entry, "unit"), held_since=entry.at)


def _rerouted(state: State, entry: Entry) -> State:
    """Whoever has it now has to take it on anew."""
    moved = replace(
        state,
        unit=_number(entry, "unit"),
        held_since=entry.at,
        transfers=state.transfers + 1,
        hands=Status.OPEN,
        owner="",
        acknowledged_at=None,
        acknowledged_by="",
    )
    return _deadlines(moved, entry)


def _acknowledged(state: State, entry: Entry) -> State:
    runs = state.runs
    if runs and runs[-1].acknowledged_at is None:
        runs = (*runs[:-1], replace(runs[-1], acknowledged_at=entry.at))
    return replace(
        state,
        hands=Status.ACKNOWLEDGED,
        acknowledged_at=entry.at,
        acknowledged_by=entry.actor,
        owner=state.owner or entry.actor,
        runs=runs,
    )


def _started(state: State, entry: Entry) -> State:
    taken = state if state.acknowledged_at is not None else _acknowledged(state, entry)
    return replace(taken, hands=Status.IN_PROGRESS)


def _waiting(state: State, _entry: Entry) -> State:
    return replace(state, hands=Status.WAITING)


def _owner(state: State, entry: Entry) -> State:
    return replace(state, owner=_text(entry, "name"))


def _watcher(state: State, entry: Entry) -> State:
    unit = _number(entry, "unit")
    if unit is None or unit in state.watchers:
        return state
    return replace(state, watchers=(*state.watchers, unit))


def _carrier_case(state: State, entry: Entry) -> State:
    carrier = _text(entry, "carrier") or state.carrier
    return replace(state, carrier=carrier, carrier_case=_text(entry, "number"))


def _workaround(state: State, entry: Entry) -> State:
    return replace(state, workaround=_text(entry, "text"))


def _force_majeure(state: State, entry: Entry) -> State:
    return replace(state, force_majeure=bool(entry.detail.get("on")))


def _ended(state: State, at: int) -> tuple[Run, ...]:
    runs = state.runs
    if not runs or runs[-1].ended_at is not None:
        return runs
    return (*runs[:-1], replace(runs[-1], ended_at=at))


def _restored(state: State, entry: Entry) -> State:
    ended = _number(entry, "ended")
    at = entry.at if ended is None else ended
    return replace(state, restored_at=at, runs=_ended(state, at))


def _relapsed(state: State, entry: Entry) -> State:
    """Down again: what was said to have mended it did not."""
    back = replace(state, restored_at=None, fixed_at=None, watched=True)
    runs = state.runs
    if entry.detail.get("merged") and runs:
        runs = (*runs[:-1], replace(runs[-1], ended_at=None))
    else:
        onset = _number(entry, "onset")
        confirmed = _number(entry, "confirmed")
        begun = Run(onset=entry.at if onset is None else onset, confirmed_at=confirmed)
        runs = (*runs, begun)
    return _deadlines(replace(back, runs=runs), entry)


def _fixed(state: State, entry: Entry) -> State:
    """Where the hub does not see for itself, it is over when somebody says so."""
    fixed = replace(state, fixed_at=entry.at, fix=_text(entry, "text"))
    if state.watched or state.restored_at is not None:
        return fixed
    return replace(fixed, restored_at=entry.at, runs=_ended(fixed, entry.at))


def _closed(state: State, entry: Entry) -> State:
    return replace(state, closed_at=entry.at, closed_by=entry.actor)


def _reopened(state: State, entry: Entry) -> State:
    """Somebody found that it is not over; the hands begin anew.

    The hub saw it come back, and people know better: now it is over when they say so.
    """
    again = replace(
        state,
        closed_at=None,
        closed_by="",
        fixed_at=None,
        hands=Status.OPEN,
        acknowledged_at=None,
        acknowledged_by="",
        restored_at=None,
        watched=False,
    )
    return _deadlines(again, entry)


def _missed(state: State, entry: Entry) -> State:
    which = _text(entry, "which")
    return state if which in state.missed else replace(state, missed=(*state.missed, which))


_CHANGES: Final[Mapping[Happening, Callable[[State, Entry], State]]] = {
    Happening.OPENED: _opened,
    Happening.SEEN_AGAIN: _seen_again,
    Happening.JOINED: _joined,
    Happening.LEFT: _left,
    Happening.CAUSE_SET: _cause,
    Happening.CAUSE_CHANGED: _cause,
    Happening.SEVERITY_CHANGED: _severity,
    Happening.ROUTED: _routed,
    Happening.REROUTED: _rerouted,
    Happening.ACKNOWLEDGED: _acknowledged,
    Happening.OWNER_SET: _owner,
    Happening.WATCHER_ADDED: _watcher,
    Happening.STARTED: _started,
    Happening.WAITING: _waiting,
    Happening.CARRIER_CASE: _carrier_case,
    Happening.WORKAROUND: _workaround,
    Happening.FORCE_MAJEURE: _force_majeure,
    Happening.RESTORED: _restored,
    Happening.RELAPSED: _relapsed,
    Happening.FIXED: _fixed,
    Happening.CLOSED: _closed,
    Happening.REOPENED: _reopened,
    Happening.DEADLINE_MISSED: _missed,
    Happening.PROMISED: _deadlines,
}
