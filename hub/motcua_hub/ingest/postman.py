"""Hands commands that people gave to the broker, soon or never."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from motcua_contract.messages import Command
from motcua_contract.topics import Down
from motcua_hub.domain.commands import Given
from motcua_hub.ingest.messages import Reply, now_ms
from motcua_hub.store import commands
from motcua_hub.store.engine import reading, writing

log = logging.getLogger(__name__)
EVERY_S: Final = 0.5


class Postman(threading.Thread):
    """Looks for given commands twice a second and sends them while the broker is there.

    A site that is away gets nothing later: sites connect with a clean start, and the message
    expires at the broker with the command.

    Args:
        engine: Where commands are written down.
        send: Hands one message to the broker; False when it is not there.
    """

    def __init__(self, engine: Engine, send: Callable[[Reply], bool]) -> None:
        super().__init__(name="ingest-postman", daemon=True)
        self._engine = engine
        self._send = send
        self._ending = threading.Event()
        self._failing = False

    def run(self) -> None:
        """Work until `stop`."""
        while not self._ending.wait(EVERY_S):
            try:
                self.round()
            except SQLAlchemyError as error:
                if not self._failing:
                    log.warning("commands wait for the database: %s", error)
                self._failing = True
            else:
                self._failing = False

    def round(self) -> None:
        """Send what waits."""
        now = now_ms()
        with reading(self._engine) as connection:
            waiting = commands.unsent(connection, now)
        for given in waiting:
            if not self._send(_letter(given, now)):
                return
            with writing(self._engine) as connection:
                commands.mark_sent(connection, given.correlation, now)

    def stop(self) -> None:
        """End within a second."""
        self._ending.set()
        self.join(1)


def _letter(given: Given, now: int) -> Reply:
    command = Command(
        name=given.name,
        correlation=given.correlation,
        expires=given.expires_at,
        arguments=given.arguments,
        actor=given.actor,
    )
    left_s = max(1, (given.expires_at - now) // 1000)
    return Reply(given.site, Down.COMMAND, command, left_s)
