"""The schedule: how soon an outage is known, who is blind, what a change disturbs."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from motcua_contract.probes import ProbeKind, ProbeList, ProbeSpec, Reference
from motcua_probes.fake import FakeAsker, Mood
from motcua_probes.judging import Claim
from motcua_probes.references import References
from motcua_probes.results import Outcome
from motcua_probes.schedule import Prober
from support.probing import Notes
from support.waiting import until_async

P, R, T = 300, 60, 60
TIMERS = 25
"""Ms by which this machine's timers may be late, all together; the bound has no such part."""
ICMP = ProbeKind.ICMP


class HandClock:
    """A monotonic clock that is real and a wall clock that a test moves."""

    def __init__(self) -> None:
        self.offset = 1_800_000_000_000

    def mono(self) -> int:
        return int(asyncio.get_running_loop().time() * 1000)

    def wall(self) -> int:
        return self.mono() + self.offset


def target(name: str, **more: object) -> ProbeSpec:
    times = {"interval": P, "retry": R, "timeout": T}
    return ProbeSpec(target=name, kind=ICMP, host=name, **{**times, **more})


def probes(*specs: ProbeSpec, references: int = 0) -> ProbeList:
    told = tuple(Reference(kind=ICMP, host=f"gateway-{n}") for n in range(references))
    return ProbeList(probes=specs, references=told)


class Vantage:
    """A prober with a fake asker, and what it said."""

    def __init__(self, room: int = 100) -> None:
        self.asker, self.notes, self.clock = FakeAsker(), Notes(), HandClock()
        references = References(self.asker, self.clock.mono, every=100, timeout=50)
        self.prober = Prober(
            "hub", self.asker, self.notes, clock=self.clock, references=references, room=room
        )

    async def seen(self, name: str, count: int = 1) -> None:
        known = len(self.notes.of(name))
        await until_async(lambda: len(self.notes.of(name)) >= known + count)

    def last(self, name: str) -> Outcome:
        return self.notes.of(name)[-1].outcome


@contextlib.asynccontextmanager
async def probing(wanted: ProbeList, room: int = 100) -> AsyncIterator[Vantage]:
    vantage = Vantage(room)
    vantage.prober.change(wanted)
    task = asyncio.create_task(vantage.prober.run())
    try:
        yield vantage
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("mood", [Mood.REFUSES, Mood.HANGS])
async def test_an_outage_is_confirmed_within_the_bound_and_dated_back(mood: Mood) -> None:
    spec = target("web", interval=1_000, retry=250, timeout=250)
    async with probing(probes(spec, references=1)) as vantage:
        await vantage.seen("web")
        begun = vantage.prober.now()
        vantage.asker.moods["web"] = mood
        await until_async(
            lambda: any(c.claim is Claim.DOWN for c in vantage.notes.changes), every=0.001
        )
        known = vantage.prober.now()
        change = vantage.notes.changes[-1]
        assert begun <= change.since <= begun + spec.interval + 20
        assert change.at - change.since <= 2 * spec.retry + 50
        assert known - begun <= spec.interval + 2 * spec.retry + spec.timeout + TIMERS
        vantage.asker.moods["web"] = Mood.UP
        await until_async(lambda: vantage.notes.changes[-1].claim is Claim.UP)
        assert [each.claim for each in vantage.notes.spells["web"]] == [Claim.UP, Claim.DOWN]


async def test_a_failure_is_repeated_soon_and_a_blip_is_nobodys_outage() -> None:
    async with probing(probes(target("web"))) as vantage:
        await vantage.seen("web")
        vantage.asker.moods["web"] = Mood.REFUSES
        await vantage.seen("web")
        vantage.asker.moods["web"] = Mood.UP
        await vantage.seen("web", 2)
        failed, after = vantage.notes.of("web")[-3:-1]
        assert (failed.outcome, after.outcome) == (Outcome.FAIL, Outcome.OK)
        assert R - R // 10 <= after.at - failed.at < P
        assert [each.blip for each in vantage.notes.spells["web"]] == [False, True]
        assert [each.claim for each in vantage.notes.changes] == [Claim.UP]


