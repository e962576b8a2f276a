"""The judge says of samples one by one what the ledger says of all of them together."""

from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_hub.domain.availability import samples as ledger
from motcua_probes.judging import Change, Claim, Judge, Spell
from motcua_probes.results import Outcome, Sample

P, R, T = 30_000, 5_000, 5_000
GAPS = [1, R, R + 1, P, P + 700, 2 * P + T, 2 * P + T + 1, 4 * P]


def spec(n_down: int = 3, n_up: int = 2) -> ProbeSpec:
    return ProbeSpec(target="t", kind=ProbeKind.TCP, host="h", n_down=n_down, n_up=n_up)


def sample(at: int, outcome: str) -> Sample:
    cause = "refused" if outcome == "fail" else ""
    return Sample(target="t", at=at, outcome=Outcome(outcome), cause=cause)


def fed(judge: Judge, *found: tuple[int, str]) -> tuple[list[Spell], list[Change]]:
    closed: list[Spell] = []
    changes: list[Change] = []
    for at, outcome in found:
        judged = judge.feed(sample(at, outcome))
        closed += judged.closed
        changes += [judged.change] if judged.change else []
    return closed, changes


def by_ledger(found: list[tuple[int, str]], probe: ProbeSpec) -> list[Spell]:
    about = ledger.Probe(interval=P, retry=R, timeout=T, n_down=probe.n_down, n_up=probe.n_up)
    told = ledger.claims(
        (ledger.Sample(at, ledger.Outcome(o), sample(at, o).cause) for at, o in found), about
    )
    return [
        Spell(e.begin, e.end, Claim(e.claim), e.blip, e.edge, e.confirmed_at, e.cause) for e in told
    ]


@given(
    st.lists(
        st.tuples(st.sampled_from(GAPS), st.sampled_from(["ok", "ok", "fail", "fail", "blind"])),
        max_size=40,
    ),
    st.integers(1, 4),
    st.integers(1, 3),
)
def test_one_by_one_gives_what_all_together_give(
    steps: list[tuple[int, str]], n_down: int, n_up: int
) -> None:
    at, found = 1_000_000, []
    for gap, outcome in steps:
        at += gap
        found.append((at, outcome))
    probe = spec(n_down, n_up)
    judge = Judge(probe)
    closed, _ = fed(judge, *found)
    closed += judge.end(at + 10 * P)
    assert closed == by_ledger(found, probe)


def test_an_outage_is_sure_with_its_third_failure_and_dated_back_to_the_first() -> None:
    judge = Judge(spec())
    closed, changes = fed(judge, (0, "ok"), (P, "fail"), (P + R, "fail"))
    assert (closed, judge.unsure) == ([], True)
    assert judge.open is not None
    assert judge.open.claim is Claim.UP
    _, more = fed(judge, (P + 2 * R, "fail"))
    assert changes == [Change(Claim.UP, 0, 0)]
    assert more == [Change(Claim.DOWN, P, P + 2 * R, "refused")]
    assert judge.open is not None
    assert (judge.open.claim, judge.open.begin, judge.open.edge) == (Claim.DOWN, P, P)
    assert judge.open.confirmed_at == P + 2 * R


def test_a_recovery_is_sure_with_its_second_success_and_dated_back_to_the_first() -> None:
    judge = Judge(spec())
    fed(judge, (0, "fail"), (R, "fail"), (2 * R, "fail"))
    _, none = fed(judge, (P, "ok"))
    assert (none, judge.unsure) == ([], True)
    closed, changes = fed(judge, (P + R, "ok"))
    assert changes == [Change(Claim.UP, P, P + R)]
    assert [(each.begin, each.end, each.claim) for each in closed] == [(0, P, Claim.DOWN)]


def test_a_blip_is_kept_and_announced_to_nobody() -> None:
    judge = Judge(spec())
    _, before = fed(judge, (0, "ok"))
    closed, changes = fed(judge, (P, "fail"), (P + R, "fail"), (P + 2 * R, "ok"))
    assert (len(before), changes) == (1, [])
    assert [(each.claim, each.blip) for each in closed] == [(Claim.UP, False), (Claim.DOWN, True)]


def test_a_year_of_successes_is_one_spell() -> None:
    judge = Judge(spec())
    closed, changes = fed(judge, *((n * P, "ok") for n in range(5_000)))
    assert (closed, len(changes)) == ([], 1)
    assert judge.open is not None
    assert (judge.open.begin, judge.open.end) == (0, 4_999 * P + 2 * P + T)


def test_what_is_said_ends_with_the_run_and_not_at_the_horizon() -> None:
    judge = Judge(spec())
    fed(judge, (0, "ok"), (P, "ok"))
    assert [each.end for each in judge.end(P + 3)] == [P + 3]
    assert judge.open is None
