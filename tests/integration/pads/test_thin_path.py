"""One press on the real firmware becomes one rating in the journal of the real edge program."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.padboard import KEY, PtyPair, SimPad
from support.padoffice import PadOffice
from support.unixport import needs_micropython
from support.waiting import until

pytestmark = needs_micropython


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[PtyPair]:
    cable = PtyPair(tmp_path)
    cable.plug()
    yield cable
    cable.cut()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PadOffice]:
    pads = 'serial = ["tty-cable"]\nunits = {pad-1 = {counter = 1}}'
    office = PadOffice(tmp_path, pads, {"pad-1": KEY})
    try:
        office.start()
        yield office
    finally:
        office.program.kill()


@pytest.fixture
def pad(tmp_path: Path, firmware: Path, cable: PtyPair) -> Iterator[SimPad]:
    pad = SimPad(tmp_path / "pad", firmware, "pad-1", tty=cable.pad)
    pad.start()
    yield pad
    pad.close()


async def test_a_press_after_service_is_a_rating_and_shows_it(
    office: PadOffice, pad: SimPad
) -> None:
    ticket = await office.serve_one(await office.sit_down())
    until(lambda: "pin 14 1" in pad.log, within=20)  # the light says: rate now
    pad.press("3")
    until(lambda: office.facts("rating.given/1"), within=20)
    (rating,) = office.facts("rating.given/1")
    assert (rating["ticket"], rating["level"], rating["device"]) == (ticket, 3, "pad-1")
    (pressed,) = office.facts("pad.pressed/1")
    assert (pressed["pad"], pressed["outcome"]) == ("pad-1", "rated")
    until(lambda: "tone 1800" in pad.log and "pin 14 0" in pad.log, within=10)
    assert pad.confirmed == 1, pad.said
