"""A command of the hub is recorded, done once, recorded again and answered; or refused."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from motcua_contract.facts import type_name
from motcua_contract.messages import Command, MessageError, Reply, encode
from motcua_contract.topics import Up
from motcua_contract.vocabulary import ClockState
from motcua_edge.drivers.mqtt import MqttError
from motcua_edge.services.remote import DoFailedError, Done, RemoteCommands
from support.waiting import until_async
from support.webapp import Office


class Site:
    """A site with one printer and a line to the hub that can be cut."""

    def __init__(self) -> None:
        self.office = Office()
        self.cut = False
        self.replies: list[Reply] = []
        self.done: list[Command] = []
        self.hang = asyncio.Event()
        self.remote = RemoteCommands(
            self.office.service,
            {
                "printer.test": self.print,
                "sound.test": self.fail,
                "ups.self_test": self.stumble,
                "diagnostics.collect": self.wait,
            },
            self.say,
        )

    async def print(self, command: Command) -> Done:
        self.done.append(command)
        assert self.facts.count("command.taken/1") == self.facts.count("command.done/1") + 1
        return Done(detail="printed", media="text/plain", data="paper")

    async def fail(self, _command: Command) -> Done:
        msg = "the loudspeaker is off"
        raise DoFailedError(msg)

    async def stumble(self, _command: Command) -> Done:
        return Done(detail=str(1 // 0))

    async def wait(self, _command: Command) -> Done:
        await self.hang.wait()
        return Done()

    async def say(self, kind: Up, reply: Reply) -> None:
        assert kind is Up.REPLY
        if self.cut:
            msg = "no line"
            raise MqttError(msg)
        self.replies.append(reply)

    @property
    def facts(self) -> list[str]:
        names = [type_name(fact) for fact in self.office.journal.facts]
        return sorted((n for n in names if n.startswith("command.")), reverse=True)

    async def give(self, name: str, number: int = 1, **arguments: str) -> None:
        command = Command(
            name=name,
            correlation=f"{number:032x}",
            expires=self.office.clock.now().wall + 30_000,
            arguments=arguments,
            actor="tuan",
        )
        await self.remote.take(encode(command))


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    task = asyncio.create_task(site.remote.run())
    yield site
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_command_is_recorded_before_it_is_done_and_answered_after(site: Site):
    await site.give("printer.test")
    await until_async(lambda: bool(site.replies))
    assert (site.replies[0].ok, site.replies[0].detail, site.replies[0].data) == (
        True,
        "printed",
        "paper",
    )
    taken, done = site.office.journal.facts[-2:]
    assert (taken.actor, taken.name) == ("tuan", "printer.test")
    assert done.ok
    assert len(done.data_sha256) == 64


async def test_a_command_that_comes_twice_is_done_once(site: Site):
    await site.give("printer.test")
    await site.give("printer.test")
    await site.give("printer.test", 2)
    await until_async(lambda: len(site.replies) == 2)
    assert [command.correlation[-1] for command in site.done] == ["1", "2"]


async def test_a_command_that_fails_says_why_and_the_next_one_is_done(site: Site):
    await site.give("sound.test", 1)
    await site.give("ups.self_test", 2)
    await site.give("printer.test", 3)
    await until_async(lambda: len(site.replies) == 3)
    assert [reply.ok for reply in site.replies] == [False, False, True]
    assert site.replies[0].detail == "the loudspeaker is off"
    assert "ZeroDivisionError" in site.replies[1].detail
    assert site.facts.count("command.done/1") == 3


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("disk.erase", {}, "not on the list"),
        ("printer.test", {"component": "printer"}, "takes exactly"),
        ("driver.restart", {"component": "../x"}, "does not match"),
        ("driver.restart", {"component": "ups"}, "no such device"),
    ],
)
async def test_what_is_not_on_the_list_is_refused_and_leaves_no_fact(
    site: Site, name: str, arguments: dict[str, str], why: str
):
    await site.give(name, **arguments)
    await until_async(lambda: bool(site.replies))
    assert not site.replies[0].ok
    assert why in site.replies[0].detail
    assert site.facts == []


async def test_a_command_that_comes_too_late_is_refused_where_the_clock_is_trusted(site: Site):
    late = Command(name="printer.test", correlation="a" * 32, expires=1_000)
    await site.remote.take(encode(late))
    await until_async(lambda: bool(site.replies))
    assert "expired" in site.replies[0].detail
    site.office.clock.clock = ClockState.SAVED
    await site.remote.take(encode(late))
    await until_async(lambda: len(site.replies) == 2)
    assert site.replies[1].ok


async def test_an_answer_that_cannot_be_sent_is_in_the_journal(site: Site):
    site.cut = True
    await site.give("printer.test")
    await until_async(lambda: "command.done/1" in site.facts)
    assert site.replies == []


async def test_a_flood_is_refused_at_the_door(site: Site):
    await site.give("diagnostics.collect", 1)
    await until_async(lambda: "command.taken/1" in site.facts)
    for number in range(2, 12):
        await site.give("printer.test", number)
    assert [reply.ok for reply in site.replies] == [False, False]
    assert "wait already" in site.replies[0].detail
    site.hang.set()
    await until_async(lambda: len(site.done) == 8)


async def test_what_is_no_command_is_malformed(site: Site):
    with pytest.raises(MessageError):
        await site.remote.take(b'{"name": 1}')
