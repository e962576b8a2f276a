"""Why something was down: the table of attribution. The first rule that matches decides.

A rule is as confident as the table says only while nothing contradicts it. What can mislead is
written beside each rule, and a doubt that holds takes the confidence below `CONFIDENT`: people may
be sent by a guess, but are never told that a guess is certain.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from motcua_hub.domain.incident import around
from motcua_hub.domain.incident.circumstances import AppKind, Boot, Circumstances, SymptomKind
from motcua_hub.domain.incident.vocabulary import Cause

CONFIDENT: Final = 900
"""From here on (thousandths) an attribution is told as a fact."""
_UNSURE: Final = 600
_LIKELY: Final = 800
_FEW_SITES: Final = 3


class Doubt(StrEnum):
    """Why an attribution is less sure than its rule."""

    UPS_ON_BATTERY = "ups_on_battery"
    NO_UPS_WORD = "no_ups_word"
    HUB_REACHED = "hub_reached"
    ROUTER_ANSWERED = "router_answered"
    GATEWAY_MIXED = "gateway_mixed"
    PROGRAM_RESTARTED = "program_restarted"
    DIED_LATER = "died_later"
    CLOCK_UNSURE = "clock_unsure"
    ONE_CARRIER = "one_carrier"
    HUB_WAS_AWAY = "hub_was_away"
    WENT_ON = "went_on"
    NO_RESTART = "no_restart"


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """What is thought to be the cause.

    Attributes:
        rule: The row of the table, 1 to 11.
        confidence: In thousandths: 990 is 0.99; 0 where the table has none.
        provisional: The outage lasts, or what its machine has to tell is not in yet.
        evidence: Ids of what it rests on, each once, sorted.
        doubts: Why it is less confident than its rule.
    """

    cause: Cause
    confidence: int
    provisional: bool
    evidence: tuple[str, ...]
    rule: int
    doubts: tuple[Doubt, ...] = ()

    @property
    def confident(self) -> bool:
        """Whether people may be told so without "perhaps"."""
        return self.confidence >= CONFIDENT


class _Named(Protocol):
    @property
    def id(self) -> str: ...


class _Found(msgspec.Struct, frozen=True):
    cause: Cause
    confidence: int
    evidence: Iterable[_Named]
    doubts: tuple[Doubt, ...] = ()


def attribute(facts: Circumstances) -> Attribution:
    """The cause of an outage by the first rule that matches. Pure: the same facts, the same word.

    Call it again when the journal is in (`Circumstances.settled`): then it is not provisional.
    """
    for number, rule in RULES.items():
        found = rule(facts)
        if found is not None:
            return _attribution(facts, number, found)
    return _attribution(facts, OTHERWISE, _Found(Cause.UNKNOWN, 0, ()))


def _attribution(facts: Circumstances, rule: int, found: _Found) -> Attribution:
    return Attribution(
        cause=found.cause,
        confidence=found.confidence,
        provisional=not facts.settled,
        evidence=tuple(sorted({each.id for each in found.evidence})),
        rule=rule,
        doubts=found.doubts,
    )


def _capped(found: _Found, cap: int, doubt: Doubt) -> _Found:
    doubts = (*found.doubts, doubt)
    return msgspec.structs.replace(found, confidence=min(cap, found.confidence), doubts=doubts)


def _planned(facts: Circumstances) -> _Found | None:
    """1: all of it lies in maintenance. A window that covers a part of it explains nothing."""
    windows = around.planned(facts)
    return _Found(Cause.PLANNED, 1000, windows) if windows else None


def _exhausted(facts: Circumstances) -> _Found | None:
    """2: on battery when it was lost, and the battery at its end.

    What misleads: battery time that was over before the loss (a test, an earlier dip), so only the
    word in force at the loss counts; and a machine that had been on battery for long when it was
    lost, and still worked on: its battery ended later, and something else began the outage. A
    shutdown for the UPS of which no battery time is on record is likely, not certain.
    """
    boot = around.boot_at_onset(facts)
    battery = around.episode(facts)
    long_before = battery and not around.began_on_battery(facts, battery)
    if boot is not None and long_before and around.worked_on(facts, boot):
        return None
    stop = boot.stop if boot is not None and around.marked(boot) == "ups" else None
    low = [each for each in battery if each.exhausted]
    if battery and (low or stop):
        return _Found(Cause.POWER, 990, [*battery, *([stop] if stop else [])])
    if stop and boot is not None and around.died(facts, boot):
        return _capped(_Found(Cause.POWER, 990, [stop]), _LIKELY, Doubt.NO_UPS_WORD)
    return None


def _network(facts: Circumstances) -> _Found | None:
    """3: the machine worked on while nobody heard it.

    What misleads: the hub's own absence or that of its uplink (every site looks like this then);
    a program that was started again so quickly that its ticks have no gap; ticks that say that the
    hub was there; a gateway that never answers anybody; mains that took the switch and left the
    machine on battery; a machine that went down later in the same outage.
    """
    boot = around.boot_at_onset(facts)
    silence = around.symptoms(facts, SymptomKind.SILENCE, SymptomKind.ROUTER_SILENT)
    if boot is None or not silence or _program_did_it(facts, boot):
        return None
    through = around.alive(facts, boot)
    if not through and not around.outlived(facts, boot):
        return None
    hub = around.hub_heard(facts, around.reach_in(facts))
    if hub is not None and hub >= around.MOSTLY:
        return None
    found = _which_end(facts, [*silence[:1], boot])
    if found.cause is not Cause.LAN and _hub_did_it(facts):
        return None
    return _doubted(facts, found, hub, through=through)


def _which_end(facts: Circumstances, rests: list[_Named]) -> _Found:
    """The office's own network, or the line: by what its ticks said of gateway and hub."""
    told = around.reach_in(facts)
    gateway = around.share(facts, ((each, each.gateway) for each in told))
    if gateway is None or around.gateway_mute(facts):
        return _Found(Cause.LINK, 990, [*rests, *told])
    if gateway <= 1 - around.MOSTLY:
        return _Found(Cause.LAN, 999, [*rests, *told])
    if gateway < around.MOSTLY:
        found = _Found(Cause.LINK, 990, [*rests, *told])
        return _capped(found, _LIKELY, Doubt.GATEWAY_MIXED)
    hub = around.hub_heard(facts, (each for each in told if each.gateway))
    sure = hub is not None and hub <= 1 - around.MOSTLY
    return _Found(Cause.WAN if sure else Cause.LINK, 999 if sure else 990, [*rests, *told])


