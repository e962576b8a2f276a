"""Hands what sites should run to the broker: all of it after a connection, then what changes."""

import logging
from collections.abc import Callable
from typing import Final

from sqlalchemy import Engine

from motcua_contract.messages import ConfigDesired
from motcua_contract.topics import Down
from motcua_hub.ingest.messages import Reply, now_ms
from motcua_hub.ingest.signing import Signer, SigningError
from motcua_hub.store import desired
from motcua_hub.store.desired import Desired
from motcua_hub.store.engine import reading, writing

log = logging.getLogger(__name__)
EVERY_S: Final = 1.0


class Desires:
    """Looks every second; the broker keeps the newest version of each site (retained).

    Args:
        engine: Where they are written down.
        signer: Signs them; None for a hub without a certificate, whose word no site would take.
        send: Hands one message to the broker; False when it is not there.
        connection: The number of the present connection; another one may have forgotten all.
    """

    def __init__(
        self,
        engine: Engine,
        signer: Signer | None,
        send: Callable[[Reply], bool],
        connection: Callable[[], int],
    ) -> None:
        self._engine = engine
        self._signer = signer
        self._send = send
        self._connection = connection
        self._handed: dict[str, int] = {}
        self._to = 0
        self._said = ""

    def round(self) -> None:
        """Hand over what the broker does not have."""
        here = self._connection()
        if here != self._to:
            self._to, self._handed = here, {}
        if not here:
            return
        with reading(self._engine) as connection:
            outrun = desired.outrun(connection)
            wanted = desired.versions(connection)
        for site in outrun:
            with writing(self._engine) as connection:
                made = desired.again(connection, site, now_ms())
            if made is not None:
                log.warning("%s runs a later configuration; ours is now %d", site, made.version)
                wanted[site] = made.version
        for site, version in wanted.items():
            if self._handed.get(site) != version and not self._hand_over(site):
                return

    def _hand_over(self, site: str) -> bool:
        """Whether to go on with the next site."""
        with reading(self._engine) as connection:
            made = desired.newest(connection, site)
        if made is None:
            return True
        message = self._sealed(made)
        if message is None:
            return False
        if not self._send(Reply(site, Down.CONFIG, message, retain=True)):
            return False
        self._handed[site] = made.version
        return True

    def _sealed(self, made: Desired) -> ConfigDesired | None:
        if self._signer is None:
            self._say("no certificate in [mqtt]: sites would not believe a configuration")
            return None
        try:
            seal = self._signer.seal(made.site, made.version, made.sha256)
        except SigningError as error:
            self._say(f"configurations cannot be signed: {error}")
            return None
        return ConfigDesired(
            version=made.version, sha256=made.sha256, body=made.body, signature=seal
        )

    def _say(self, why: str) -> None:
        if why != self._said:
            log.error("%s", why)
        self._said = why
