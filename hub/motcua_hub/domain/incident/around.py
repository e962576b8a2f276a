"""What circumstances say, question by question; `attribution` puts the questions in order."""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol, TypeVar

from motcua_hub.domain.availability.intervals import Interval, clip, length, normal
from motcua_hub.domain.incident.circumstances import (
    AppEvent,
    Boot,
    Circumstances,
    Hole,
    Loss,
    Planned,
    Reach,
    Symptom,
    SymptomKind,
    UpsSpan,
)

SLACK: Final = 30_000
"""A failure is noticed up to one probe interval after it happened."""
TOGETHER: Final = 60_000
"""Losses within this time of each other have one cause."""
LONG: Final = 600_000
"""An outage that goes on so long after what failed is back has another cause as well."""
MOSTLY: Final = 0.9
NOTICED: Final = 50_000
"""After this time a program has noticed that its line is dead (keepalive of 30 s, and half)."""
_EDGE: Final = 20_000
"""What ticks say this close to an edge of an outage may be of the other side of it."""


class _Spanned(Protocol):
    @property
    def begin(self) -> int: ...

    @property
    def end(self) -> int: ...


_Any = TypeVar("_Any", bound=_Spanned)


def _within(spans: Iterable[_Any], window: Interval) -> list[_Any]:
    """Those that touch a time, oldest first."""
    found = [each for each in spans if each.begin < window[1] and window[0] < each.end]
    return sorted(found, key=lambda each: (each.begin, each.end))


def planned(facts: Circumstances) -> list[Planned]:
    """The maintenance windows that cover the whole outage; none if any of it is left over."""
    touching = _within(facts.planned, (facts.onset, facts.until + 1))
    covered = normal((each.begin, each.end) for each in touching)
    whole = any(begin <= facts.onset and facts.until <= end for begin, end in covered)
    return touching if whole else []


def boot_at_onset(facts: Circumstances) -> Boot | None:
    """The boot that the outage began in, or ended.

    A machine that starts quickly may be up again before its loss is noticed: a boot that is younger
    than that is not the one that was lost, unless the one before had gone longer ago than a loss
    takes to be noticed: then the young one was up, heard of, and lost.
    """
    begun = [each for each in facts.boots if each.begin <= facts.onset]
    older = [
        each
        for each in begun
        if each.begin + each.doubt <= facts.onset - TOGETHER <= each.last + each.doubt
    ]
    return max(older or begun, key=lambda each: each.begin, default=None)


def boot_after(facts: Circumstances, boot: Boot) -> Boot | None:
    """The next boot, if it began in the window."""
    later = [e for e in facts.boots if boot.begin < e.begin <= facts.window[1]]
    return min(later, key=lambda each: each.begin, default=None)


def died(facts: Circumstances, boot: Boot) -> bool:
    """Whether the boot ended about when the outage began, so that its end may explain it.

    A machine that went on ticking after the onset was alive while nobody heard it; and one whose
    last word is older than the window was lost earlier than this.
    """
    doubt = min(boot.doubt, facts.onset - facts.window[0])
    early, late = facts.window[0] - doubt, facts.onset + SLACK + doubt
    return early <= boot.last <= late


def worked_on(facts: Circumstances, boot: Boot) -> bool:
    """Whether a boot ticked on after the onset, beyond all doubt of when that was."""
    return boot.last > facts.onset + SLACK + boot.doubt


def marked(boot: Boot) -> str:
    """The reason of a clean shutdown; empty if it left none, or went on ticking after it."""
    stop = boot.stop
    return stop.reason if stop is not None and boot.last <= stop.at + SLACK else ""


def alive(facts: Circumstances, boot: Boot) -> bool:
    """Whether ticks of this one boot go through the whole outage without a break."""
    begin, end = facts.outage
    return any(since < begin and end <= until for since, until in boot.ticked)


def outlived(facts: Circumstances, boot: Boot) -> bool:
    """Whether it ticked well beyond the onset, without a break, before it ended."""
    beyond = facts.onset + 2 * TOGETHER + boot.doubt
    return any(since < facts.onset and beyond <= until for since, until in boot.ticked)


def episode(facts: Circumstances) -> list[UpsSpan]:
    """Battery time in force when the target was lost, to its end; empty if mains were there.

    What counts is the last word of the UPS before the loss: battery time that was over long before
    explains nothing. Equipment without battery may be lost some seconds before the UPS says `OB`.
    """
    told = _within(facts.ups, facts.window)
    before = [each for each in told if each.begin <= facts.onset]
    after = [each for each in told if facts.onset < each.begin <= facts.onset + TOGETHER]
    seeds = [*before[-1:], *after[:1]]
    first = next((each for each in seeds if each.on_battery), None)
    if first is None:
        return []
    return _run(told, told.index(first))


