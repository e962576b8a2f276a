"""What every camera does, the fake and the real ones alike."""

import hashlib
import stat
from pathlib import Path

import pytest

from motcua_edge.domain.camera import rules
from motcua_edge.domain.camera.look import Look, Profile
from motcua_edge.domain.camera.rules import Known, judge
from motcua_edge.drivers.camera import CameraOfflineError
from support.cameras import Lens

LEARNT = 2
"""Pictures that are plenty for a reference of an empty hall."""


async def learnt(lens: Lens) -> Known:
    """The camera knows the normal scene."""
    look = await lens.camera.look(Profile.DAY)
    for _ in range(LEARNT):
        look = await lens.camera.look(Profile.DAY)
        await lens.camera.learn(Profile.DAY)
    return Known(sharpness=look.sharpness)


async def verdict_on(lens: Lens, scene: str, known: Known) -> str:
    """The code of the look after the first at a scene."""
    lens.stage.show(scene)
    await lens.settled(jumped)
    return judge(await lens.camera.look(Profile.DAY), known).code


def jumped(look: Look) -> bool:
    """Whether this is the first look at something else."""
    return look.diff is not None and look.diff > 2


async def test_a_living_picture_is_good_and_never_the_same(lens: Lens):
    known = await learnt(lens)
    first, second = [await lens.camera.look(Profile.DAY) for _ in range(2)]
    assert judge(second, known).code == ""
    assert first.diff is not None
    assert first.diff > 0.3
    assert second.diff is not None
    assert second.diff > 0.3
    assert second.captured_ms != first.captured_ms


async def test_without_a_reference_nothing_is_said_of_likeness(lens: Lens):
    look = await lens.camera.look(Profile.DAY)
    assert (look.peak, look.dx, look.dy) == (None, None, None)


async def test_the_reference_of_the_day_is_not_that_of_the_night(lens: Lens):
    await learnt(lens)
    assert (await lens.camera.look(Profile.NIGHT)).peak is None
    look = await lens.camera.look(Profile.DAY)
    assert look.peak is not None
    assert look.peak > 0.5


async def test_a_forgotten_reference_is_gone(lens: Lens):
    await learnt(lens)
    await lens.camera.forget()
    assert (await lens.camera.look(Profile.DAY)).peak is None


@pytest.mark.parametrize(
    ("scene", "code"),
    [
        ("covered", rules.COVERED),
        ("lens cap", rules.DARK),
        ("defocus 4", rules.BLURRED),
        ("moved 5 %", rules.MOVED),
        ("overexposed", rules.OVEREXPOSED),
        ("half light", ""),
    ],
)
async def test_each_fault_of_the_picture_is_told_apart(lens: Lens, scene: str, code: str):
    known = await learnt(lens)
    assert await verdict_on(lens, scene, known) == code
    lens.stage.show("normal")
    await lens.settled(lambda look: judge(look, known).code == "")


async def test_a_frozen_sensor_is_told_though_its_time_goes_on(lens: Lens):
    known = await learnt(lens)
    lens.stage.freeze("normal")
    # an encoder goes on refining a picture that stands still, for some ten of its key frames
    frozen: list[Look] = []

    def thrice(look: Look) -> bool:
        frozen.append(look)
        last = [judge(each, known).code for each in frozen[-3:]]
        return last == [rules.FROZEN] * 3

    await lens.settled(thrice, within=30)
    assert frozen[-1].captured_ms > frozen[-2].captured_ms > frozen[-3].captured_ms


async def test_a_camera_that_is_gone_is_offline_and_comes_back(lens: Lens):
    await learnt(lens)
    lens.stage.pull()
    assert await lens.offline()
    lens.stage.plug()
    back = await lens.settled(lambda look: look.peak is not None)
    assert back.peak is not None
    assert back.peak > 0.5


async def test_a_picture_is_a_private_file_with_its_hash(lens: Lens, tmp_path: Path):
    await lens.camera.look(Profile.DAY)
    path = tmp_path / "picture.jpg"
    picture = await lens.camera.picture(path)
    data = path.read_bytes()
    assert data[:2] == b"\xff\xd8"
    assert hashlib.sha256(data).hexdigest() == picture.sha256
    assert len(data) == picture.size
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_picture_never_overwrites_anything(lens: Lens, tmp_path: Path):
    await lens.camera.look(Profile.DAY)
    path = tmp_path / "there.jpg"
    path.write_text("evidence")
    with pytest.raises(CameraOfflineError, match="cannot be stored"):
        await lens.camera.picture(path)
    assert path.read_text() == "evidence"


async def test_a_closed_camera_opens_again_when_it_is_asked(lens: Lens):
    await lens.camera.look(Profile.DAY)
    await lens.camera.close()
    await lens.camera.close()
    assert (await lens.camera.look(Profile.DAY)).std > 6
