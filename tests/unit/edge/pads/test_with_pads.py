"""What the agent gets of the pads: the hub's command, and an office that opens in any case."""

import asyncio
from pathlib import Path

import pytest

from motcua_contract.messages import Command
from motcua_edge.app.with_pads import LINKS, build_pads
from motcua_edge.config import AgentConfig, ConfigError, PadsSection, PadUnit
from motcua_edge.services.pads.keys import KeyFileError, key_file, read_key
from motcua_edge.services.rating_desk import RatingDesk
from motcua_edge.services.remote import DoFailedError
from support.hall import Hall
from support.waiting import until_async


@pytest.fixture
def hall() -> Hall:
    return Hall()


def built(hall: Hall, folder: Path, **pads: object) -> object:
    units = {"pad-1": PadUnit(counter=1)}
    section = PadsSection(**({"units": units} | pads))
    agent = AgentConfig(
        site="na-son", device="d-1", site_file="", state_dir=str(folder), pads=section
    )
    return build_pads(agent, hall.office, hall.health, RatingDesk(hall.office, b"secret"))


def key(folder: Path, text: str) -> Path:
    path = key_file(folder, "pad-1")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_an_office_without_pads_has_none(hall: Hall, tmp_path: Path) -> None:
    assert built(hall, tmp_path, units={}) is None


async def test_the_hubs_command_says_why_a_pad_was_not_updated(hall: Hall, tmp_path: Path) -> None:
    key(tmp_path, "ab" * 32)
    pads = built(hall, tmp_path)
    for component, why in (("pad-1", "shipped"), ("printer", "no pad")):
        asked = Command(
            name="pad.update",
            correlation="0" * 32,
            expires=0,
            arguments={"component": component},
        )
        with pytest.raises(DoFailedError, match=why):
            await pads.doers["pad.update"](asked)
    assert set(pads.drivers) == {LINKS}
    assert pads.counts() == {"lost_for_room": 0}


@pytest.mark.parametrize("text", ["", "no hex", "abcd", "ab" * 33])
def test_a_key_that_is_none_says_what_to_do(tmp_path: Path, text: str) -> None:
    with pytest.raises(KeyFileError, match="enroll"):
        read_key(key(tmp_path, text))


@pytest.mark.parametrize("package", [None, b"no package"])
def test_a_release_that_is_promised_and_not_there_is_a_fault_of_the_configuration(
    hall: Hall, tmp_path: Path, package: bytes | None
) -> None:
    if package is not None:
        (tmp_path / "release.bin").write_bytes(package)
    with pytest.raises(ConfigError, match=r"pads\.firmware"):
        built(hall, tmp_path, firmware=str(tmp_path))


def test_a_pad_cannot_be_called_like_the_links(hall: Hall, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="another"):
        built(hall, tmp_path, units={LINKS: PadUnit(counter=1)})


async def test_what_the_driver_says_at_each_start(hall: Hall, tmp_path: Path) -> None:
    pads = built(hall, tmp_path, serial=())
    task = asyncio.create_task(pads.parts["pads"]())
    await until_async(lambda: len(hall.health.notes) == 2)
    pads.drivers[LINKS].restart()
    await until_async(lambda: len(hall.health.notes) == 4)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [note[0] for note in hall.health.notes] == [LINKS, "pad-1"] * 2


def test_a_pad_of_an_unknown_counter_is_a_fault_of_the_configuration(
    hall: Hall, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="counter 9"):
        built(hall, tmp_path, units={"pad-1": PadUnit(counter=9)})
