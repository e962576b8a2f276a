"""Entry of the program: settings and requests on standard input, answers on standard output."""

import os
import resource
import signal
import sys
from typing import BinaryIO, Final

import msgspec

from motcua_edge.drivers.camera.looker.eye import Eye
from motcua_edge.drivers.camera.looker.reader import Reader
from motcua_edge.drivers.camera.port import Settings
from motcua_edge.drivers.camera.talk import LONGEST, STUCK, Request

_NICE: Final = 10
"""Citizens come first: printing and speaking never wait for a camera."""


def _bounded(settings: Settings) -> None:
    limit = settings.memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICE)
    os.umask(0o077)


def _ends_with_its_agent() -> None:
    """A stop of the service reaches this program too; only the agent says when to end."""
    for asked in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(asked, signal.SIG_IGN)


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    settings = msgspec.json.decode(requests.readline(LONGEST), type=Settings)
    _bounded(settings)
    reader = Reader(settings)
    reader.start()
    eye = Eye(settings, reader)
    decoder = msgspec.json.Decoder(Request)
    while line := requests.readline(LONGEST):
        answer = eye.answer(decoder.decode(line))
        if reader.stuck:
            os._exit(STUCK)
        answers.write(msgspec.json.encode(answer) + b"\n")
        answers.flush()


if __name__ == "__main__":
    _ends_with_its_agent()
    _serve(sys.stdin.buffer, sys.stdout.buffer)
    # the agent is gone or lets go: the reader may be inside FFmpeg, nobody waits for it
    os._exit(0)
