"""P9: 200 citizens a second at the public page must not slow what comes in from the offices.

Beside the same pace of events in the same running hub with nobody looking, in turns.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from support.broker import HOST
from support.hubload import Load, batches_of, plain_broker
from support.hubprogram import hub_command, program, write_config
from support.ratios import at, record, record_alone
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
RATE, SECONDS, ROUNDS = 200, 8, 3
PACE = 20
"""Batches of ten events a second: a province at its morning peak is a third of it."""
Running = tuple[Load, int]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Running]:
    """The whole hub as one process, as most provinces run it."""
    with plain_broker(tmp_path) as broker:
        sections = (
            f'[mqtt]\nhost = "{HOST}"\nport = {broker.port}\n',
            f'[web]\nhost = "{HOST}"\nport = 0\n',
        )
        command = hub_command("run", "--config", write_config(tmp_path, *sections))
        with program(command, tmp_path / "hub.log"):
            load = Load(broker.port)
            try:
                until(load.greeted, within=60, every=0.2)
                yield load, _port(tmp_path / "hub.log")
            finally:
                load.close()


def _port(log: Path) -> int:
    found = re.search(r"pages at http://[^:]+:(\d+)/", log.read_text())
    assert found is not None
    return int(found[1])


def test_two_hundred_citizens_a_second_do_not_slow_the_offices(hub: Running) -> None:
    load, port = hub
    said = batches_of(10, PACE * SECONDS * (2 * ROUNDS + 1) // 10, 10)
    some = PACE * SECONDS
    turns = iter([said[start : start + some] for start in range(0, len(said), some)])
    load.pace(next(turns), PACE)
    alone: list[float] = []
    beside: list[float] = []
    told: list[dict[str, float]] = []
    for _ in range(ROUNDS):
        alone += load.pace(next(turns), PACE)
        script = Path(__file__).with_name("many_citizens.py")
        command = [sys.executable, str(script), str(port), str(RATE), str(SECONDS)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as citizens:
            beside += load.pace(next(turns), PACE)
            told.append(json.loads(citizens.communicate(timeout=60)[0]))
    assert load.refused == 0
    assert sum(each["wrong"] for each in told) == 0
    what = f"publish to ack with {RATE} askers a second of the public page, p50"
    record("P9", what, ours=median(beside), bare=median(alone), unit="ms", reach="<= 2")
    record(
        "P9",
        f"{what[:-3]}p99",
        ours=at(beside, 0.99),
        bare=at(alone, 0.99),
        unit="ms",
        reach="<= 3",
    )
    rate = median(each["rate"] for each in told)
    record_alone("P9", "the public page, answers a second", ours=rate, unit="/s", reach=">= 190")
    p99 = median(each["p99"] for each in told)
    record_alone("P9", "the public page, p99", ours=p99, unit="ms", reach="<= 250")
