"""The thread that reads: what failures are called, and when only a new process helps."""

import threading
from collections.abc import Iterator

import av.error
import pytest
from av.container import InputContainer

from motcua_edge.drivers.camera import CameraOfflineError, Settings
from motcua_edge.drivers.camera.looker.reader import Reader
from motcua_edge.drivers.camera.looker.sources import said
from support.waiting import until

ADDRESS = "rtsp://an:bi-mat@10.0.0.9:554/stream"
SETTINGS = Settings(source=ADDRESS, open_s=0.1, read_s=0.1, fresh_s=0.2)
FAILURES = sorted(
    {
        kind
        for kind in vars(av.error).values()
        if isinstance(kind, type) and issubclass(kind, av.error.FFmpegError)
    },
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", FAILURES, ids=lambda kind: kind.__name__)
def test_no_failures_words_hold_the_address(kind: type[Exception]):
    words = said(kind(5, "Input/output error", ADDRESS))
    assert words
    assert "10.0.0.9" not in words
    assert "bi-mat" not in words


def test_a_picture_beyond_the_memory_is_called_so():
    assert said(MemoryError()) == "the picture is too large for this controller"


class Gate:
    """Opens streams as the test says; a closed one lets nobody through."""

    def __init__(self) -> None:
        self.tries = threading.Semaphore(0)
        self.hang = threading.Event()
        self.hang.set()
        self.closed = False
        self.error: Exception = av.error.ConnectionRefusedError(111, "refused", ADDRESS)

    def __call__(self, _settings: Settings) -> InputContainer:
        if self.closed:
            threading.Event().wait()  # a daemon that asks no more
        self.tries.release()
        self.hang.wait(20)
        raise self.error


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.closed = True
    made.hang.set()


def test_a_stream_that_cannot_be_opened_is_tried_again_and_said(gate: Gate):
    reader = Reader(SETTINGS, gate)
    reader.start()
    with pytest.raises(CameraOfflineError, match=r"^connection refused$"):
        reader.newest(after=0)
    assert gate.tries.acquire(timeout=5)
    assert gate.tries.acquire(timeout=5)


def test_a_connection_that_ffmpeg_does_not_give_up_is_stuck_after_its_deadlines(gate: Gate):
    gate.hang.clear()
    reader = Reader(SETTINGS, gate)
    reader.start()
    assert gate.tries.acquire(timeout=5)
    assert not reader.stuck
    with pytest.raises(CameraOfflineError, match="no new picture in time"):
        reader.newest(after=0)
    reader._beat -= 10.5  # as if so many seconds had passed
    assert reader.stuck
    gate.hang.set()
    until(lambda: not reader.stuck, within=10)
