"""What works beside ingest and pages in `motcua-hub run`: one line here for each part."""

from pathlib import Path
from typing import Protocol

from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from motcua_hub.cli.ledgering import ledger
from motcua_hub.cli.probing import probing
from motcua_hub.config import HubConfig
from motcua_hub.desk.part import desk
from motcua_hub.ingest.messages import now_ms
from motcua_hub.ledger.imports.importer import importing
from motcua_hub.ledger.imports.probe_lists import composing
from motcua_hub.reporting.part import Reporting
from motcua_hub.sending.part import Sending
from motcua_hub.upkeep.part import Upkeep


class Part(Protocol):
    """Something that runs until it is stopped."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End within 5 s."""

    @property
    def alive(self) -> bool:
        """False when it ended by itself: the program ends too, and systemd starts it again."""


def parts(config: HubConfig, engine: Engine, registry: CollectorRegistry) -> tuple[Part, ...]:
    """Every part, in the order of starting; they are stopped the other way round."""
    return (
        probing(config, engine, registry),
        ledger(engine),
        importing(engine, now_ms),
        composing(engine, now_ms),
        desk(engine, registry, now_ms),
        sending(config, engine, registry),
        Upkeep(engine, config, registry, now_ms),
        Reporting(engine, config, registry, now_ms),
    )


def sending(config: HubConfig, engine: Engine, registry: CollectorRegistry) -> Sending:
    """Tells people of incidents."""
    return Sending(engine, config.sending, Path(config.state_dir), registry)
