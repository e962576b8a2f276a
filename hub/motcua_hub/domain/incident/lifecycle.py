"""What people may do with an incident: each act is an entry, or a refusal that says why not."""

from typing import Final

import msgspec

from motcua_hub.domain.incident.state import Entry, State
from motcua_hub.domain.incident.vocabulary import Happening, Severity, Status

DAY: Final = 86_400_000
REOPEN_DAYS: Final = 7
"""An incident closed longer ago is history: what fails again is a new one. A week has one of every
working day in it. Part of the design (decision 19)."""
MIN_REASON: Final = 5
MAX_TEXT: Final = 2000
MAX_NAME: Final = 120
MAX_CASE: Final = 80


class IncidentRefusal(ValueError):  # noqa: N818 - a refusal is no error of the program
    """Not now; `code` is the key of a text that says what to do instead."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Notice(msgspec.Struct, frozen=True):
    """What the law asks for this incident: a notice that was `sent or excused` (R10)."""

    required: bool = False
    answered: bool = False


class Act(msgspec.Struct, frozen=True):
    """Who acts, and when (UTC ms)."""

    actor: str
    at: int


def _entry(happening: Happening, act: Act, **detail: object) -> Entry:
    return Entry(happening=happening, at=act.at, actor=act.actor, detail=detail)


def _refuse(code: str, *, when: bool) -> None:
    if when:
        raise IncidentRefusal(f"incident.refused.{code}")


def _live(state: State) -> None:
    _refuse("closed", when=state.status is Status.CLOSED)


def text(given: str, least: int = 1) -> str:
    """What somebody wrote, in one piece; a reason of two letters explains nothing."""
    words = "\n".join(" ".join(line.split()) for line in given.strip().splitlines())
    _refuse("no_text", when=not words)
    _refuse("short", when=len(words) < least)
    _refuse("long", when=len(words) > MAX_TEXT)
    return words


def _name(given: str, most: int = MAX_NAME) -> str:
    words = " ".join(given.split())
    _refuse("no_text", when=not words)
    _refuse("long", when=len(words) > most)
    return words


def acknowledge(state: State, act: Act) -> Entry:
    """Somebody takes it on."""
    _live(state)
    _refuse("taken", when=state.acknowledged_at is not None)
    return _entry(Happening.ACKNOWLEDGED, act)


def start(state: State, act: Act) -> Entry:
    """Work begins, or goes on after waiting. Whoever starts has taken it on."""
    _live(state)
    _refuse("over", when=state.status in (Status.RESTORED, Status.FIXED))
    _refuse("started", when=state.hands is Status.IN_PROGRESS)
    return _entry(Happening.STARTED, act)


def wait(state: State, act: Act, reason: str) -> Entry:
    """Nothing can be done until something comes: a part, a carrier, another unit."""
    _live(state)
    _refuse("not_taken", when=state.acknowledged_at is None)
    _refuse("over", when=state.status in (Status.RESTORED, Status.FIXED))
    return _entry(Happening.WAITING, act, reason=text(reason, MIN_REASON))


def own(state: State, act: Act, name: str) -> Entry:
    """One person answers for it."""
    _live(state)
    whole = _name(name)
    _refuse("same_owner", when=whole == state.owner)
    return _entry(Happening.OWNER_SET, act, name=whole)


def watch(state: State, act: Act, unit: int, name: str) -> Entry:
    """Another unit looks on; the one that holds it does so anyway."""
    _live(state)
    _refuse("watches", when=unit in state.watchers)
    _refuse("holds", when=unit == state.unit)
    return _entry(Happening.WATCHER_ADDED, act, unit=unit, name=name)


def reroute(
    state: State, act: Act, unit: int, name: str, *, reason: str, ack_due: int | None = None
) -> Entry:
    """To another unit, which has to take it on anew. History stays, transfers are counted."""
    _live(state)
    _refuse("holds", when=unit == state.unit)
    why = text(reason, MIN_REASON)
    return _entry(Happening.REROUTED, act, unit=unit, name=name, reason=why, ack_due=ack_due)


def note(state: State, act: Act, words: str) -> Entry:
    """Anything worth knowing; a closed incident takes notes too."""
    _refuse("none", when=not state.opened_at)
    return _entry(Happening.NOTED, act, text=text(words))


def carrier_case(state: State, act: Act, carrier: str, number: str) -> Entry:
    """The number under which the carrier handles it."""
    _live(state)
    case = _name(number, MAX_CASE)
    return _entry(Happening.CARRIER_CASE, act, carrier=" ".join(carrier.split()), number=case)


def workaround(state: State, act: Act, words: str) -> Entry:
    """How the office goes on meanwhile."""
    _live(state)
    return _entry(Happening.WORKAROUND, act, text=text(words))


def force_majeure(state: State, act: Act, reason: str, *, on: bool) -> Entry:
    """Nobody could have prevented it, or so it was thought. Figures need an approved exclusion."""
    _live(state)
    _refuse("same", when=on == state.force_majeure)
    return _entry(Happening.FORCE_MAJEURE, act, on=on, reason=text(reason, MIN_REASON))


def fix(state: State, act: Act, words: str) -> Entry:
    """What was done."""
    _live(state)
    _refuse("fixed", when=state.status is Status.FIXED)
    return _entry(Happening.FIXED, act, text=text(words, MIN_REASON))


def close(state: State, act: Act, notice: Notice, reason: str = "") -> Entry:
    """The end of it.

    Refused while it is down, while the notice of article 5.2a is neither sent nor excused, and
    while nobody said what was done; something of no severity needs only a reason.
    """
    _live(state)
    _refuse("down", when=state.watched and state.down)
    _refuse("notice", when=notice.required and not notice.answered)
    words = " ".join(reason.split())
    said = state.fixed_at is not None or len(words) >= MIN_REASON
    _refuse("not_fixed", when=not said)
    return _entry(Happening.CLOSED, act, reason=words)


def reopen(state: State, act: Act, reason: str, days: int = REOPEN_DAYS) -> Entry:
    """It was not over after all, and that within some days."""
    _refuse("open", when=state.status is not Status.CLOSED)
    too_late = state.closed_at is not None and act.at - state.closed_at > days * DAY
    _refuse("history", when=too_late)
    return _entry(Happening.REOPENED, act, reason=text(reason, MIN_REASON))


def closes_itself(state: State, now: int, notice: Notice, after: int) -> bool:
    """Whether nobody has to say anything of it any more.

    News of no severity ends with what it tells of. Smaller things that came back by themselves and
    that nobody took on are closed after `after` ms; what people took on, people close.
    """
    if state.status is not Status.RESTORED or state.restored_at is None:
        return False
    if not state.watched or (notice.required and not notice.answered):
        return False
    if state.severity >= Severity.INFO:
        return True
    small = state.severity >= Severity.MINOR and state.acknowledged_at is None
    return small and not state.reports and now - state.restored_at >= after
