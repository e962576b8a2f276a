"""The real camera: asks a program of its own, which is killed when it does not answer in time."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Final

import msgspec

from motcua_edge.domain.camera.look import Look, Profile
from motcua_edge.drivers.camera.login import signed_in
from motcua_edge.drivers.camera.port import (
    CameraDriverError,
    CameraOfflineError,
    Picture,
    Settings,
)
from motcua_edge.drivers.camera.talk import (
    LONGEST,
    STUCK,
    Answer,
    Done,
    Failed,
    Forget,
    Learn,
    LookNow,
    Request,
    Seen,
    Store,
    Stored,
)

_LOG: Final = logging.getLogger(__name__)
_PROGRAM: Final = "motcua_edge.drivers.camera.looker"
_REAP_S: Final = 2.0
_LONGEST_WORDS: Final = 200
_START_S: Final = 10.0
"""What a small computer may need to load FFmpeg, beyond the time of an answer."""
_SMALL_ENV: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""The program's arithmetic is small; a pool of threads would only eat address space."""


class ProcessCamera:
    """A camera behind its own process, started by the first request and after every death.

    Args:
        settings: Sent to the program over its standard input, so that no list of processes shows
            a password.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self._decoder: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)
        self.starts = 0
        self.kills = 0

    @property
    def pid(self) -> int | None:
        """The program's process id while it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def look(self, profile: Profile) -> Look:
        """See `Camera.look`."""
        answer = await self._ask(LookNow(profile))
        if isinstance(answer, Seen):
            return answer.look
        raise _unexpected(answer)

    async def learn(self, profile: Profile) -> None:
        """See `Camera.learn`."""
        await self._done(Learn(profile))

    async def forget(self) -> None:
        """See `Camera.forget`."""
        await self._done(Forget())

    async def picture(self, path: Path) -> Picture:
        """See `Camera.picture`."""
        answer = await self._ask(Store(str(path)))
        if isinstance(answer, Stored):
            return answer.picture
        raise _unexpected(answer)

    async def close(self) -> None:
        """See `Camera.close`."""
        process, self._process = self._process, None
        if process is not None:
            await _end(process)

    async def _done(self, request: Request) -> None:
        answer = await self._ask(request)
        if not isinstance(answer, Done):
            raise _unexpected(answer)

    async def _ask(self, request: Request) -> Answer:
        fresh = self.pid is None
        try:
            async with asyncio.timeout(self._settings.answer_s + (_START_S if fresh else 0.0)):
                process = await self._running()
                answer = await self._exchange(process, request)
        except TimeoutError as error:
            self.kills += 1
            await self.close()
            msg = f"no answer within {self._settings.answer_s:g} s; its reader was ended"
            raise CameraOfflineError(msg) from error
        except asyncio.CancelledError:
            # an answer that nobody waits for would be taken for the next one's
            await self.close()
            raise
        if isinstance(answer, Failed):
            raise CameraOfflineError(answer.why)
        return answer

    async def _exchange(self, process: asyncio.subprocess.Process, request: Request) -> Answer:
        out, back = process.stdin, process.stdout
        if out is None or back is None:
            msg = "the camera's program has no pipes"
            raise CameraDriverError(msg)
        try:
            out.write(msgspec.json.encode(request) + b"\n")
            await out.drain()
            line = await back.readline()
        except OSError:
            line = b""
        except ValueError:
            line = b"too long"
        if not line:
            raise await self._died(process)
        try:
            return self._decoder.decode(line)
        except (UnicodeDecodeError, msgspec.MsgspecError) as error:
            await self.close()
            msg = "the camera's program speaks nonsense"
            raise CameraDriverError(msg) from error

    async def _died(self, process: asyncio.subprocess.Process) -> Exception:
        """What became of a program that closed its end."""
        self._process = None
        complaints = await _end(process)
        if process.returncode == STUCK:
            self.kills += 1
            return CameraOfflineError("no answer in time; its reader was ended")
        said = _last_words(complaints, self._settings.source)
        return CameraDriverError(
            f"the camera's program ended by itself (code {process.returncode}){said}"
        )

    async def _running(self) -> asyncio.subprocess.Process:
        process = self._process
        if process is not None and process.returncode is None:
            return process
        await self.close()
        settings = await asyncio.to_thread(signed_in, self._settings)
        try:
            process = await self._start()
        except OSError as error:
            msg = f"the camera's program cannot be started: {error.strerror}"
            raise CameraDriverError(msg) from error
        self._process = process
        self.starts += 1
        if process.stdin is not None:
            process.stdin.write(msgspec.json.encode(settings) + b"\n")
        return process

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            _PROGRAM,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # read when it has ended; one that complains without end blocks, and is killed for it
            stderr=asyncio.subprocess.PIPE,
            limit=LONGEST,
            start_new_session=True,
            env={**os.environ, **_SMALL_ENV},
        )


async def _end(process: asyncio.subprocess.Process) -> bytes:
    """Kill and reap, so that no zombie is left and no pipe; returns what it complained of."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    try:
        async with asyncio.timeout(_REAP_S):
            _, complaints = await process.communicate()
    except TimeoutError:
        _LOG.warning("process %d does not die; going on without it", process.pid)
        return b""
    return complaints


def _last_words(complaints: bytes, source: str) -> str:
    """The last line of a traceback; nothing that could hold the address is passed on."""
    lines = complaints.decode("utf-8", "replace").strip().splitlines()
    last = lines[-1][:_LONGEST_WORDS] if lines else ""
    return f": {last}" if last and source not in last and "://" not in last else ""


def _unexpected(answer: Answer) -> CameraDriverError:
    return CameraDriverError(f"the camera's program answers {type(answer).__name__} out of turn")