async def test_without_any_reference_the_vantage_is_blind_and_nothing_is_down() -> None:
    async with probing(probes(target("web"), target("db"), references=2)) as vantage:
        await vantage.seen("web")
        vantage.asker.moods |= {"gateway-0": Mood.HANGS, "web": Mood.REFUSES, "db": Mood.HANGS}
        await until_async(lambda: vantage.notes.changes[-1].claim is Claim.DOWN)
        vantage.asker.moods |= {"gateway-1": Mood.HANGS, "db": Mood.UP, "web": Mood.UP}
        await until_async(lambda: not vantage.prober.sees)
        vantage.asker.moods |= {"web": Mood.REFUSES, "db": Mood.HANGS}
        known = len(vantage.notes.changes)
        await vantage.seen("web", 3)
        await vantage.seen("db", 3)
        assert (vantage.last("web"), vantage.last("db")) == (Outcome.BLIND, Outcome.BLIND)
        assert {each.cause for each in vantage.notes.samples[-3:]} == {"references"}
        assert len(vantage.notes.changes) == known
        vantage.asker.moods = {}
        await until_async(lambda: vantage.last("db") is Outcome.OK)


async def test_many_failures_at_once_ask_the_references_once() -> None:
    names = [f"t{n}" for n in range(50)]
    async with probing(probes(*map(target, names), references=1)) as vantage:
        for name in names:
            vantage.asker.moods[name] = Mood.REFUSES
        await until_async(lambda: all(vantage.notes.of(name) for name in names))
        # one a round of the watch, and one for failures that came together
        assert vantage.asker.asked["reference"] <= len(vantage.notes.samples) + 10
        assert {each.outcome for each in vantage.notes.samples} == {Outcome.FAIL}


async def test_targets_have_their_turns_spread_over_the_interval() -> None:
    names = [f"t{n}" for n in range(100)]
    async with probing(probes(*(target(name, interval=1_000) for name in names))) as vantage:
        begun = vantage.prober.now()
        await until_async(lambda: all(vantage.notes.of(name) for name in names))
        turns = [vantage.notes.of(name)[0].at - begun for name in names]
        for quarter in range(4):
            share = [each for each in turns if quarter * 250 <= each < quarter * 250 + 250]
            assert 10 <= len(share) <= 45
        assert vantage.asker.most < 30


async def test_slow_targets_delay_no_other_and_room_is_bounded() -> None:
    slow = [target(f"slow{n}", interval=400, timeout=400) for n in range(8)]
    async with probing(probes(target("quick"), *slow), room=10) as vantage:
        vantage.asker.moods |= {spec.host: Mood.HANGS for spec in slow}
        await vantage.seen("quick", 6)
        gaps = [each.at for each in vantage.notes.of("quick")]
        assert max(b - a for a, b in pairwise(gaps)) < 2 * P
        assert vantage.prober.counts.waited == 0
    async with probing(probes(*slow), room=2) as crowded:
        crowded.asker.moods |= {spec.host: Mood.HANGS for spec in slow}
        await until_async(lambda: crowded.prober.counts.waited > 0)
        assert crowded.asker.most <= 2


async def test_a_changed_list_disturbs_only_what_changed() -> None:
    async with probing(probes(target("stays"), target("goes"), target("moves"))) as vantage:
        for name in ("stays", "goes", "moves"):
            await until_async(lambda name=name: bool(vantage.notes.of(name)))
        before = vantage.prober.open()
        vantage.prober.change(probes(target("stays"), target("moves", n_down=5), target("new")))
        assert {name: len(found) for name, found in vantage.notes.spells.items() if found} == {
            "goes": 1,
            "moves": 1,
        }
        assert vantage.prober.open().keys() == {"stays"}
        await until_async(lambda: bool(vantage.notes.of("new")))
        await vantage.seen("stays")
        assert vantage.prober.open()["stays"].begin == before["stays"].begin
        known = len(vantage.notes.of("goes"))
        await vantage.seen("moves", 2)
        assert len(vantage.notes.of("goes")) == known
        assert vantage.prober.open()["moves"].begin > before["moves"].begin


async def test_two_probes_of_one_target_from_one_place_are_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with probing(probes(target("web"), target("web", n_down=7))) as vantage:
        await vantage.seen("web")
        assert "web has several probes here" in caplog.text
        assert len(vantage.prober.open()) == 1


