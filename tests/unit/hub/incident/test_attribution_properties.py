"""Cause attribution on outages whose true cause is known: sure only where right."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from motcua_hub.domain.incident.attribution import RULES, TABLE, attribute
from motcua_hub.domain.incident.circumstances import (
    MARGIN,
    AppKind,
    Circumstances,
    Stop,
    SymptomKind,
)
from motcua_hub.domain.incident.vocabulary import Cause
from support.circumstances import (
    LENGTH,
    OUTAGE,
    app,
    at,
    boot,
    changed,
    hole,
    losses,
    mass,
    planned,
    reach,
    symptom,
    ups,
)

LATER = LENGTH + 900
LISTS = ("planned", "ups", "boots", "app", "reach", "losses", "symptoms", "holes")
Truth = tuple[Cause, Circumstances]


def _went(lag: float, back: float, reason: str = "", doubt: int = 0) -> tuple[Any, ...]:
    """A machine whose last tick is `lag` seconds before the onset, and back at `back`."""
    stop = Stop(at(-lag), reason, "stop") if reason else None
    old = boot("old", -90_000, -lag, stop=stop, doubt=doubt)
    return (old, boot("new", back, LATER, doubt=doubt))


def _said(gateway: bool, hub: bool) -> tuple[Any, ...]:
    return reach((-900, 0, True, True), (0, LENGTH, gateway, hub), (LENGTH, LATER, True, True))


@st.composite
def power(draw: st.DrawFn) -> Truth:
    """Mains went; the machine with or without battery."""
    lag = draw(st.integers(1, 12))
    boots = _went(lag, LENGTH - draw(st.integers(20, 90)))
    others = losses(("router", draw(st.integers(-30, 30)), "hub"))
    kind = draw(st.sampled_from(["none", "exhausted", "asked", "switch"]))
    if kind == "none":
        return Cause.POWER, changed(OUTAGE, boots=boots, losses=others)
    words = ups((-5000, -draw(st.integers(130, 4000)), "OL"), (-130, -lag, "OB DISCHRG LB"))
    if kind == "exhausted":
        return Cause.POWER, changed(OUTAGE, boots=boots, ups=words, losses=others)
    if kind == "asked":
        asked = _went(lag, LENGTH - 60, "ups")
        return Cause.POWER, changed(OUTAGE, boots=asked, ups=words)
    kept = (boot("old", -90_000, LATER),)
    dip = ups((-5000, 5, "OL"), (5, LENGTH, "OB"), (LENGTH, LATER, "OL"))
    return Cause.POWER, changed(OUTAGE, boots=kept, ups=dip, reach=_said(False, False))


@st.composite
def network(draw: st.DrawFn) -> Truth:
    """The office's switch or the line; perhaps somebody restarts the machine in vain."""
    cause = draw(st.sampled_from([Cause.WAN, Cause.LAN]))
    boots = (boot("old", -90_000, LATER),)
    if draw(st.booleans()):
        tried = draw(st.integers(200, LENGTH - 200))
        stop = draw(st.sampled_from([None, Stop(at(tried), "operator", "stop")]))
        boots = (boot("old", -90_000, tried, stop=stop), boot("new", tried + 40, LATER))
    facts = changed(OUTAGE, boots=boots, reach=_said(cause is Cause.WAN, False))
    return cause, changed(facts, losses=losses(("router", 5, "hub")))


@st.composite
def machine(draw: st.DrawFn) -> Truth:
    """The machine crashed, with mains on its UPS or without one."""
    boots = _went(draw(st.integers(0, 25)), draw(st.integers(30, LENGTH - 10)))
    words = draw(st.sampled_from([(), ups((-5000, 5, "OL"), (LENGTH, LATER, "OL"))]))
    return Cause.DEVICE, changed(OUTAGE, boots=boots, ups=words)


@st.composite
def on_purpose(draw: st.DrawFn) -> Truth:
    """Somebody restarted it."""
    reason = draw(st.sampled_from(["reboot", "upgrade", "operator"]))
    back = LENGTH - draw(st.integers(5, 300))
    return Cause.OPERATOR, changed(OUTAGE, boots=_went(draw(st.integers(0, 25)), back, reason))


@st.composite
def program(draw: st.DrawFn) -> Truth:
    """The program fell, and was started again at once or at the end."""
    fell = draw(st.integers(-20, 5))
    ticked = ((at(-90_000), at(fell)), (at(LENGTH - 15), at(LATER)))
    boots = (boot("old", -90_000, LATER, ticked=ticked),)
    seen = app((fell, AppKind.FAILED), (LENGTH - 20, AppKind.START))
    if draw(st.booleans()):
        quick = changed(OUTAGE, end=at(40), boots=(boot("old", -90_000, LATER),))
        return Cause.SOFTWARE, changed(quick, app=app((fell, AppKind.STOP), (15, AppKind.START)))
    return Cause.SOFTWARE, changed(OUTAGE, boots=boots, app=seen)


@st.composite
def hub(draw: st.DrawFn) -> Truth:
    """The hub was away, or all sites lost it together."""
    facts = changed(OUTAGE, boots=(boot("old", -90_000, LATER),), reach=_said(True, False))
    if draw(st.booleans()):
        slow = draw(st.integers(0, 400))
        return Cause.HUB, changed(facts, holes=(hole(-20, LENGTH - slow),))
    return Cause.HUB, changed(facts, mass=mass(150, 150, carriers=2))