def _doubted(facts: Circumstances, found: _Found, hub: float | None, *, through: bool) -> _Found:
    """A network fault with everything that speaks against it."""
    boot = around.boot_at_onset(facts)
    battery = around.episode(facts)
    if around.began_on_battery(facts, battery) and found.cause is Cause.LAN:
        rests = [*found.evidence, *battery]
        return _Found(Cause.POWER, _LIKELY, rests, (Doubt.UPS_ON_BATTERY,))
    if battery:
        found = _capped(found, _UNSURE, Doubt.UPS_ON_BATTERY)
    if hub is not None and hub > 1 - around.MOSTLY:
        found = _capped(found, _LIKELY, Doubt.HUB_REACHED)
    if found.cause is not Cause.LAN and around.symptoms(facts, SymptomKind.ROUTER_ANSWERS):
        found = _capped(found, _LIKELY, Doubt.ROUTER_ANSWERED)
    if around.hub_away_at_onset(facts) and found.cause is not Cause.LAN:
        found = _capped(found, _LIKELY, Doubt.HUB_WAS_AWAY)
    if boot is not None:
        found = _boot_doubts(facts, found, boot)
    return found if through else _capped(found, _LIKELY, Doubt.DIED_LATER)


def _boot_doubts(facts: Circumstances, found: _Found, boot: Boot) -> _Found:
    if around.app_at_onset(facts, boot):
        found = _capped(found, _LIKELY, Doubt.PROGRAM_RESTARTED)
    return _clock_doubt(found, [boot])


def _program_did_it(facts: Circumstances, boot: Boot) -> bool:
    """Whether the program went at the onset, and the hub was not missed for long afterwards."""
    events = around.app_at_onset(facts, boot)
    if not events:
        return False
    after = events[-1].at + around.TOGETHER
    missed = any(each.hub is False and each.end > after for each in around.reach_in(facts))
    return not missed


def _hub_did_it(facts: Circumstances) -> bool:
    return around.hole_over(facts) is not None or _mass(facts) is not None


def _mass(facts: Circumstances) -> _Found | None:
    """Half of the sites at once.

    Of one or two sites "half" means nothing; and when all that went belong to one carrier and
    others stand, it is that carrier, not the hub.
    """
    mass = facts.mass
    if mass is None or mass.lost < _FEW_SITES or 2 * mass.lost < mass.sites:
        return None
    if mass.carriers == 1 and mass.carriers_standing:
        return None
    found = _Found(Cause.HUB, 900, [mass])
    return _capped(found, _UNSURE, Doubt.ONE_CARRIER) if mass.carriers == 1 else found


def _changed(facts: Circumstances) -> tuple[Boot, Boot] | None:
    """The boot whose end began the outage, and the one that followed."""
    boot = around.boot_at_onset(facts)
    after = None if boot is None else around.boot_after(facts, boot)
    if boot is None or after is None or not around.died(facts, boot):
        return None
    return boot, after


def _mains(facts: Circumstances) -> _Found | None:
    """4: the machine and others went at once, without a word.

    What misleads: a UPS that says that mains were there (then it was not mains), and losses that
    only the dead machine could see.
    """
    change = _changed(facts)
    others = around.lost_with_it(facts)
    battery = around.episode(facts)
    mains = around.on_mains(facts) is not None and not battery
    if change is None or around.marked(change[0]) or not others or mains:
        return None
    found = _Found(Cause.POWER, 900, [*change, *others, *battery])
    return _clock_doubt(found, change)


