"""A configuration holds as a whole or not at all, and the hub hears which."""

import asyncio
import json
from pathlib import Path

import msgspec
import pytest

from motcua_contract.desired import Frame, Seal, sha256_of, write_frame
from motcua_contract.messages import ConfigDesired, ConfigReported, Message, MessageError, encode
from motcua_contract.topics import Up
from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.model import Instant
from motcua_edge.drivers.mqtt import MqttError
from motcua_edge.drivers.seal import FakeVerifier
from motcua_edge.services.desired import DesiredConfig, Keeper, PartError
from support.waiting import until_async

SITE = "na-son"
SEAL = Seal(b"certificate", b"signature").text()


class Lamp:
    """A part with one setting: `{"on": true}`."""

    def __init__(self) -> None:
        self.applied: list[object] = []

    def check(self, section: bytes) -> None:
        if not isinstance(json.loads(section).get("on"), bool):
            msg = "on is true or false"
            raise PartError(msg)

    def apply(self, section: bytes | None) -> None:
        self.applied.append(None if section is None else json.loads(section)["on"])


class Office:
    """One office's state directory; `start` is a new program."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "desired.json"
        self.verifier = FakeVerifier()
        self.told: list[ConfigReported] = []
        self.online = True
        self.start()

    def start(self, **more: Lamp) -> None:
        self.lamp = Lamp()
        self.service = DesiredConfig(
            site=SITE,
            keeper=Keeper(self.path),
            verifier=self.verifier,
            parts={"lamp": self.lamp, **more},
            say=self.say,
            now=lambda: Instant(wall=0, mono=0, clock=ClockState.NTP),
        )
        self.service.begin()

    async def say(self, kind: Up, message: Message) -> None:
        assert kind is Up.CONFIG
        assert isinstance(message, ConfigReported)
        if not self.online:
            msg = "not connected"
            raise MqttError(msg)
        self.told.append(message)

    async def offer(self, version: int, sections: dict[str, object], **frame: object) -> None:
        await self.service.take(encode(desired(version, sections, **frame)))

    @property
    def word(self) -> tuple[int, str, int]:
        word = self.service._told
        return (word.version, word.state, word.running)


def desired(version: int, sections: dict[str, object], **frame: object) -> ConfigDesired:
    raw = {name: msgspec.Raw(json.dumps(value).encode()) for name, value in sections.items()}
    body = write_frame(Frame(**{"site": SITE, "sections": raw, **frame}))
    return ConfigDesired(version=version, sha256=sha256_of(body), body=body, signature=SEAL)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


ON, OFF = {"lamp": {"on": True}}, {"lamp": {"on": False}}


async def test_a_good_one_is_kept_applied_and_answered(office: Office) -> None:
    await office.offer(3, ON)
    assert office.lamp.applied == [True]
    assert office.word == (3, "applied", 3)
    office.start()
    assert office.lamp.applied == [True]
    assert office.word == (3, "applied", 3)


async def test_an_older_one_never_replaces_a_newer_one(office: Office) -> None:
    await office.offer(3, ON)
    await office.offer(2, OFF)
    assert office.word == (2, "older", 3)
    await office.offer(3, OFF)
    assert office.word == (3, "older", 3)
    await office.offer(4, OFF)
    assert office.lamp.applied == [True, False]
    assert office.word == (4, "applied", 4)


async def test_the_one_in_force_again_changes_nothing(office: Office) -> None:
    await office.offer(3, ON)
    await office.offer(3, ON)
    assert office.lamp.applied == [True]
    assert office.word == (3, "applied", 3)


@pytest.mark.parametrize(
    ("sections", "frame", "why"),
    [
        ({"lamp": {"on": 1}}, {}, "section lamp: on is true or false"),
        ({"lamp": {"on": True}, "heater": {}}, {}, "section heater is not known"),
        (ON, {"site": "phu-lien"}, "it is for phu-lien"),
    ],
)
async def test_a_bad_one_is_refused_whole_and_the_old_one_stays(
    office: Office, sections: dict[str, object], frame: dict[str, object], why: str
) -> None:
    await office.offer(1, ON)
    await office.offer(2, sections, **frame)
    assert office.lamp.applied == [True]
    assert office.word == (2, "refused", 1)
    assert why in office.service._told.error
    office.start()
    assert office.word == (1, "applied", 1)


async def test_what_nobody_signed_is_refused(office: Office) -> None:
    await office.offer(1, ON)
    office.verifier.doubt = "it is not what the hub signed"
    await office.offer(2, OFF)
    assert office.word == (2, "refused", 1)
    assert office.lamp.applied == [True]


async def test_a_body_that_is_not_the_one_signed_is_refused(office: Office) -> None:
    good = desired(1, ON)
    await office.service.take(
        encode(msgspec.structs.replace(good, body=good.body.replace("true", "false")))
    )
    assert office.word == (1, "refused", 0)


async def test_a_section_that_may_be_kept_waits_for_a_version_that_knows_it(office: Office) -> None:
    await office.offer(5, ON | {"heater": {"on": True}}, keep=("heater",))
    assert office.word == (5, "applied", 5)
    assert office.service._told.error == "kept unread: heater"
    heater = Lamp()
    office.start(heater=heater)
    assert heater.applied == [True]
    assert office.service._told.error == ""


async def test_a_section_that_is_gone_is_taken_back(office: Office) -> None:
    await office.offer(1, ON)
    await office.offer(2, {})
    assert office.lamp.applied == [True, None]


async def test_what_is_no_message_is_refused_as_such(office: Office) -> None:
    with pytest.raises(MessageError):
        await office.service.take(b"{}")
    assert office.word == (0, "applied", 0)


@pytest.mark.parametrize("kept", [b"", b"{", b'{"v":1}', b"\xff"])
async def test_a_damaged_file_is_as_good_as_none(office: Office, kept: bytes) -> None:
    office.path.write_bytes(kept)
    office.start()
    assert office.service.running == 0
    await office.offer(1, ON)
    assert office.word == (1, "applied", 1)


async def test_a_file_that_was_changed_by_hand_is_not_applied(office: Office) -> None:
    await office.offer(1, ON)
    office.path.write_bytes(office.path.read_bytes().replace(b"true", b"null"))
    office.start()
    assert office.lamp.applied == []


async def test_a_disk_that_takes_nothing_leaves_the_old_one_in_force(office: Office) -> None:
    await office.offer(1, ON)
    office.service._keeper = Keeper(office.path.with_name("absent") / "desired.json")
    await office.offer(2, OFF)
    assert office.word == (2, "refused", 1)
    assert office.lamp.applied == [True]


async def test_the_answer_waits_for_a_connection_and_is_said_again_when_asked(
    office: Office,
) -> None:
    running = asyncio.create_task(office.service.run())
    try:
        office.online = False
        await office.offer(1, ON)
        await asyncio.sleep(0)
        office.online = True
        office.service.report()
        await until_async(lambda: [word.version for word in office.told] == [1])
        office.service.report()
        await until_async(lambda: len(office.told) == 2)
    finally:
        running.cancel()
