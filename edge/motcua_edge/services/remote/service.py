"""Takes the hub's commands one at a time: record, do, record, answer.

Delivery is "at most once, and said so": a command that comes twice is done once; one that comes
too late is refused; the answer is both a message (at once) and a fact (never lost).
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec

from motcua_contract import commands
from motcua_contract.commands import CommandError, Spec
from motcua_contract.messages import Command, Reply, decode
from motcua_contract.topics import Up
from motcua_edge.domain.remote import FinishCommand, TakeCommand
from motcua_edge.drivers.mqtt import MqttError
from motcua_edge.services.office import OfficeService, Request

_LOG: Final = logging.getLogger(__name__)
_WAITING_MAX: Final = 8
_GRACE_MS: Final = 5_000
"""Two clocks that both follow NTP may differ by less than this."""
_TAKEN: Final = b"taken"


class DoFailedError(RuntimeError):
    """A command could not be done; the message goes to who gave it."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a command led to. `data` is text of type `media`; base64 for pictures."""

    detail: str = ""
    media: str = ""
    data: str = ""


Doer = Callable[[Command], Awaitable[Done]]
"""Does one named command; raises DoFailedError, or anything else for a bug."""


class RemoteCommands:
    """Run it as a task; `take` is the uplink's handler of command messages.

    Args:
        office: Records what was asked and what came of it.
        doers: By command name; a command of the list that has none here is refused by name.
        say: Sends an answer; MqttError when there is no connection.
    """

    def __init__(
        self,
        office: OfficeService,
        doers: Mapping[str, Doer],
        say: Callable[[Up, Reply], Awaitable[None]],
    ) -> None:
        self._office = office
        self._doers = doers
        self._say = say
        self._waiting: asyncio.Queue[Command] = asyncio.Queue(_WAITING_MAX)
        self.taken = 0
        self.failed = 0
        self.refused = 0

    async def take(self, payload: bytes) -> None:
        """One message from the hub; raises MessageError when it is none."""
        command = decode(Command, payload)
        try:
            self._waiting.put_nowait(command)
        except asyncio.QueueFull:
            await self._refuse(command, f"{_WAITING_MAX} commands wait already; try again later")

    async def run(self) -> None:
        """Do what was taken, in order, until cancelled."""
        while True:
            await self._handle(await self._waiting.get())

    async def _handle(self, command: Command) -> None:
        try:
            spec = commands.check(command.name, command.arguments)
            doer = self._doer(command)
            self._in_time(command)
        except CommandError as error:
            await self._refuse(command, str(error))
            return
        if await self._first(command):
            await self._finish(command, await self._do(command, spec, doer))

    def _doer(self, command: Command) -> Doer:
        doer = self._doers.get(command.name)
        if doer is None:
            msg = f"{command.name}: this site has no such device"
            raise CommandError(msg)
        return doer

    def _in_time(self, command: Command) -> None:
        """Refuse what was given too long ago, as far as this clock can tell."""
        now = self._office.now()
        if now.clock.trusted and now.wall > command.expires + _GRACE_MS:
            late = (now.wall - command.expires) // 1000
            msg = f"{command.name} came {late} s after it had expired; give it again"
            raise CommandError(msg)

    async def _first(self, command: Command) -> bool:
        """Record the command; False if it was taken before (in the last 24 hours)."""
        key = f"command:{command.correlation}"
        fingerprint = hashlib.sha256(msgspec.json.encode(command)).hexdigest()
        if self._office.known_answer(key, fingerprint) is not None:
            return False
        take = TakeCommand(
            correlation=command.correlation,
            name=command.name,
            arguments=command.arguments,
            actor=command.actor,
        )
        await self._office.execute_once(take, Request(key, fingerprint, lambda _: _TAKEN))
        self.taken += 1
        return True

    async def _do(self, command: Command, spec: Spec, doer: Doer) -> Done | str:
        """What it led to, or why it failed."""
        try:
            async with asyncio.timeout(spec.within_s):
                done = await doer(command)
        except DoFailedError as error:
            return str(error)
        except TimeoutError:
            return f"not done within {spec.within_s:g} s"
        except Exception as error:  # noqa: BLE001 - a doer's bug must not end the others
            _LOG.exception("command %s failed", command.name)
            return f"{type(error).__name__}: {error}"
        if len(done.data) > commands.DATA_MAX:
            return f"the answer has {len(done.data)} characters, too many"
        return done

    async def _finish(self, command: Command, led_to: Done | str) -> None:
        ok = isinstance(led_to, Done)
        done = led_to if isinstance(led_to, Done) else Done(detail=led_to)
        self.failed += not ok
        finish = FinishCommand(
            correlation=command.correlation,
            name=command.name,
            ok=ok,
            detail=done.detail[:1000],
            data_sha256=hashlib.sha256(done.data.encode()).hexdigest() if done.data else "",
        )
        await self._office.execute(finish)
        await self._reply(command, ok=ok, done=done)

    async def _refuse(self, command: Command, why: str) -> None:
        self.refused += 1
        _LOG.warning("command refused: %s", why)
        await self._reply(command, ok=False, done=Done(detail=why))

    async def _reply(self, command: Command, *, ok: bool, done: Done) -> None:
        reply = Reply(
            correlation=command.correlation,
            ok=ok,
            detail=done.detail[:1000],
            media=done.media,
            data=done.data,
        )
        try:
            await self._say(Up.REPLY, reply)
        except MqttError as error:
            _LOG.info("answer to %s could not be sent, the journal has it: %s", command.name, error)
