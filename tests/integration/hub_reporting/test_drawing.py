"""Reports drawn by a process of their own: made, watched, ended, gone on with after a crash."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, insert

from motcua_hub.domain.availability.policy import DAY
from motcua_hub.domain.reporting.periods import PeriodKind, containing
from motcua_hub.ledger import evidence as ledger_evidence
from motcua_hub.ledger import targets
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.reporting import duties
from motcua_hub.reporting.child import Made, Task
from motcua_hub.reporting.drawing import Drawing
from motcua_hub.store import archive, drawings, reporting, schema
from motcua_hub.store.archive import Filters
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.reporting import ReportPlan
from support.availability import said
from support.waiting import until

pytestmark = pytest.mark.timeout(240)
NOW = time.time_ns() // 1_000_000
MONTH = containing(PeriodKind.MONTH, containing(PeriodKind.MONTH, NOW).interval[0] - 1)
BEGIN, END = MONTH.interval
MINUTE = 60_000


class Seen:
    """What a hub would count."""

    def __init__(self) -> None:
        self.made: list[Made] = []
        self.failures = 0

    def done(self, made: Made) -> None:
        self.made.append(made)

    def failed(self) -> None:
        self.failures += 1


@pytest.fixture
def province(engine: Engine) -> Engine:
    """A server that was down for an hour last month, and a request for that month's report."""
    with writing(engine) as connection:
        row = {"begin_at": BEGIN - 9 * DAY, "end_at": NOW + 9 * DAY, "run": "r", "rows": 2}
        connection.execute(insert(schema.hub_alive_span).values(row))
        server = Target(id="srv", name="Máy chủ", kind=Kind.SERVER, life_begin=BEGIN - 60 * DAY)
        targets.add(connection, server, BEGIN - DAY, "an")
        at = BEGIN + DAY
        pieces = (
            said(BEGIN - DAY, at),
            said(at, at + 60 * MINUTE, "down"),
            said(at + 60 * MINUTE, NOW),
        )
        told = [msgspec.structs.replace(each, target="srv") for each in pieces]
        ledger_evidence.add(connection, told)
        # nothing is owed by the calendar: these are about what somebody asks for
        for kind in PeriodKind:
            plan = ReportPlan(kind=kind, enabled=False)
            reporting.set_plan(connection, plan, BEGIN - DAY, "an")
        ask(connection)
    return engine


def ask(connection) -> int:
    asked = {"period": MONTH.key, "filters": Filters(), "number": "", "reason": ""}
    return archive.ask(connection, asked, NOW, "an")


def task_of(engine: Engine, folder: Path, **more: int) -> Task:
    url = engine.url.render_as_string(hide_password=False)
    return Task(url=url, state_dir=str(folder), **more)