def _noise(draw: st.DrawFn, facts: Circumstances) -> Circumstances:
    """What happens in an office anyway, and explains nothing."""
    more: dict[str, Any] = {}
    if draw(st.booleans()):
        begin = draw(st.sampled_from([-9000, -60, 0]))
        more["planned"] = (planned(begin, draw(st.integers(1, 39))),)
    if not facts.ups and draw(st.booleans()):
        more["ups"] = ups((-2000, -1990, "OB LB"), (-1990, -300, "OL"))
    if draw(st.booleans()):
        more["app"] = (*facts.app, *app((draw(st.integers(100, LENGTH)), AppKind.START)))
    if draw(st.booleans()):
        more["losses"] = (*facts.losses, *losses(("printer", 3, "phuong-1"), ("far", 300, "hub")))
    if draw(st.booleans()):
        more["holes"] = (*facts.holes, hole(500, 560))
    if draw(st.booleans()):
        more["mass"] = facts.mass or mass(2, 150)
    if draw(st.booleans()):
        router = symptom(SymptomKind.ROUTER_SILENT, draw(st.integers(0, 60)))
        more["symptoms"] = (*facts.symptoms, router)
    return replace(facts, **more)


@st.composite
def outages(draw: st.DrawFn) -> Truth:
    """Any outage with its true cause, and noise around it."""
    kinds = (power(), network(), machine(), on_purpose(), program(), hub())
    truth, facts = draw(st.one_of(*kinds))
    return truth, _noise(draw, facts)


@given(outages())
@settings(max_examples=600)
def test_what_is_told_as_certain_is_true(case: Truth) -> None:
    truth, facts = case
    found = attribute(facts)
    assert found.cause is truth or not found.confident, (truth, found)


@given(outages(), st.integers(-300, LENGTH + 900))
@settings(max_examples=300)
def test_what_is_told_as_certain_before_the_journal_is_in_is_true(case: Truth, cut: int) -> None:
    """As if one looked while it lasts, with as much of the journal as was written by then."""
    truth, facts = case
    found = attribute(_as_known(facts, cut))
    assert found.cause is truth or not found.confident, (truth, found)


def _as_known(facts: Circumstances, cut: int) -> Circumstances:
    moment = at(cut)
    boots = tuple(
        replace(
            each,
            last=min(each.last, moment),
            ticked=tuple((a, min(b, moment)) for a, b in each.ticked if a < moment),
            stop=each.stop if each.stop is not None and each.stop.at <= moment else None,
        )
        for each in facts.boots
        if each.begin < moment
    )
    cut_spans = {
        name: tuple(
            replace(each, end=min(each.end, moment))
            for each in getattr(facts, name)
            if each.begin < moment
        )
        for name in ("ups", "reach")
    }
    events = tuple(each for each in facts.app if each.at <= moment)
    more: dict[str, Any] = {**cut_spans, "boots": boots, "app": events, "planned": ()}
    return replace(facts, journal_until=moment, **more)


@given(outages(), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_anything(case: Truth, random: Any) -> None:
    facts = case[1]
    shuffled: dict[str, Any] = {}
    for name in LISTS:
        values = list(getattr(facts, name)) * 2
        random.shuffle(values)
        shuffled[name] = tuple(values)
    assert attribute(replace(facts, **shuffled)) == attribute(facts)


@given(outages())
def test_confidence_is_never_above_that_of_the_table(case: Truth) -> None:
    found = attribute(case[1])
    most = TABLE[found.rule][1]
    assert found.confidence <= most
    assert bool(found.doubts) <= (found.confidence < most)
    assert set(TABLE) == {*RULES, 11}


@given(outages())
def test_it_rests_on_evidence_that_was_given(case: Truth) -> None:
    facts = case[1]
    ids = {each.id for name in LISTS for each in getattr(facts, name)}
    ids |= {each.stop.id for each in facts.boots if each.stop is not None}
    ids |= {facts.mass.id} if facts.mass else set()
    found = attribute(facts)
    assert set(found.evidence) <= ids
    assert bool(found.evidence) == (found.cause is not Cause.UNKNOWN)


@given(outages(), st.integers(1, 10**6))
def test_what_lies_far_outside_changes_nothing(case: Truth, far: int) -> None:
    facts = case[1]
    begin, end = facts.window
    seconds = (begin - at(0)) // 1000 - far, (end - at(0)) // 1000 + far
    more = changed(
        facts,
        symptoms=(*facts.symptoms, *(symptom(SymptomKind.BAD_ANSWER, s) for s in seconds)),
        app=(*facts.app, *app(*((s, AppKind.FAILED) for s in seconds))),
        losses=(*facts.losses, *losses(*(("far", s, "hub") for s in seconds))),
        ups=(*facts.ups, *ups((seconds[1], seconds[1] + 5, "OB LB"))),
    )
    assert attribute(more) == attribute(facts)
    assert MARGIN == 120_000


@given(outages(), st.integers(-(10**9), 10**9))
def test_the_same_outage_at_another_time_has_the_same_cause(case: Truth, by: int) -> None:
    facts = case[1]
    moved = _moved(facts, by)
    assert attribute(moved) == attribute(facts)


def _moved(facts: Circumstances, by: int) -> Circumstances:
    def shift(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(shift(each) for each in value)
        if not hasattr(value, "__struct_fields__"):
            return value
        return replace(value, **{k: _shifted(k, v, by, shift) for k, v in asdict(value).items()})

    return shift(facts)  # type: ignore[no-any-return]


def _shifted(name: str, value: Any, by: int, deeper: Any) -> Any:
    if name == "ticked":
        return tuple((a + by, b + by) for a, b in value)
    times = {"onset", "end", "now", "begin", "last", "at", "journal_until"}
    return value + by if name in times and value is not None else deeper(value)
