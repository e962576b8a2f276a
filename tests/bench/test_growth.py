"""P12: pages, ingest and the file as events grow, with their tickets, figures and journals.

The rows are made by SQL, without an office; ten million events are five years of 200 sites.

`MOTCUA_BENCH_EVENTS=1000000,10000000` chooses the sizes; SQLite only. Event ids rise, so that the
file is made quickly: its index pages are fuller than in life.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest
from flask.testing import FlaskClient

from motcua_contract.topics import Up
from motcua_hub.ingest import Incoming, Receiver
from motcua_hub.store.engine import writing
from support.hub_seed import NOW, HubWeb, seed_province
from support.hubload import batches_of
from support.ratios import record

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
SIZES = [int(n) for n in os.environ.get("MOTCUA_BENCH_EVENTS", "100000,1000000").split(",")]
SITES, ROUNDS, GROUP = 200, 15, 64
YEARS_MS = 5 * 365 * 24 * 3600 * 1000
EVENTS = """
INSERT INTO event(site, jid, seq, eid, type, boot, t_mono, t_wall, clock, business_day, body,
  digest, received_at, subject, best_time, best_error)
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)
SELECT printf('diem-%03d', i % 200), CAST(printf('jid-%012d', i % 200) AS BLOB), i / 200 + 1,
  CAST(printf('%016d', i) AS BLOB), 'ticket.called/1', 'boot-1', i, :start + i * :step, 'ntp',
  '2026-11-20', CAST(printf('{"ticket":"20261120-A%06d","counter":1,"officer":"lan","call":'
  || '"20261120-A%06d#1"}', i / 1200, i / 1200) AS BLOB), CAST(printf('%032d', i) AS BLOB),
  :start + i * :step, printf('20261120-A%06d', i / 1200), :start + i * :step, 200 FROM n
"""
DAYS = """
INSERT INTO queue_day(site, day, service, issued, served)
WITH RECURSIVE n(d) AS (SELECT :first UNION ALL SELECT d + 1 FROM n WHERE d < :last)
SELECT site.id, date('2026-11-22', '-' || d || ' days'), service.column1, 80, 78
FROM n, site, (VALUES ('CT'), ('HT'), ('DD'), ('KD')) AS service
"""
TICKETS = """
INSERT INTO ticket(site, id, day, label, series, number, service, state, issued_at, called_at,
  finished_at, ended_at, wait_ms, serving_ms, calls, print_state, updated_at, last_jid, last_seq)
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)
SELECT site.id, printf('20261120-A%06d', i), '2026-11-20', printf('A%06d', i), 'A', i, 'CT',
  'served', i, i, i, i, 600000, 300000, 1, 'printed', i, CAST(printf('%016d', i) AS BLOB), 6
FROM n, site
"""
STARTS = """
INSERT INTO stream(site, jid, have, parent_jid, depth, boot, first_seen, last_seen, replaced_at)
WITH RECURSIVE n(d) AS (SELECT :first UNION ALL SELECT d + 1 FROM n WHERE d < :last)
SELECT site.id, CAST(printf('%016d', d) AS BLOB), 900, CAST(printf('%016d', d - 1) AS BLOB), d,
  printf('boot-of-%d', d), d, d, d FROM n, site
"""
CLOCKS = """
INSERT INTO clock_offset(site, boot, rank, low, high, samples)
WITH RECURSIVE n(d) AS (SELECT :first UNION ALL SELECT d + 1 FROM n WHERE d < :last)
SELECT site.id, printf('boot-of-%d', d), 2, d, d, 900 FROM n, site
"""
DAYS_PER_MILLION, EVENTS_A_NUMBER = 180, 6 * 200


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubWeb]:
    made = HubWeb(tmp_path)
    seed_province(made, sites=SITES)
    yield made
    made.close()


def grow(hub: HubWeb, held: int, wanted: int) -> None:
    """From `held` events to `wanted`, with the tickets they are about, and as many more days.

    A day has its figures, and at every site one start of the program.
    """
    step = YEARS_MS // max(SIZES)
    for first in range(held, wanted, 100_000):
        last = min(first + 100_000, wanted)
        numbers = {"first": first // EVENTS_A_NUMBER, "last": last // EVENTS_A_NUMBER - 1}
        with writing(hub.engine) as connection:
            raw = {"first": first, "last": last - 1, "start": NOW - YEARS_MS, "step": step}
            connection.exec_driver_sql(EVENTS, raw)
            connection.exec_driver_sql(TICKETS, numbers)
    days = [n * DAYS_PER_MILLION // 1_000_000 for n in (held, wanted)]
    with writing(hub.engine) as connection:
        for statement in (DAYS, STARTS, CLOCKS):
            connection.exec_driver_sql(statement, {"first": days[0] + 1, "last": days[1]})


def spent(act: Callable[[], object]) -> float:
    """The median ms of processor time."""
    times = []
    for _ in range(ROUNDS):
        begun = time.thread_time()
        act()
        times.append((time.thread_time() - begun) * 1000)
    return median(times)


def took_in(hub: HubWeb, number: int, group: int) -> float:
    """ms of processor time for 1,000 events of new journals of 40 sites that have all the years.

    `group` messages are taken in at once, as when many come or when few do.
    """
    said = batches_of(40, 4, name=f"grown-{number}-{group}")
    messages = [
        Incoming(site=f"diem-{int(topic[10:14]):03d}", kind=Up.BATCH, payload=payload, at=NOW)
        for topic, payload in said
    ]
    receiver, begun = Receiver(hub.engine), time.thread_time()
    for start in range(0, len(messages), group):
        receiver.take(messages[start : start + group])
    return (time.thread_time() - begun) * 1_000_000 / (len(messages) * 50)


def fetch(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_pages_and_ingest_as_the_years_go_by(hub: HubWeb) -> None:
    client = hub.signed_in()
    took_in(hub, 0, GROUP)
    found: list[dict[str, float]] = []
    for held, size in zip([0, *SIZES], SIZES, strict=False):
        grow(hub, held, size)
        figures = {
            "overview, ms": spent(lambda: fetch(client, "/")),
            "timeline, ms": spent(lambda: fetch(client, "/sites/diem-100/events")),
            "site, ms": spent(lambda: fetch(client, "/sites/diem-100")),
            "/metrics, ms": spent(lambda: fetch(client, "/metrics")),
            f"ingest {GROUP} batches at once, ms for 1,000 events": took_in(hub, size, GROUP),
            "ingest one batch at once, ms for 1,000 events": took_in(hub, size, 1),
        }
        bytes_each = (hub.state_dir / "hub.sqlite3").stat().st_size / size
        found.append({**figures, "file, bytes an event": bytes_each})
    for size, figures in zip(SIZES[1:], found[1:], strict=True):
        for name, value in figures.items():
            what, _, unit = name.partition(", ")
            label = f"{what}, {size:,} events beside {SIZES[0]:,}"
            record("P12", label, ours=value, bare=found[0][name], unit=unit, reach="<= 1.5")