def archived(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [f"{each.number}-v{each.version}" for each in archive.listing(connection)]


def begun(engine: Engine) -> tuple[str, ...]:
    with reading(engine) as connection:
        return drawings.interrupted(connection)


def held(engine: Engine) -> list[tuple[str, int, str]]:
    with reading(engine) as connection:
        found = drawings.listing(connection).values()
        return [(each.what, each.failures, each.trouble) for each in found]


@contextmanager
def at_work(drawing: Drawing) -> Iterator[threading.Thread]:
    """A round in a thread, as the hub has it."""
    thread = threading.Thread(target=drawing.work, name="round")
    thread.start()
    try:
        yield thread
    finally:
        drawing.stop()
        thread.join(30)
        assert not thread.is_alive()


def test_what_is_asked_for_is_drawn_by_another_process_and_counted(
    province: Engine, tmp_path: Path
) -> None:
    seen = Seen()
    drawing = Drawing(province, task_of(province, tmp_path), seen, lambda: NOW)
    drawing.work()
    assert len(archived(province)) == 1
    assert [(each.kind, each.seconds > 0) for each in seen.made] == [("month", True)]
    assert 20 * 2**20 < seen.made[0].peak_bytes < 2**30
    assert seen.failures == 0
    assert held(province) == []
    with reading(province) as connection:
        (request,) = archive.requests(connection, waiting=False)
        assert duties.due(connection, NOW + 1000) == (), "looked at once an hour"
    assert request.report is not None
    drawing.work()
    assert len(archived(province)) == 1


def test_a_process_that_wants_too_much_memory_fails_and_is_tried_again_later(
    province: Engine, tmp_path: Path
) -> None:
    seen, now = Seen(), [NOW]
    little = task_of(province, tmp_path, most_bytes=24 * 2**20)
    Drawing(province, little, seen, lambda: now[0]).work()
    assert seen.failures == 1
    ((what, many, trouble),) = held(province)
    assert (what.partition("/")[0], many, trouble) == ("request", 1, "exit code 1")
    enough = Drawing(province, task_of(province, tmp_path), seen, lambda: now[0])
    enough.work()
    assert archived(province) == [], "not at once"
    now[0] += duties.TRY_SOON
    enough.work()
    assert len(archived(province)) == 1
    assert held(province) == []


def test_a_person_is_told_when_drawing_ends_three_times_by_itself(
    province: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seen, now = Seen(), [NOW]
    for _ in range(duties.TRIES):
        drawing = Drawing(province, task_of(province, tmp_path), seen, lambda: now[0])
        with at_work(drawing) as thread:
            until(lambda: begun(province))
            os.killpg(drawing.process_id, signal.SIGKILL)
            thread.join(30)
        now[0] += duties.TRY_AGAIN
    assert seen.failures == duties.TRIES
    assert archived(province) == []
    with reading(province) as connection:
        (request,) = archive.requests(connection, waiting=False)
        assert duties.due(connection, now[0]) == ()
    assert request.trouble == "reports.fault.crashed"
    assert "ended by SIGKILL (failure 3)" in caplog.text


def test_a_hub_that_stops_ends_its_process_and_goes_on_after_its_start(
    province: Engine, tmp_path: Path
) -> None:
    seen = Seen()
    drawing = Drawing(province, task_of(province, tmp_path), seen, lambda: NOW)
    with at_work(drawing):
        until(lambda: begun(province))
        stopped = time.monotonic()
        drawing.stop()
    assert time.monotonic() - stopped < 5
    assert archived(province) == []
    assert (seen.failures, [many for _, many, _ in held(province)]) == (0, [0])
    drawing.work()
    assert archived(province) == [], "a part that was told to end begins nothing"
    Drawing(province, task_of(province, tmp_path), seen, lambda: NOW).work()
    assert len(archived(province)) == 1
    assert held(province) == []


def test_a_process_whose_hub_is_gone_ends_and_leaves_nothing_behind(
    province: Engine, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "motcua_hub.reporting.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(task_of(province, tmp_path, now=NOW)) + b"\n")
        process.stdin.flush()
        until(lambda: begun(province))
        process.stdin.close()
        assert process.wait(10) == -signal.SIGKILL
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
    assert archived(province) == []
    Drawing(province, task_of(province, tmp_path), Seen(), lambda: NOW).work()
    assert len(archived(province)) == 1


def test_a_process_that_takes_too_long_is_ended(province: Engine, tmp_path: Path) -> None:
    seen = Seen()
    Drawing(province, task_of(province, tmp_path), seen, lambda: NOW, within_s=0.05).work()
    assert seen.failures == 1
    assert archived(province) == []


def test_two_hubs_answer_a_request_once(province: Engine, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    hubs = [Drawing(province, task_of(province, each), Seen(), lambda: NOW) for each in folders]
    threads = [threading.Thread(target=each.work) for each in hubs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(archived(province)) == 1


def test_a_second_process_of_one_hub_leaves_the_work_to_the_first(
    province: Engine, tmp_path: Path
) -> None:
    seen = Seen()
    first = Drawing(province, task_of(province, tmp_path), seen, lambda: NOW)
    with at_work(first) as thread:
        until(lambda: begun(province))
        second = Seen()
        Drawing(province, task_of(province, tmp_path), second, lambda: NOW).work()
        assert (second.made, second.failures) == ([], 0)
        thread.join(120)
    assert len(seen.made) == 1