async def test_the_end_closes_what_was_said_within_five_seconds() -> None:
    specs = [target(f"t{n}", timeout=60_000) for n in range(20)]
    async with probing(probes(*specs, target("up"), references=1)) as vantage:
        await vantage.seen("up")
        vantage.asker.moods |= {spec.host: Mood.HANGS for spec in specs}
        await until_async(lambda: vantage.asker.under_way >= 20)
        begun = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - begun < 1
    assert vantage.asker.closed
    (spell,) = vantage.notes.spells["up"]
    assert vantage.notes.of("up")[-1].at <= spell.end <= vantage.prober.now()
    assert vantage.prober.open() == {}


@pytest.mark.parametrize("by", [-3_600_000, 86_400_000, 2_500])
async def test_a_wall_clock_that_steps_begins_a_new_run(by: int) -> None:
    async with probing(probes(target("web"))) as vantage:
        await vantage.seen("web", 2)
        run, last = vantage.prober.run_id, vantage.notes.of("web")[-1].at
        vantage.clock.offset += by
        await until_async(lambda: bool(vantage.notes.steps))
        (step,) = vantage.notes.steps
        assert abs(step.by - by) <= 50
        assert step.run == vantage.prober.run_id != run
        (spell,) = vantage.notes.spells["web"]
        assert last <= spell.end <= last + P + 200
        await vantage.seen("web")
        assert abs(vantage.notes.of("web")[-1].at - last - by) < 10 * P
        assert vantage.prober.counts.steps == 1


async def test_small_steps_of_the_wall_clock_move_no_sample() -> None:
    async with probing(probes(target("web"))) as vantage:
        for _ in range(3):
            await vantage.seen("web")
            vantage.clock.offset += 500
        times = [each.at for each in vantage.notes.of("web")]
        assert all(b - a < 2 * P for a, b in pairwise(times))
        assert not vantage.notes.steps


def push(name: str) -> ProbeSpec:
    return ProbeSpec(target=name, kind=ProbeKind.PUSH, interval=300, retry=60, timeout=100, n_up=1)


async def test_a_target_that_calls_is_up_and_its_silence_is_an_outage() -> None:
    async with probing(probes(push("job"))) as vantage:
        vantage.prober.heard("job")
        vantage.prober.heard("nobody")
        await vantage.seen("job")
        assert vantage.last("job") is Outcome.OK
        for _ in range(3):
            await asyncio.sleep(0.1)  # it calls more often than it must
            vantage.prober.heard("job")
        await until_async(lambda: vantage.notes.changes[-1].claim is Claim.DOWN)
        change = vantage.notes.changes[-1]
        assert change.cause == "silent"
        last = max(each.at for each in vantage.notes.samples if each.outcome is Outcome.OK)
        assert 400 <= change.since - last <= 600
        assert change.at - change.since < 300
        vantage.prober.heard("job")
        await until_async(lambda: vantage.notes.changes[-1].claim is Claim.UP)


async def test_a_target_that_never_called_is_down_only_after_its_time() -> None:
    async with probing(probes(push("job"))) as vantage:
        begun = vantage.prober.now()
        await until_async(lambda: bool(vantage.notes.changes))
        assert vantage.notes.samples[0].at - begun >= 400


async def test_two_vantages_judge_for_themselves() -> None:
    async with probing(probes(target("web"))) as hub, probing(probes(target("web"))) as pi:
        hub.asker.moods["web"] = Mood.REFUSES
        await until_async(lambda: any(each.claim is Claim.DOWN for each in hub.notes.changes))
        await pi.seen("web")
        assert {each.claim for each in pi.notes.changes} == {Claim.UP}


async def test_a_fault_of_ours_ends_the_schedule_instead_of_hiding() -> None:
    class Broken(Notes):
        def told(self, *_said: object) -> None:
            raise RuntimeError("no room")

    prober = Prober("hub", FakeAsker(), Broken())
    prober.change(probes(target("web")))
    with pytest.raises(RuntimeError, match="no room"):
        async with asyncio.timeout(5):
            await prober.run()
