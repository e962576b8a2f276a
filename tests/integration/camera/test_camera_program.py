"""The program that looks: whatever a camera or the program does, the agent gets its answer."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import av
import cv2
import psutil
import pytest

from motcua_edge.domain.camera.look import Box, Profile
from motcua_edge.drivers.camera import CameraDriverError, CameraOfflineError, ProcessCamera
from motcua_edge.drivers.camera.looker.sources import open_stream
from motcua_edge.drivers.camera.talk import STUCK
from support.cameras import Lens, Program, ProgramStage, film, mjpeg, quick, rtsp
from support.waiting import until_async

PASSWORD = "bí mật+1@hall"
QUOTED = "b%C3%AD%20m%E1%BA%ADt%2B1%40hall"


@pytest.fixture
def hall(films: Path) -> Iterator[Program]:
    """An MJPEG camera without a login."""
    program = mjpeg(film(films, "normal"))
    program.start()
    yield program
    program.stop()


@pytest.fixture
async def camera(hall: Program) -> AsyncIterator[ProcessCamera]:
    """Looks at it."""
    made = ProcessCamera(quick(f"http://127.0.0.1:{hall.port}/"))
    yield made
    await made.close()


async def why(camera: ProcessCamera) -> str:
    with pytest.raises(CameraOfflineError) as caught:
        await camera.look(Profile.DAY)
    return str(caught.value)


async def test_a_camera_that_accepts_and_says_nothing_is_no_answer(
    hall: Program, camera: ProcessCamera
):
    hall.tell("silent")
    assert await why(camera) == "no answer in time"
    assert camera.kills == 0, "the program kept to its deadlines by itself"


async def test_a_stream_that_stalls_is_no_answer_and_goes_on_by_itself(
    hall: Program, camera: ProcessCamera, films: Path
):
    lens = Lens(camera, ProgramStage(hall, films))
    await camera.look(Profile.DAY)
    hall.tell("stall")
    assert await lens.offline() in ("no answer in time", "no new picture in time")
    hall.tell("whole")
    await lens.settled(lambda look: look.std > 6)
    assert camera.kills == 0


async def test_an_rtsp_server_that_hangs_is_no_answer_and_goes_on_by_itself(films: Path):
    program = rtsp(film(films, "normal"))
    program.start()
    camera = ProcessCamera(quick(f"rtsp://127.0.0.1:{program.port}/hall"))
    lens = Lens(camera, ProgramStage(program, films))
    try:
        await camera.look(Profile.DAY)
        os.kill(program.pid, signal.SIGSTOP)
        assert await lens.offline() in ("no answer in time", "no new picture in time")
        os.kill(program.pid, signal.SIGCONT)
        await lens.settled(lambda look: look.std > 6)
        assert camera.kills == 0
    finally:
        await camera.close()
        program.stop()


async def test_half_a_jpeg_is_no_picture(hall: Program, camera: ProcessCamera, films: Path):
    lens = Lens(camera, ProgramStage(hall, films))
    await camera.look(Profile.DAY)
    hall.tell("half")
    assert await lens.offline() == "pictures come torn"
    hall.tell("whole")
    look = await lens.settled(lambda look: look.std > 6)
    assert look.diff is not None
    assert look.diff < 3, "no torn picture was looked at in between"


async def test_half_a_jpeg_from_the_beginning_is_no_picture(hall: Program, camera: ProcessCamera):
    hall.tell("half")
    assert await why(camera)


@pytest.mark.parametrize("make", [mjpeg, rtsp])
@pytest.mark.parametrize("login", [f"an:{QUOTED}", "an:wrong"])
async def test_a_wrong_password_is_said_and_never_shown(films: Path, make, login: str, caplog):
    program = make(film(films, "normal"), login="an:right")
    program.start()
    scheme, path = ("rtsp", "/hall") if make is rtsp else ("http", "/")
    camera = ProcessCamera(quick(f"{scheme}://{login}@127.0.0.1:{program.port}{path}"))
    try:
        assert await why(camera) == "the camera refuses user and password"
        assert camera.pid
        words = " ".join(psutil.Process(camera.pid).cmdline())
        shown = words + repr(camera._settings) + caplog.text
        assert not [part for part in (QUOTED, PASSWORD, "wrong", "an:") if part in shown]
    finally:
        await camera.close()
        program.stop()


@pytest.mark.parametrize("make", [mjpeg, rtsp])
async def test_the_right_password_opens_whatever_signs_it_has(films: Path, make):
    program = make(film(films, "normal"), login=f"an:{PASSWORD}")
    program.start()
    scheme, path = ("rtsp", "/hall") if make is rtsp else ("http", "/")
    camera = ProcessCamera(quick(f"{scheme}://an:{QUOTED}@127.0.0.1:{program.port}{path}"))
    try:
        assert (await camera.look(Profile.DAY)).std > 6
    finally:
        await camera.close()
        program.stop()


async def test_a_hung_program_is_killed_reaped_and_started_anew(camera: ProcessCamera):
    await camera.look(Profile.DAY)
    pid = camera.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    assert "its reader was ended" in await why(camera)
    assert not psutil.pid_exists(pid), "neither running nor a zombie"
    assert (await camera.look(Profile.DAY)).std > 6
    assert (camera.starts, camera.kills) == (2, 1)


async def test_a_program_that_was_killed_is_started_anew(camera: ProcessCamera):
    await camera.look(Profile.DAY)
    pid = camera.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    await until_async(lambda: camera.pid is None)
    assert (await camera.look(Profile.DAY)).std > 6
    assert camera.starts == 2


async def test_a_program_that_dies_while_it_is_asked_is_an_error_of_ours(
    camera: ProcessCamera,
):
    await camera.look(Profile.DAY)
    pid = camera.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    asking = asyncio.ensure_future(camera.look(Profile.DAY))
    await asyncio.sleep(0.1)  # the request is under way
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(CameraDriverError, match="ended by itself"):
        await asking


async def test_a_program_that_cannot_begin_says_why_without_the_address(monkeypatch, hall: Program):
    monkeypatch.setattr("motcua_edge.drivers.camera.process._PROGRAM", "motcua_edge.no_such")
    camera = ProcessCamera(quick(f"http://an:{QUOTED}@127.0.0.1:{hall.port}/"))
    with pytest.raises(CameraDriverError, match="No module named motcua_edge") as caught:
        await camera.look(Profile.DAY)
    assert QUOTED not in str(caught.value)


async def test_a_reader_that_is_stuck_in_ffmpeg_is_an_offline_camera(monkeypatch, tmp_path: Path):
    (tmp_path / "stuck_program.py").write_text(f"import sys\nsys.exit({STUCK})\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr("motcua_edge.drivers.camera.process._PROGRAM", "stuck_program")
    camera = ProcessCamera(quick("rtsp://127.0.0.1:9/"))
    assert "its reader was ended" in await why(camera)
    assert camera.pid is None


async def test_a_cancelled_look_leaves_no_program_and_no_late_answer(camera: ProcessCamera):
    await camera.look(Profile.DAY)
    pid = camera.pid
    assert pid
    asking = asyncio.ensure_future(camera.look(Profile.DAY))
    await asyncio.sleep(0)  # begun
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not psutil.pid_exists(pid)
    assert (await camera.look(Profile.DAY)).std > 6


async def test_a_stop_of_the_whole_service_leaves_the_end_to_the_agent(camera: ProcessCamera):
    await camera.look(Profile.DAY)
    pid = camera.pid
    assert pid
    for asked in (signal.SIGTERM, signal.SIGINT):
        os.kill(pid, asked)
    assert (await camera.look(Profile.DAY)).std > 6
    assert camera.pid == pid


async def test_a_program_without_its_agent_ends(camera: ProcessCamera):
    await camera.look(Profile.DAY)
    process = camera._process
    assert process
    assert process.stdin
    process.stdin.close()
    await until_async(lambda: process.returncode == 0, within=5)


async def test_a_picture_too_large_for_the_memory_is_said_to_be(tmp_path: Path):
    huge = tmp_path / "huge.luma"
    size = (12000, 9000)
    huge.write_bytes(b"\x60" * size[0] * size[1])
    program = mjpeg(huge, picture=f"{size[0]}x{size[1]}")
    program.start()
    camera = ProcessCamera(quick(f"http://127.0.0.1:{program.port}/", memory_mb=400))
    try:
        assert await why(camera) == "the picture is too large for this controller"
    finally:
        await camera.close()
        program.stop()


async def test_what_is_private_is_black_in_a_stored_picture(hall: Program, tmp_path: Path):
    box = Box(0.25, 0.5, 0.5, 0.25)
    camera = ProcessCamera(quick(f"http://127.0.0.1:{hall.port}/", privacy=(box,)))
    try:
        await camera.look(Profile.DAY)
        await camera.picture(tmp_path / "masked.jpg")
    finally:
        await camera.close()
    picture = cv2.imread(str(tmp_path / "masked.jpg"), cv2.IMREAD_GRAYSCALE)
    assert picture.shape == (360, 640)
    assert picture[190:260, 170:470].max() < 16
    assert picture[:170].mean() > 60


async def test_references_survive_a_restart_and_hold_nothing_private(hall: Program, tmp_path: Path):
    settings = quick(
        f"http://127.0.0.1:{hall.port}/", folder=str(tmp_path), privacy=(Box(0, 0, 0.5, 1),)
    )
    first = ProcessCamera(settings)
    await first.look(Profile.DAY)
    await first.learn(Profile.DAY)
    await first.close()
    again = ProcessCamera(settings)
    try:
        look = await again.look(Profile.DAY)
    finally:
        await again.close()
    assert look.peak is not None
    assert look.peak > 0.2
    kept = tmp_path / "reference-day.luma"
    assert kept.stat().st_mode & 0o077 == 0
    left = kept.read_bytes()[:160]
    assert len(set(left)) == 1, "the private half is one grey"


def test_the_microphone_of_a_camera_is_never_opened(films: Path):
    program = rtsp(film(films, "normal"))
    program.start()
    settings = quick(f"rtsp://127.0.0.1:{program.port}/hall")
    try:
        with av.open(settings.source, options={"rtsp_transport": "tcp"}, timeout=5) as curious:
            assert [s.type for s in curious.streams] == ["video", "audio"], "there is one"
        with open_stream(settings) as container:
            assert [s.type for s in container.streams] == ["video"]
    finally:
        program.stop()


async def test_a_device_that_is_not_there_is_offline(tmp_path: Path):
    camera = ProcessCamera(quick(str(tmp_path / "video0")))
    try:
        assert await why(camera) == "no such device"
    finally:
        await camera.close()


VIDEO = sorted(Path("/dev").glob("video*"))


@pytest.mark.skipif(not VIDEO, reason="no V4L2 device here, not even a loopback one")
async def test_a_v4l2_device_gives_pictures():
    camera = ProcessCamera(quick(str(VIDEO[0])))
    try:
        assert (await camera.look(Profile.DAY)).captured_ms
    finally:
        await camera.close()
