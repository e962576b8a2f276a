"""A ticket as the hub sees it: the fold of its facts, whatever order batches arrived in.

Facts are folded in the order the office committed them (incarnation, then place in it). A fact
that comes after a later one, or an undo, makes the caller fold the whole ticket again.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from motcua_contract.facts import Fact, printing, ratings, tickets, type_name
from motcua_contract.facts.base import TicketFact
from motcua_contract.vocabulary import PrintState, RatingState, TicketState

WAIT_LIMIT_MS: Final = 7 * 24 * 3600 * 1000
_CODE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})-(.{1,64})")


class Stamp(msgspec.Struct, frozen=True):
    """Where and when a fact was committed. `depth` is its incarnation's place in the chain."""

    depth: int
    jid: str
    seq: int
    boot: str
    mono: int
    wall: int
    day: str

    @property
    def order(self) -> tuple[int, str, int]:
        """Sorts facts as the office committed them."""
        return (self.depth, self.jid, self.seq)


class TicketRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the `ticket` table, without its site."""

    id: str
    day: str
    label: str
    series: str = ""
    number: int = 0
    service: str = ""
    purpose: str = ""
    priority: str = ""
    channel: str = ""
    test: bool = False
    partial: bool = False
    state: str = TicketState.WAITING.value
    counter: int | None = None
    officer: str | None = None
    issued_at: int | None = None
    called_at: int | None = None
    started_at: int | None = None
    finished_at: int | None = None
    ended_at: int | None = None
    wait_ms: int | None = None
    serving_ms: int | None = None
    calls: int = 0
    slips: int = 0
    print_state: str = PrintState.PENDING.value
    rating_state: str = RatingState.NONE.value
    rating_level: int | None = None
    rating_scale: int | None = None
    reason: str = ""
    updated_at: int
    issued_boot: str = ""
    issued_mono: int | None = None
    last_jid: str
    last_seq: int


_Changes = dict[str, Any]
_Step = Callable[[TicketRow, Any, Stamp], _Changes]


def _clamped(ms: int) -> int:
    return max(0, min(ms, WAIT_LIMIT_MS))


def _waited(row: TicketRow, at: Stamp) -> int | None:
    """From issue to `at`: by the boot-time clock within one boot, by the wall clock otherwise."""
    if row.issued_mono is not None and row.issued_boot == at.boot:
        return _clamped(at.mono - row.issued_mono)
    return None if row.issued_at is None else _clamped(at.wall - row.issued_at)


def _to(state: TicketState, **more: object) -> _Changes:
    return {"state": state.value, **more}


def _called(row: TicketRow, fact: tickets.TicketCalled, at: Stamp) -> _Changes:
    first: _Changes = {}
    if row.called_at is None:
        first = {"called_at": at.wall, "wait_ms": _waited(row, at)}
    at_counter = {"counter": fact.counter, "officer": fact.officer, "calls": row.calls + 1}
    return _to(TicketState.CALLED, **first, **at_counter)


def _requeued(row: TicketRow, _fact: Fact, _at: Stamp) -> _Changes:
    """A first call made by mistake did not end the wait."""
    first = {"called_at": None, "wait_ms": None} if row.calls == 1 else {}
    return _to(TicketState.WAITING, counter=None, officer=None, **first)


def _checked_in(_row: TicketRow, _fact: Fact, at: Stamp) -> _Changes:
    """A booked citizen's wait begins on arrival."""
    return _to(TicketState.WAITING, issued_boot=at.boot, issued_mono=at.mono)


def _started(row: TicketRow, fact: tickets.TicketStarted, at: Stamp) -> _Changes:
    begun = at.wall if row.started_at is None else row.started_at
    seated = {"counter": fact.counter, "officer": fact.officer}
    return _to(TicketState.SERVING, started_at=begun, **seated)


def _finished(_row: TicketRow, fact: tickets.TicketFinished, at: Stamp) -> _Changes:
    rating = RatingState.NONE if fact.rate_by is None else RatingState.OPEN
    return _to(
        TicketState.WRAP_UP,
        finished_at=at.wall,
        serving_ms=_clamped(fact.serving_ms),
        counter=fact.counter,
        officer=fact.officer,
        rating_state=rating.value,
    )


def _ended(state: TicketState) -> _Step:
    def step(_row: TicketRow, fact: Fact, at: Stamp) -> _Changes:
        reason = {}
        if isinstance(fact, tickets.TicketVoided | tickets.TicketExpired):
            reason = {"reason": str(fact.reason)}
        return _to(state, ended_at=at.wall, **reason)

    return step


def _moved(state: TicketState) -> _Step:
    return lambda _row, _fact, _at: _to(state)


def _transferred(_row: TicketRow, fact: tickets.TicketTransferred, _at: Stamp) -> _Changes:
    return _to(TicketState.WAITING, service=fact.to_service, counter=None, officer=None)


def _print(state: PrintState, slips: int = 0) -> _Step:
    return lambda row, _fact, _at: {"print_state": state.value, "slips": row.slips + slips}


