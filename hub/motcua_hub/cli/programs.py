"""The long-running programs: `run`, `ingest`, `serve`. All end within 5 s of SIGTERM."""

import argparse
import contextlib
import fcntl
import gc
import logging
import resource
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from motcua_hub.cli.database import opened
from motcua_hub.cli.parts import Part, parts
from motcua_hub.config import ConfigError, HubConfig
from motcua_hub.ingest.again import Again
from motcua_hub.ingest.messages import now_ms
from motcua_hub.ingest.service import Ingest
from motcua_hub.metrics import IngestMetrics
from motcua_hub.projections import rebuild_outdated
from motcua_hub.store.engine import writing
from motcua_hub.told import Told
from motcua_hub.web.app import create_app
from motcua_hub.web.first_run import prepare_first_run
from motcua_hub.web.server import WebServer

log = logging.getLogger(__name__)
_FILES = 8192
_NEW_OBJECTS = 50_000


class BusyError(RuntimeError):
    """Something needs the database for itself while the hub runs, or the other way round."""


@contextlib.contextmanager
def claim(config: HubConfig, *, alone: bool = False) -> Iterator[None]:
    """Share the state directory with other programs of the hub, or have it alone (restore)."""
    folder = Path(config.state_dir)
    folder.mkdir(parents=True, exist_ok=True)
    mode = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
    with (folder / "hub.lock").open("w") as file:
        try:
            fcntl.flock(file, mode | fcntl.LOCK_NB)
        except BlockingIOError as error:
            other = "the hub is running; stop it first" if alone else "a restore is under way"
            msg = f"{folder}: {other}"
            raise BusyError(msg) from error
        yield


def _open_many_files() -> None:
    """Room for every connection: a service starts with 1024 unless told otherwise."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _collect_seldom() -> None:
    """What is loaded stays; a transaction's thousands of rows are no reason to search for cycles.

    By itself Python looks at every 700 new objects: a tenth of the time of ingest.
    """
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)


def _until_told() -> Told:
    _open_many_files()
    _collect_seldom()
    return Told()


def _wait(told: Told, working: Sequence[Part], pages: threading.Thread | None) -> int:
    """Wait for the signal; 1 when a part ends by itself, so that systemd starts all again."""
    while not told.wait(0.3):
        ended = [type(part).__name__ for part in working if not part.alive]
        if ended:
            log.error("%s ended by itself; ending too", ", ".join(ended))
            return 1
        if pages is not None and not pages.is_alive():
            log.error("the web server ended; ending too")
            return 1
    return 0


def _ingest(config: HubConfig, engine: Engine, registry: CollectorRegistry) -> Ingest:
    if config.mqtt is None:
        msg = "there is no [mqtt] section; ingest needs host, port, ca, cert and key of the broker"
        raise ConfigError(msg)
    with writing(engine) as connection:
        rebuilt = rebuild_outdated(connection, now_ms())
    if rebuilt:
        log.info("projections computed again for %d sites", len(rebuilt))
    understood = Again(engine).all(now_ms())
    if understood:
        log.info("understood %d facts that an older version had not", understood)
    return Ingest(engine, config, config.mqtt, IngestMetrics(registry))


def _web(config: HubConfig, engine: Engine, registry: CollectorRegistry) -> WebServer:
    prepare_first_run(engine, Path(config.state_dir))
    app = create_app(engine=engine, config=config, registry=registry, clock=now_ms)
    server = WebServer(app, config.web)
    log.info("pages at http://%s:%d/", config.web.host, server.port)
    return server


@contextlib.contextmanager
def _running(working: Sequence[Part]) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for part in working:
            stack.callback(part.stop)
            part.start()
        yield


def _serve_until(told: Told, server: WebServer, working: Sequence[Part]) -> int:
    pages = threading.Thread(target=server.run, name="web", daemon=True)
    pages.start()
    try:
        return _wait(told, working, pages)
    finally:
        server.close()
        pages.join(1)


def run(config: HubConfig, _options: argparse.Namespace) -> int:
    """Everything in one process."""
    told, registry = _until_told(), CollectorRegistry()
    with claim(config), opened(config) as engine:
        working = (_ingest(config, engine, registry), *parts(config, engine, registry))
        server = _web(config, engine, registry)
        with _running(working):
            return _serve_until(told, server, working)


def ingest(config: HubConfig, _options: argparse.Namespace) -> int:
    """Ingest alone."""
    told = _until_told()
    with claim(config), opened(config) as engine:
        working = (_ingest(config, engine, CollectorRegistry()),)
        with _running(working):
            return _wait(told, working, None)


def serve(config: HubConfig, _options: argparse.Namespace) -> int:
    """Pages alone."""
    told = _until_told()
    with claim(config), opened(config) as engine:
        return _serve_until(told, _web(config, engine, CollectorRegistry()), ())
