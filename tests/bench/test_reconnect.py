"""P11: 2,000 sites come back after the broker was killed, and have more to say than before.

Plain TCP: with TLS one Python process could not play so many sites beside broker and hub on two
cores. The handshakes of 3,000 mutual TLS clients alone take about 11 s.
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest
from sqlalchemy import func, select

from motcua_hub.store import schema
from motcua_hub.store.engine import open_engine, reading
from support.broker import HOST
from support.hubload import PlainBroker, plain_broker
from support.hubprogram import hub_command, program, write_config
from support.ratios import record, record_alone
from support.simsites import SimSite, crowd
from support.waiting import until_async

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SITES = int(os.environ.get("MOTCUA_BENCH_SITES", "2000"))
SPREAD_S, SEED, WITHIN_S = 20.0, 20261121, 300.0


async def back(sites: Sequence[SimSite], broker: PlainBroker, *, talk: bool) -> tuple[float, int]:
    """Kill the broker under connected sites: seconds until all are back, most connects a second."""
    connects: Counter[int] = Counter()
    tasks = [asyncio.create_task(site.run(broker.port, connects, talk=talk)) for site in sites]
    try:
        await until_async(lambda: all(_settled(site, talk=talk) for site in sites), within=WITHIN_S)
        await asyncio.to_thread(broker.stop)
        await until_async(lambda: not any(site.connected for site in sites), within=30)
        for site in sites:
            site.journal.serve(6)
            site.journal.serve(7)
        connects.clear()
        await asyncio.to_thread(broker.start)
        begun = time.monotonic()
        await until_async(lambda: all(_settled(site, talk=talk) for site in sites), within=WITHIN_S)
        return time.monotonic() - begun, max(connects.values())
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _settled(site: SimSite, *, talk: bool) -> bool:
    return site.done if talk else site.connected


def test_all_come_back_and_nothing_is_lost(tmp_path: Path) -> None:
    with plain_broker(tmp_path / "bare") as broker:
        bare, _ = asyncio.run(back(list(crowd(SITES, SEED, SPREAD_S)), broker, talk=False))
    sites = list(crowd(SITES, SEED, SPREAD_S))
    url = f"sqlite:///{tmp_path / 'hub.sqlite3'}"
    with plain_broker(tmp_path / "broker") as broker:
        section = f'[mqtt]\nhost = "{HOST}"\nport = {broker.port}\n'
        config = write_config(tmp_path, section, database_url=url)
        with program(hub_command("ingest", "--config", config), tmp_path / "hub.log") as hub:
            ours, most = asyncio.run(back(sites, broker, talk=True))
            memory = psutil.Process(hub.process.pid).memory_info().rss / 1024 / 1024
    engine = open_engine(url)
    with reading(engine) as connection:
        query = select(schema.event.c.site, func.count()).group_by(schema.event.c.site)
        held = {row[0]: row[1] for row in connection.execute(query)}
    engine.dispose()
    assert held == {site.name: site.journal.last for site in sites}
    what = f"{SITES} sites back with all acknowledged"
    record("P11", what, ours=ours, bare=bare, unit="s", reach="all back, none lost")
    record_alone("P11", "hub RSS", ours=memory, unit="MiB", reach="<= 512")
    even = SITES / SPREAD_S
    what = "most connects in one second beside an even spread"
    record("P11", what, ours=most, bare=even, unit="/s", reach="spread by jitter")