def _rated(
    _row: TicketRow, fact: ratings.RatingGiven | ratings.RatingChanged, _at: Stamp
) -> _Changes:
    return {
        "rating_state": RatingState.RATED.value,
        "rating_level": fact.level,
        "rating_scale": fact.scale,
        "officer": fact.officer,
    }


def _rating(state: RatingState) -> _Step:
    return lambda _row, _fact, _at: {"rating_state": state.value}


_STEPS: Final[dict[type[Fact], _Step]] = {
    tickets.TicketCheckedIn: _checked_in,
    tickets.TicketCalled: _called,
    tickets.TicketStarted: _started,
    tickets.TicketMissed: _moved(TicketState.MISSED),
    tickets.TicketRejoined: _moved(TicketState.WAITING),
    tickets.TicketNoShow: _ended(TicketState.NO_SHOW),
    tickets.TicketHeld: _moved(TicketState.ON_HOLD),
    tickets.TicketSentAway: _moved(TicketState.AWAY),
    tickets.TicketResumed: _moved(TicketState.WAITING),
    tickets.TicketTransferred: _transferred,
    tickets.TicketRequeued: _requeued,
    tickets.TicketFinished: _finished,
    tickets.TicketServed: _ended(TicketState.SERVED),
    tickets.TicketWalkedOut: _ended(TicketState.WALKED_OUT),
    tickets.TicketVoided: _ended(TicketState.VOID),
    tickets.TicketExpired: _ended(TicketState.EXPIRED),
    printing.PrintRequested: _print(PrintState.PENDING),
    printing.PrintSent: _print(PrintState.SENT),
    printing.PrintPrinted: _print(PrintState.PRINTED, slips=1),
    printing.PrintFailed: _print(PrintState.FAILED),
    printing.PrintUnknown: _print(PrintState.UNKNOWN),
    printing.PrintDropped: _print(PrintState.DROPPED),
    ratings.RatingGiven: _rated,
    ratings.RatingChanged: _rated,
    ratings.RatingDeclined: _rating(RatingState.DECLINED),
    ratings.RatingExpired: _rating(RatingState.EXPIRED),
}


def _issued(fact: tickets.TicketIssued, at: Stamp) -> TicketRow:
    state = TicketState.BOOKED if fact.booked else TicketState.WAITING
    return TicketRow(
        id=fact.ticket,
        day=fact.day,
        label=fact.label,
        series=fact.series,
        number=fact.number,
        service=fact.service,
        purpose=fact.purpose.value,
        priority=fact.priority.value,
        channel=fact.channel.value,
        test=fact.test,
        state=state.value,
        issued_at=at.wall,
        updated_at=at.wall,
        issued_boot=at.boot,
        issued_mono=at.mono,
        last_jid=at.jid,
        last_seq=at.seq,
    )


def _partial(fact: TicketFact, at: Stamp) -> TicketRow:
    """A ticket whose issue is not here: its code tells day and label."""
    code = _CODE.fullmatch(fact.ticket)
    day = "-".join(code.groups()[:3]) if code else at.day[:10]
    return TicketRow(
        id=fact.ticket,
        day=day,
        label=code.group(4) if code else fact.ticket,
        test=fact.test,
        partial=True,
        updated_at=at.wall,
        last_jid=at.jid,
        last_seq=at.seq,
    )


def step(row: TicketRow | None, fact: TicketFact, at: Stamp) -> TicketRow:
    """The row after one more fact, which must be later than all facts in it and no undo."""
    if row is None and isinstance(fact, tickets.TicketIssued):
        return _issued(fact, at)
    before = _partial(fact, at) if row is None else row
    change = _STEPS.get(type(fact))
    changes = {} if change is None else change(before, fact, at)
    mark: _Changes = {"updated_at": at.wall, "last_jid": at.jid, "last_seq": at.seq}
    return msgspec.structs.replace(before, **changes, **mark)


def _drop_last(kept: list[tuple[TicketFact, Stamp]], name: str) -> None:
    for place in range(len(kept) - 1, -1, -1):
        if type_name(kept[place][0]) == name:
            del kept[place]
            return


def _without_undone(
    history: Iterable[tuple[TicketFact, Stamp]],
) -> list[tuple[TicketFact, Stamp]]:
    kept: list[tuple[TicketFact, Stamp]] = []
    for fact, at in history:
        if isinstance(fact, tickets.TicketUndone):
            _drop_last(kept, fact.undone_type)
        kept.append((fact, at))
    return kept


def fold(history: Iterable[tuple[TicketFact, Stamp]]) -> TicketRow | None:
    """The row of one ticket from all its facts in any order."""
    row: TicketRow | None = None
    for fact, at in _without_undone(sorted(history, key=lambda item: item[1].order)):
        row = step(row, fact, at)
    return row


def must_refold(row: TicketRow | None, fact: TicketFact, at: Stamp) -> bool:
    """Whether `step` is not enough: an undo, a late fact, or another incarnation."""
    if isinstance(fact, tickets.TicketUndone):
        return True
    return row is not None and (row.last_jid != at.jid or at.seq <= row.last_seq)
