"""The office as a vantage: what the list says is probed, and told as runs."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from motcua_contract.facts.evidence import ProbeOutcome
from motcua_contract.probes import ProbeKind, ProbeList, ProbeSpec, Reference
from motcua_edge.services.desired import PartError
from motcua_edge.services.vigil.vantage import MOST, ProbeVantage
from motcua_probes.fake import FakeAsker, Mood
from support.waiting import until_async


def spec(target: str, **more: object) -> ProbeSpec:
    quick = {"interval": 1_000, "retry": 100, "timeout": 100}
    return ProbeSpec(**{"target": target, "kind": ProbeKind.TCP, "host": target, **quick, **more})


def section(*specs: ProbeSpec, version: int = 1, **more: object) -> bytes:
    return msgspec.json.encode(ProbeList(version=version, probes=specs, **more))


class Office:
    def __init__(self) -> None:
        self.asker = FakeAsker()
        self.mono = 0
        self.vantage = ProbeVantage("na-son", lambda: self.asker, tuple, self.clock)

    def clock(self) -> int:
        return round(asyncio.get_running_loop().time() * 1000)

    def told(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for run in self.vantage.probed(False).runs:
            found.setdefault(run.target, []).append(run.outcome.value)
        return found


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    made = Office()
    running = asyncio.create_task(made.vantage.run())
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_the_list_says_is_probed_and_told_once(office: Office) -> None:
    office.vantage.apply(section(spec("srv-1"), version=7))
    await until_async(lambda: office.told() == {"srv-1": ["ok"]})
    told = office.vantage.probed(True)
    assert told.version == 7
    assert office.vantage.probed(False).runs == ()


async def test_a_confirmed_outage_is_urgent_and_its_end_too(office: Office) -> None:
    office.asker.moods["srv-1"] = Mood.REFUSES
    office.vantage.apply(section(spec("srv-1")))
    await until_async(lambda: office.vantage.probed(False).urgent)
    (run,) = office.vantage.probed(True).runs
    assert (run.outcome, run.cause, run.count) == (ProbeOutcome.FAIL, "refused", 3)
    assert run.confirmed == run.until
    office.asker.moods.clear()
    await until_async(lambda: office.vantage.probed(False).urgent)


async def test_an_office_that_is_cut_off_is_blind(office: Office) -> None:
    office.asker.moods |= {"srv-1": Mood.REFUSES, "gateway": Mood.NO_ROUTE}
    gateway = Reference(kind=ProbeKind.ICMP, host="gateway")
    office.vantage.apply(section(spec("srv-1"), references=(gateway,)))
    await until_async(lambda: office.told() == {"srv-1": ["blind"]})


async def test_another_list_takes_the_place_of_the_one_before(office: Office) -> None:
    office.vantage.apply(section(spec("srv-1")))
    await until_async(lambda: "srv-1" in office.told())
    office.vantage.apply(section(spec("srv-2")))
    await until_async(lambda: "srv-2" in office.told())
    assert "srv-1" in office.told(), "what was seen before is still told"
    office.vantage.probed(True)
    await until_async(lambda: office.told() == {"srv-2": ["ok"]})
    office.vantage.apply(None)
    office.vantage.probed(True)
    asked = office.asker.asked.total()
    await asyncio.sleep(0.2)  # a probe that was still planned would come by now
    assert office.asker.asked.total() <= asked + 1


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (b"{", "truncated"),
        (b'{"version":1,"colour":1}', "unknown field"),
        (b'{"probes":[{"target":"../x","kind":"tcp"}]}', "matching regex"),
        (b'{"probes":[{"target":"x","kind":"telepathy"}]}', "Invalid enum"),
        (section(spec("x", interval=500)), "at most once in 1000 ms"),
        (section(*(spec(f"x-{n}") for n in range(MOST + 1))), "an office can do 200"),
    ],
)
async def test_a_list_that_cannot_be_probed_is_refused(bad: bytes, why: str) -> None:
    with pytest.raises(PartError, match=why):
        Office().vantage.check(bad)
