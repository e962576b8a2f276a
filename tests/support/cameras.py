"""Cameras for tests: films of scenes, and programs that show them by RTSP or MJPEG."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple, Protocol

import cv2
import pytest

from demo import mjpeg_camera
from motcua_edge.domain.camera.look import Look, Profile
from motcua_edge.drivers.camera import Camera, CameraOfflineError, FakeCamera, Settings
from support import scenes

WIDTH, HEIGHT = 640, 360
_HERE: Final = Path(__file__).parent
_MOMENTS: Final = 7
"""Pictures of a film: with another number than the rate's multiple, no two looks see the same."""
_SYSTEM_PYTHON: Final = "/usr/bin/python3"
_READY_S: Final = 30.0


def film(folder: Path, scene: str, moments: int = _MOMENTS) -> Path:
    """A file of raw pictures of a scene; one moment alone is a frozen sensor."""
    path = folder / f"{scene.replace(' ', '-').replace('%', '')}-{moments}.luma"
    if not path.exists():
        pictures = (scenes.SCENES[scene](moment + 1) for moment in range(moments))
        small = (cv2.resize(p, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) for p in pictures)
        path.write_bytes(b"".join(picture.tobytes() for picture in small))
    return path


@cache
def can_serve_rtsp() -> bool:
    """Whether the system's Python has GStreamer's RTSP server."""
    asked = "import gi; gi.require_version('GstRtspServer', '1.0')"
    try:
        return not subprocess.run(
            [_SYSTEM_PYTHON, "-c", asked], capture_output=True, check=False, timeout=20
        ).returncode
    except OSError:
        return False


class Program:
    """A camera program; `port` stays the same over restarts."""

    def __init__(self, argv: list[str], show: Path, login: str = "") -> None:
        self._argv = [*argv, "--show", str(show), *(["--login", login] if login else [])]
        self.port = 0
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def start(self) -> None:
        argv = [*self._argv, *(["--port", str(self.port)] if self.port else [])]
        self._process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        self.port = int(self._heard().split()[1])

    def tell(self, words: str) -> None:
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(f"{words}\n")
        self._process.stdin.flush()
        assert self._heard() == "done"

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        assert process.stdin
        assert process.stdout
        process.stdin.close()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        with process.stdout:
            for line in process.stdout:
                self._lines.put(line.strip())

    def _heard(self) -> str:
        try:
            return self._lines.get(timeout=_READY_S)
        except Empty:
            msg = f"the camera program says nothing within {_READY_S} s"
            raise AssertionError(msg) from None


def rtsp(show: Path, login: str = "") -> Program:
    """A camera at `rtsp://127.0.0.1:PORT/hall`; without GStreamer its test is skipped."""
    if not can_serve_rtsp():
        pytest.skip("GStreamer's RTSP server is not installed: see tools/setup")
    return Program([_SYSTEM_PYTHON, str(_HERE / "rtsp_camera.py")], show, login)


def mjpeg(show: Path, login: str = "", picture: str = f"{WIDTH}x{HEIGHT}") -> Program:
    """A camera at `http://127.0.0.1:PORT/`."""
    argv = [sys.executable, str(Path(mjpeg_camera.__file__)), "--picture", picture]
    return Program(argv, show, login)


def quick(source: str, **more: object) -> Settings:
    """Settings of an impatient office."""
    plain: dict[str, object] = {
        "source": source, "open_s": 2.0, "read_s": 2.0, "fresh_s": 3.0, "answer_s": 6.0,
    }  # fmt: skip
    return Settings(**{**plain, **more})  # type: ignore[arg-type]


class Stage(Protocol):
    """What a suite does to a camera, whatever it is made of."""

    def show(self, scene: str) -> None:
        """Put a scene before the lens."""

    def freeze(self, scene: str) -> None:
        """The same picture again and again, while its time goes on."""

    def pull(self) -> None:
        """Pull the plug."""

    def plug(self) -> None:
        """Put it back."""

    def end(self) -> None:
        """Clean up."""


class ProgramStage:
    """A real camera's stage."""

    def __init__(self, program: Program, folder: Path) -> None:
        self._program = program
        self._folder = folder

    def show(self, scene: str) -> None:
        self._program.tell(f"show {film(self._folder, scene)}")

    def freeze(self, scene: str) -> None:
        self._program.tell(f"show {film(self._folder, scene, 1)}")

    def pull(self) -> None:
        self._program.stop()

    def plug(self) -> None:
        self._program.start()

    def end(self) -> None:
        self._program.stop()


class FakeStage:
    """The fake camera's stage: the numbers that the scenes measure."""

    def __init__(self, camera: FakeCamera, numbers: dict[str, Look]) -> None:
        self._camera = camera
        self._numbers = numbers

    def show(self, scene: str) -> None:
        self._camera.frozen = False
        self._camera.scene = self._numbers[scene]

    def freeze(self, scene: str) -> None:
        self.show(scene)
        self._camera.frozen = True

    def pull(self) -> None:
        self._camera.offline = "connection refused"

    def plug(self) -> None:
        self._camera.offline = ""

    def end(self) -> None:
        pass


class Lens(NamedTuple):
    """A camera and its stage."""

    camera: Camera
    stage: Stage

    async def settled(
        self, accept: Callable[[Look], bool], profile: Profile = Profile.DAY, within: float = 20.0
    ) -> Look:
        """Look until a look is acceptable: what was filmed before still arrives for a moment."""
        deadline = time.monotonic() + within
        last: object = None
        while time.monotonic() < deadline:
            try:
                last = look = await self.camera.look(profile)
            except CameraOfflineError as error:
                last = error
                await asyncio.sleep(0.1)  # a refused connection answers at once
                continue
            if accept(look):
                return look
        msg = f"not within {within} s; last look: {last}"
        raise AssertionError(msg)

    async def offline(self, within: float = 20.0) -> str:
        """Look until the camera is offline; returns why."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            try:
                await self.camera.look(Profile.DAY)
            except CameraOfflineError as error:
                return str(error)
        msg = f"still online after {within} s"
        raise AssertionError(msg)
