"""The hour of docs/availability.md that can be added up by hand, as the ledger adds it up."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

import msgspec

from motcua_hub.domain.availability import liveness
from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, Sli
from motcua_hub.domain.availability.layers import Layers, Window
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.availability.reports import Report, Subject, report, revised
from motcua_hub.domain.availability.samples import Probe, evidence
from province import compressed
from province.paper_hour import AWAY, DARK, PERIOD, WORK, answers
from province.script import DAY, HOUR, SECOND

_POLICY = Policy(sli=Sli.RUNNING, slo=Fraction(99, 100), coverage_floor=Fraction(0))
_PROBED = Evidence(
    id="probe", target="server", sli=Sli.RUNNING, begin=0, end=1, claim=Claim.UP,
    vantage="hub", rank=Rank.PROBE, received_at=1,
)  # fmt: skip


def reports() -> tuple[Report, Report]:
    """At eleven o'clock, and when the journal is in."""
    subject = Subject(
        target="server",
        evidence=(*_seen(), *_journal()),
        policy=_POLICY,
        layers=Layers(windows=(Window(begin=WORK[0], end=WORK[1], announced_at=WORK[0] - DAY),)),
        journals=(PERIOD,),
    )
    first = report(msgspec.structs.replace(subject, journals=()), PERIOD, PERIOD[1])
    last = revised(subject, first, PERIOD[1] + 3 * HOUR)
    return first, last or first


def _seen() -> Iterable[Evidence]:
    for runs in answers():
        said = evidence(compressed.claimed(runs, Probe()), _PROBED)
        yield from liveness.silenced(said, (AWAY,), liveness.grace(30 * SECOND))


def _journal() -> Iterator[Evidence]:
    """Its boots: it ran until 10:34, and again from 10:36 on."""
    for begin, end, claim in (
        (AWAY[0], DARK[0], Claim.UP),
        (*DARK, Claim.DOWN),
        (DARK[1], PERIOD[1], Claim.UP),
    ):
        yield msgspec.structs.replace(
            _PROBED, id=f"journal@{begin}", begin=begin, end=end, claim=claim, vantage="server",
            rank=Rank.JOURNAL, received_at=PERIOD[1] + HOUR,
        )  # fmt: skip


def lines() -> Iterable[str]:
    """Both reports side by side."""
    found = [each.numbers for each in reports()]
    yield "| | by hand | at 11:00 | when the journal is in |"
    yield "|---|---|---|---|"
    for name, how, key in (
        ("up `U`", "the rest of the 50 min", "up"),
        ("down `D`", "10:12:00–10:15:10; then also 10:34–10:36", "down"),
        ("not known `K`", "10:30–10:36; then nothing", "unknown"),
        ("counts `B`", "60 min − 10 min of planned work", "base"),
    ):
        yield f"| {name} | {how} | {_seconds(found[0][key])} | {_seconds(found[1][key])} |"
    for name, how, key in (
        ("availability", "`U / (U + D)`", "availability"),
        ("surely at least", "`U / B`", "lower"),
        ("surely at most", "`(U + K) / B`", "upper"),
        ("coverage", "`(U + D) / B`", "coverage"),
        ("planned work as time up", "`(3600 − D − K) / (3600 − K)`", "planned_as_available"),
    ):
        yield f"| {name} | {how} | {_share(found[0][key])} | {_share(found[1][key])} |"
    left = [_seconds(int(Fraction(each["left"]))) for each in found]
    yield f"| budget left of a promised 99 % | `B / 100 − D` | {left[0]} | {left[1]} |"
    doubts = [_seconds(each["doubt"]) for each in found]
    edges = "30 s at each edge that probes saw"
    yield f"| the edges may be off by | {edges} | {doubts[0]} | {doubts[1]} |"
    yield ""
    yield f"The second is revision 2 and says why: {'; '.join(reports()[1].changes)}."


def _seconds(ms: int) -> str:
    return f"{ms / SECOND:g} s"


def _share(text: str) -> str:
    share = Fraction(text)
    units = share.numerator * 1_000_000 // share.denominator
    return f"{units // 10_000}.{units % 10_000:04} %"
