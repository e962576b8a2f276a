"""Stored pictures: small enough for a message, masked, deleted at their age, few."""

import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from av.video.frame import VideoFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from motcua_contract.commands import DATA_MAX
from motcua_edge.domain.camera.look import Box
from motcua_edge.drivers.camera.looker.pictures import MOST_BYTES, store
from motcua_edge.services.cameras import PictureFolder

HOUR = 3_600_000
WALL = 1_795_399_200_000


def frame(width: int, height: int, seed: int = 1) -> VideoFrame:
    """The worst picture for any coder: noise."""
    draw = np.random.default_rng(seed)
    return VideoFrame.from_ndarray(draw.integers(0, 256, (height, width, 3), np.uint8), "rgb24")


@pytest.mark.parametrize(("width", "height"), [(3840, 2160), (1280, 720), (640, 360), (64, 36)])
def test_every_picture_fits_into_one_message(tmp_path: Path, width: int, height: int):
    path = tmp_path / "p.jpg"
    picture = store(frame(width, height), path, ())
    assert picture.size == path.stat().st_size <= MOST_BYTES
    assert picture.size * 4 / 3 + 4 < DATA_MAX
    with Image.open(path) as shown:
        assert abs(shown.width / shown.height - width / height) < 0.02
        assert not shown.getexif()


@settings(deadline=None, max_examples=50)
@given(st.floats(0, 0.8), st.floats(0, 0.8), st.floats(0.05, 0.5), st.floats(0.05, 0.5))
def test_a_private_box_is_black_wherever_it_is(
    left: float, top: float, width: float, height: float
):
    white = VideoFrame.from_ndarray(np.full((180, 320, 3), 255, np.uint8), "rgb24")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.jpg"
        store(white, path, (Box(left, top, width, height),))
        with Image.open(io.BytesIO(path.read_bytes())) as shown:
            points = np.asarray(shown.convert("L"))
    x, y = int(left * 320), int(top * 180)
    right, bottom = min(320, int((left + width) * 320)), min(180, int((top + height) * 180))
    assert points[y + 8 : bottom - 8, x + 8 : right - 8].max(initial=0) < 40


def kept(folder: PictureFolder, wall: int) -> Path:
    draft = folder.draft(wall)
    draft.write_bytes(b"jpeg")
    return folder.keep(draft)


def test_a_picture_lives_for_its_age(tmp_path: Path):
    folder = PictureFolder(tmp_path / "pictures", HOUR)
    path = kept(folder, WALL)
    assert folder.tidy(WALL + HOUR - 1) == 0
    assert path.exists()
    assert folder.tidy(WALL + HOUR) == 1
    assert not path.exists()


def test_what_was_never_on_record_is_swept(tmp_path: Path):
    folder = PictureFolder(tmp_path / "pictures", HOUR)
    folder.draft(WALL).write_bytes(b"torn")
    assert folder.names() == ()
    assert folder.tidy(WALL + 299_000) == 0
    (under_way,) = (tmp_path / "pictures").iterdir()
    assert under_way.suffix == ".taking"
    assert folder.tidy(WALL + 300_000) == 0
    assert list((tmp_path / "pictures").iterdir()) == []


def test_fifty_pictures_are_kept_at_most_the_newest_ones(tmp_path: Path):
    folder = PictureFolder(tmp_path / "pictures", 1000 * HOUR)
    paths = [kept(folder, WALL + n * 1000) for n in range(60)]
    assert folder.tidy(WALL + 60_000) == 10
    assert folder.names() == tuple(path.name for path in reversed(paths[10:]))


def test_pictures_of_one_moment_do_not_meet(tmp_path: Path):
    folder = PictureFolder(tmp_path / "pictures", HOUR)
    assert len({kept(folder, WALL) for _ in range(3)}) == 3
    assert len(folder) == 3


def test_a_clock_that_was_never_set_deletes_nothing_early(tmp_path: Path):
    folder = PictureFolder(tmp_path / "pictures", HOUR)
    path = kept(folder, WALL)
    assert folder.tidy(0) == 0
    assert path.exists()


def test_only_names_of_the_folder_are_found(tmp_path: Path):
    folder = PictureFolder(tmp_path / "pictures", HOUR)
    path = kept(folder, WALL)
    (tmp_path / "secret.jpg").write_bytes(b"x")
    assert folder.find(path.name) == path
    for name in ("../secret.jpg", "secret.jpg", "", "/etc/passwd"):
        with pytest.raises(LookupError):
            folder.find(name)


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path):
    folder = PictureFolder(tmp_path / "none", HOUR)
    assert (folder.names(), folder.tidy(WALL), len(folder)) == ((), 0, 0)