def _machine(facts: Circumstances) -> _Found | None:
    """5: the machine alone went, without a word. If on battery, it may be the battery."""
    change = _changed(facts)
    if change is None or around.marked(change[0]) or around.lost_with_it(facts):
        return None
    cause = Cause.SERVER if facts.kind == "server" else Cause.DEVICE
    found = _Found(cause, 700, change)
    battery = around.episode(facts)
    return _capped(found, 500, Doubt.UPS_ON_BATTERY) if battery else _clock_doubt(found, change)


def _on_purpose(facts: Circumstances) -> _Found | None:
    """6: it said that it would. Somebody who shuts down on battery is saving the machine."""
    change = _changed(facts)
    if change is None or around.marked(change[0]) not in PURPOSES:
        return None
    stop = change[0].stop
    found = _Found(Cause.OPERATOR, 950, [*change, *([stop] if stop else [])])
    if around.episode(facts):
        found = _capped(found, _UNSURE, Doubt.UPS_ON_BATTERY)
    if around.went_on(facts, change[1].begin):
        found = _capped(found, _UNSURE, Doubt.WENT_ON)
    return _clock_doubt(found, change)


def _clock_doubt(found: _Found, change: Iterable[Boot]) -> _Found:
    unsure = any(boot.doubt > around.SLACK for boot in change)
    return _capped(found, _LIKELY, Doubt.CLOCK_UNSURE) if unsure else found


def _program(facts: Circumstances) -> _Found | None:
    """7: the machine stayed, its program went.

    One that stood still for some minutes and went on by itself: likely, but nothing says so.
    What misleads: a program that is started again during an outage that has another cause, so it
    must have gone when the outage began; and one that came back although the outage went on.
    """
    boot = around.boot_at_onset(facts)
    if boot is None or (around.died(facts, boot) and around.boot_after(facts, boot)):
        return None
    events = around.app_events(facts, boot)
    stood = _stopped_ticking(facts, boot)
    if not events and stood and not around.went_on(facts, facts.onset):
        return _capped(_Found(Cause.SOFTWARE, 950, [boot]), _UNSURE, Doubt.NO_RESTART)
    if not events or not (stood or around.app_at_onset(facts, boot)):
        return None
    found = _Found(Cause.SOFTWARE, 950, [boot, *events])
    back = events[-1].at if events[-1].kind is AppKind.START else facts.until
    return _capped(found, _UNSURE, Doubt.WENT_ON) if around.went_on(facts, back) else found


def _stopped_ticking(facts: Circumstances, boot: Boot) -> bool:
    """Whether the ticks of a boot break off at the onset and go on later: its program was gone."""
    ends = [until for _, until in boot.ticked if until < boot.last]
    return any(abs(until - facts.onset) <= around.TOGETHER for until in ends)


def _bad_answers(facts: Circumstances) -> _Found | None:
    """8: its machine answered, and it refused the connection or failed after taking it."""
    seen = around.symptoms(facts, SymptomKind.BAD_ANSWER)
    return _Found(Cause.SOFTWARE, 800, seen) if seen else None


def _hub(facts: Circumstances) -> _Found | None:
    """9: the hub was away, or half of the sites went at once."""
    hole = around.hole_over(facts)
    return _Found(Cause.HUB, 900, [hole]) if hole is not None else _mass(facts)


def _router(facts: Circumstances) -> _Found | None:
    """10: the site's router does not answer, and the site has not told its own story yet."""
    seen = around.symptoms(facts, SymptomKind.ROUTER_SILENT)
    return _Found(Cause.LINK, 500, seen) if seen and not facts.settled else None


PURPOSES: Final = frozenset({"reboot", "upgrade", "operator"})
"""Reasons of a clean shutdown that somebody asked for."""
RULES: Final[dict[int, Callable[[Circumstances], _Found | None]]] = {
    1: _planned,
    2: _exhausted,
    3: _network,
    4: _mains,
    5: _machine,
    6: _on_purpose,
    7: _program,
    8: _bad_answers,
    9: _hub,
    10: _router,
}
OTHERWISE: Final = 11
TABLE: Final = {
    1: (Cause.PLANNED, 1000),
    2: (Cause.POWER, 990),
    3: (Cause.LINK, 999),
    4: (Cause.POWER, 900),
    5: (Cause.DEVICE, 700),
    6: (Cause.OPERATOR, 950),
    7: (Cause.SOFTWARE, 950),
    8: (Cause.SOFTWARE, 800),
    9: (Cause.HUB, 900),
    10: (Cause.LINK, 500),
    OTHERWISE: (Cause.UNKNOWN, 0),
}
"""Every row with its cause and the most confidence it can have, for the page of definitions."""
