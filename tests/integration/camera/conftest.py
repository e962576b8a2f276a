"""One suite over the fake camera and over real streams: RTSP by GStreamer, MJPEG over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from motcua_edge.domain.camera.look import Look
from motcua_edge.drivers.camera import FakeCamera, ProcessCamera
from motcua_edge.drivers.camera.looker import pixels
from support import scenes
from support.cameras import (
    FakeStage,
    Lens,
    Program,
    ProgramStage,
    film,
    mjpeg,
    quick,
    rtsp,
)


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where films are kept: each is drawn once."""
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="session")
def numbers() -> dict[str, Look]:
    """What the scenes of this suite measure, for the fake."""
    reference = pixels.spectrum(scenes.small(scenes.SCENES["normal"](0)))
    return {name: measured(name, reference) for name in scenes.SCENES}


def measured(name: str, reference: np.ndarray) -> Look:
    luma = scenes.small(scenes.SCENES[name](1))
    peak, dx, dy = pixels.shift(reference, pixels.spectrum(luma))
    return Look(
        mean=float(luma.mean()),
        std=float(luma.std()),
        laplacian=pixels.laplacian(luma),
        bright=pixels.bright(luma),
        flat=pixels.flat(luma),
        peak=peak,
        dx=dx,
        dy=dy,
    )


def _program(kind: str, show: Path) -> tuple[Program, str]:
    if kind == "rtsp":
        return rtsp(show), "rtsp://127.0.0.1:{}/hall"
    return mjpeg(show), "http://127.0.0.1:{}/video"


@pytest.fixture(params=["fake", "mjpeg", "rtsp"])
async def lens(
    request: pytest.FixtureRequest, films: Path, numbers: dict[str, Look], tmp_path: Path
) -> AsyncIterator[Lens]:
    """A camera that looks at the normal scene, and its stage."""
    if request.param == "fake":
        fake = FakeCamera(numbers["normal"])
        yield Lens(fake, FakeStage(fake, numbers))
        return
    program, address = _program(request.param, film(films, "normal"))
    program.start()
    camera = ProcessCamera(quick(address.format(program.port), folder=str(tmp_path)))
    yield Lens(camera, ProgramStage(program, films))
    await camera.close()
    program.stop()