def _run(told: Sequence[UpsSpan], at: int) -> list[UpsSpan]:
    """The spans on battery around one of them, without one on mains between."""
    first = last = at
    while first > 0 and told[first - 1].on_battery:
        first -= 1
    while last + 1 < len(told) and told[last + 1].on_battery:
        last += 1
    return list(told[first : last + 1])


def on_mains(facts: Circumstances) -> UpsSpan | None:
    """The last word of a UPS before the loss, if it was that mains were there."""
    before = [e for e in _within(facts.ups, facts.window) if e.begin <= facts.onset]
    return before[-1] if before and not before[-1].on_battery else None


def began_on_battery(facts: Circumstances, found: Sequence[UpsSpan]) -> bool:
    """Whether mains went at about the moment at which the target was lost."""
    return bool(found) and abs(found[0].begin - facts.onset) <= TOGETHER


def lost_with_it(facts: Circumstances) -> list[Loss]:
    """What else was lost within a minute, as others than the site's own machine saw it."""
    near = [each for each in facts.losses if abs(each.at - facts.onset) <= TOGETHER]
    return [each for each in near if not facts.site or each.vantage != facts.site]


def app_events(facts: Circumstances, boot: Boot) -> list[AppEvent]:
    """What happened to the program in this boot, in the window, oldest first."""
    begin, end = facts.window
    found = [e for e in facts.app if begin <= e.at <= end and boot.begin <= e.at <= boot.last]
    return sorted(found, key=lambda each: each.at)


def app_at_onset(facts: Circumstances, boot: Boot) -> list[AppEvent]:
    """Those of them that happened when the outage began."""
    near = (facts.onset - TOGETHER, facts.onset + TOGETHER)
    return [each for each in app_events(facts, boot) if near[0] <= each.at <= near[1]]


def symptoms(facts: Circumstances, *kinds: SymptomKind) -> list[Symptom]:
    """What was seen of these kinds in the window, the nearest to the onset first."""
    begin, end = facts.window
    found = [each for each in facts.symptoms if each.kind in kinds and begin <= each.at <= end]
    return sorted(found, key=lambda each: (abs(each.at - facts.onset), each.id))


def reach_in(facts: Circumstances) -> list[Reach]:
    """What ticks said during the outage, a short one's edges included."""
    return _within(facts.reach, _core(facts))


def _core(facts: Circumstances) -> Interval:
    begin, end = facts.outage
    wide = end - begin > 4 * _EDGE
    return (begin + _EDGE, end - _EDGE) if wide else (begin, max(end, begin + 1))


def share(facts: Circumstances, said: Iterable[tuple[Reach, bool | None]]) -> float | None:
    """Of the known time during the outage, the part in which the answer was yes; None: unknown."""
    core = _core(facts)
    yes = no = 0
    for span, answer in said:
        amount = length(clip(((span.begin, span.end),), core))
        yes, no = yes + (amount if answer is True else 0), no + (amount if answer is False else 0)
    return yes / (yes + no) if yes + no else None


def hub_heard(facts: Circumstances, told: Iterable[Reach]) -> float | None:
    """The share of the outage in which ticks said that the hub was there; None: they cannot know.

    A program notices a dead line by its keepalive only: until then it says what it last knew.
    """
    late = (min(facts.onset + NOTICED, facts.until), facts.until)
    yes = no = 0
    for each in told:
        amount = length(clip(((each.begin, each.end),), late))
        yes, no = yes + (amount if each.hub else 0), no + (amount if each.hub is False else 0)
    return yes / (yes + no) if yes + no else None


def gateway_mute(facts: Circumstances) -> bool:
    """Whether the gateway never answered, even while the hub was reached through it."""
    before = _within(facts.reach, (facts.window[0], facts.onset))
    return any(each.gateway is False and each.hub is True for each in before)


def hole_over(facts: Circumstances) -> Hole | None:
    """The hub's own hole that explains the outage: it lies in it, or in the time just around it.

    An outage that goes on when the hub is long back is no matter of the hub's.
    """
    for hole in facts.holes:
        if hole.begin - SLACK <= facts.onset and facts.until <= hole.end + 2 * TOGETHER:
            return hole
    return None


def hub_away_at_onset(facts: Circumstances) -> bool:
    """Whether the hub's record has a hole where the outage began, however long that lasted."""
    return any(e.begin - SLACK <= facts.onset <= e.end + 2 * TOGETHER for e in facts.holes)


def went_on(facts: Circumstances, back: int) -> bool:
    """Whether the outage lasted long after what went was back."""
    return facts.until > back + LONG
