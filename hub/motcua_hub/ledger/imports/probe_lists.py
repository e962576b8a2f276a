"""What sites' Pis are to probe, as a section of what they should run."""

import logging
from collections.abc import Callable
from typing import Final

import msgspec
from sqlalchemy import Engine

from motcua_contract.desired import PROBES
from motcua_hub.ledger import probes
from motcua_hub.ledger.names import HUB
from motcua_hub.loop import Loop
from motcua_hub.store import desired
from motcua_hub.store.desired import TooBigError
from motcua_hub.store.engine import reading, writing

log = logging.getLogger(__name__)
EVERY_S: Final = 2.0
MADE_BY: Final = "ledger"


class Composer:
    """Writes the probe list of each site into its configuration whenever it has changed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._written: dict[str, int] = {}

    def round(self, now: int) -> int:
        """Look at every vantage; how many lists were written."""
        with reading(self._engine) as connection:
            versions = probes.versions(connection)
        changed = [
            site
            for site, version in sorted(versions.items())
            if site != HUB and self._written.get(site) != version
        ]
        return sum(self._write(site, versions[site], now) for site in changed)

    def _write(self, site: str, version: int, now: int) -> bool:
        try:
            with writing(self._engine) as connection:
                text = msgspec.json.encode(probes.probe_list(connection, site))
                desired.want(connection, site, {PROBES: text}, now, MADE_BY)
        except TooBigError as error:
            log.error("its old list of probes stays: %s", error)  # noqa: TRY400 - said by itself
        self._written[site] = version
        return True


def composing(engine: Engine, clock: Callable[[], int]) -> Loop:
    """The part, for the list of parts. `clock` gives UTC ms."""
    composer = Composer(engine)
    return Loop("ledger-probe-lists", lambda: composer.round(clock()), EVERY_S)
