"""Probes told in runs are judged as the samples would have been."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.facts.evidence import ProbeOutcome
from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_edge.domain.vigil.runs import Course, Sampled, reported, sampled
from motcua_hub.ledger.imports.probes import RunRow, samples
from motcua_probes.judging import Judge, Spell
from motcua_probes.results import Outcome, Sample

SPEC = ProbeSpec(target="srv-1", kind=ProbeKind.TCP, interval=30_000, retry=5_000, timeout=5_000)
WAITS = st.sampled_from([1_000, 5_000, 30_000, 31_000, 60_000, 65_000, 65_001, 120_000])
FOUND = st.sampled_from(["ok"] * 3 + ["fail"] * 3 + ["blind"])


def judged(taken: list[Sample]) -> list[Spell]:
    judge = Judge(SPEC)
    found = [spell for sample in taken for spell in judge.feed(sample).closed]
    return [_plain(spell) for spell in (*found, *judge.end(2**50))]


def _plain(spell: Spell) -> Spell:
    """Without when it was sure: of a run that goes on behind blind ones that is not exact."""
    return msgspec.structs.replace(spell, confirmed_at=None)


@given(st.lists(st.tuples(WAITS, FOUND, st.booleans()), min_size=1, max_size=60))
def test_runs_are_judged_like_their_samples(steps: list[tuple[int, str, bool]]) -> None:
    at, taken, runs, course = 0, [], [], Course()
    for wait, found, report in steps:
        at += wait
        cause = "" if found == "ok" else f"c{len(taken)}"
        taken.append(Sample(target="srv-1", at=at, outcome=Outcome(found), cause=cause))
        seen = Sampled(at=at, outcome=ProbeOutcome(found), cause=cause)
        course = sampled(course, SPEC, seen)
        if report:
            runs += course.told
            course = reported(course)
    runs += course.told
    rows = []
    for run in runs:
        values = msgspec.structs.asdict(run) | {"outcome": run.outcome.value}
        rows.append(RunRow(site="s", boot="b", received_at=0, **values))
    stand_ins = samples(rows)
    assert judged(stand_ins) == judged(taken)
    sure = {s.confirmed_at for s in _raw(stand_ins) if s.confirmed_at is not None}
    assert sure <= {sample.at for sample in taken} or "blind" in {s.outcome for s in taken}


def _raw(taken: list[Sample]) -> list[Spell]:
    judge = Judge(SPEC)
    found = [spell for sample in taken for spell in judge.feed(sample).closed]
    return [*found, *judge.end(2**50)]
