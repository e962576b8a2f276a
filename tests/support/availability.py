"""Small worlds for the availability ledger: evidence, policies, layers, by hand and by chance."""

import random
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st

from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, Sli, State
from motcua_hub.domain.availability.hours import ServiceHours
from motcua_hub.domain.availability.intervals import Interval, normal
from motcua_hub.domain.availability.layers import Exclusion, Layers, Window
from motcua_hub.domain.availability.policy import DAY, HOUR, Blips, Policy

SPAN = 60
"""Drawn worlds live in [0, SPAN) ms: so few instants can be looked at one by one."""
RANKS = tuple(Rank)
_LATEST = 9


def said(
    begin: int,
    end: int,
    claim: str = "up",
    *,
    vantage: str = "hub",
    rank: int = Rank.PROBE,
    **more: object,
) -> Evidence:
    """One piece of evidence; its id tells it apart from any other."""
    told = f"{begin}-{end} {claim} {vantage} {rank} {sorted(more.items())}"
    fields = {"id": told, "received_at": end, **more}
    return Evidence(begin=begin, end=end, claim=Claim(claim), vantage=vantage, rank=rank, **fields)


def intervals(last: int = SPAN) -> st.SearchStrategy[Interval]:
    """Any interval inside `[0, last]` that is not empty."""
    edges = st.integers(0, last)
    pairs = st.tuples(edges, edges).filter(lambda pair: pair[0] != pair[1])
    return pairs.map(lambda pair: (min(pair), max(pair)))


@st.composite
def one_evidence(draw: st.DrawFn, ranks: Sequence[int] = RANKS) -> Evidence:
    """Anything a source may say."""
    begin, end = draw(intervals())
    return said(
        begin,
        end,
        draw(st.sampled_from(["up", "down", "blind"])),
        vantage=draw(st.sampled_from(["hub", "siteA", "siteB", "broker"])),
        rank=draw(st.sampled_from(list(ranks))),
        received_at=draw(st.integers(0, _LATEST)),
        cause=draw(st.sampled_from(["", "power", "wan"])),
        blip=draw(st.booleans()),
        edge=draw(st.integers(0, 3)),
    )


def evidence(ranks: Sequence[int] = RANKS) -> st.SearchStrategy[list[Evidence]]:
    """Some evidence of one target, none of it twice."""
    return st.lists(one_evidence(ranks), max_size=12, unique_by=lambda each: each.id)


policies = st.builds(
    Policy,
    sli=st.sampled_from(Sli),
    slo=st.sampled_from([Fraction(999, 1000), Fraction(1, 2), Fraction(9, 10)]),
    min_known=st.sampled_from([None, 1, 2]),
    vantages=st.sampled_from([("hub",), ("hub", "siteA", "siteB")]),
    blips=st.sampled_from(Blips),
    merge_gap=st.integers(0, 9),
    notice=st.integers(0, 5),
)
"""Any policy, for either SLI."""

_windows = st.builds(
    lambda span, told, good, urgent, second: Window(
        begin=span[0],
        end=span[1],
        announced_at=told,
        approved=good,
        emergency=urgent,
        second_approver=second,
    ),
    intervals(),
    st.none() | st.integers(0, SPAN),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "lan"]),
)
_exclusions = st.builds(
    lambda span, good: Exclusion(begin=span[0], end=span[1], approved=good),
    intervals(),
    st.booleans(),
)


def layers(*, maintenance: bool = True) -> st.SearchStrategy[Layers]:
    """Any layers; service hours are brought as spans, see `services`."""
    nothing: st.SearchStrategy[tuple[Window, ...]] = st.just(())
    return st.builds(
        Layers,
        hours=st.just(ServiceHours(always=True)),
        windows=st.lists(_windows, max_size=3).map(tuple) if maintenance else nothing,
        exclusions=st.lists(_exclusions, max_size=2).map(tuple) if maintenance else st.just(()),
        life=st.none() | st.lists(intervals(), min_size=1, max_size=2).map(tuple),
    )


services = st.lists(intervals(), max_size=4).map(normal)
"""Service hours of a drawn world, as spans."""


BEGIN = 1_767_200_400_000
"""Where lives of many days begin (UTC ms)."""


def lived(days: int, seed: int) -> tuple[Evidence, ...]:
    """A target's probes, changing its state four times a day, and its journal after outages."""
    chance, at, end = random.Random(seed), BEGIN, BEGIN + days * DAY
    found: list[Evidence] = []
    while at < end:
        up = min(at + chance.randrange(1, DAY // 2), end)
        back = min(up + chance.randrange(10_000, HOUR), end)
        found.append(said(at, up, received_at=up))
        if chance.random() < 0.7:
            found.append(said(up, back, "down", received_at=back))
        else:
            word = chance.choice(["up", "down"])
            found.append(said(up, back, word, vantage="agent", rank=Rank.JOURNAL))
        at = back
    return tuple(found)


def scan(pieces: list[tuple[int, int, State]]) -> tuple[int, int, int]:
    """The bare thing."""
    up = down = unknown = 0
    for begin, end, state in pieces:
        if state is State.UP:
            up += end - begin
        elif state is State.DOWN:
            down += end - begin
        else:
            unknown += end - begin
    return up, down, unknown
