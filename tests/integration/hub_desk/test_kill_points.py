"""Cut off at any point and started again, the desk says the same as if nothing had happened."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from motcua_contract.facts.office import FaultReported, FaultWithdrawn
from motcua_hub.desk.rounds import Desk
from motcua_hub.store.engine import open_engine, writing
from support.incidents import Hub, at, many

STEPS = (
    "turns",
    "plans",
    "reports",
    "power",
    "certificates",
    "crowds",
    "joins",
    "causes",
    "severities",
    "deadlines",
    "closing",
    "end",
)
Scene = tuple[float, Callable[[Hub], object]]


class PulledError(Exception):
    """The plug."""


def scenes() -> Iterator[Scene]:
    """A busy morning: what happens before which round, in seconds."""
    yield 5, lambda hub: many((f"phuong-{n}" for n in range(1, 5)), hub)
    yield 10, lambda hub: [hub.up(f"phuong-{n}.link", 6) for n in range(1, 5)]
    yield 12, lambda hub: hub.behind("phuong-1", "quay")
    yield 14, lambda hub: hub.down("phuong-1.quay", 13)
    yield 50, lambda hub: hub.down("phuong-1.link", 16)
    yield 60, lambda hub: hub.health("phuong-2", "ups", "problem", 55, "on_battery")
    yield 70, lambda hub: hub.health("phuong-2", "display-1", "critical", 57, "not_connected")
    yield 130, lambda hub: hub.fact("phuong-3", FaultReported(component="printer", actor="an"), 90)
    yield 140, lambda hub: hub.down("phuong-2.link", 100)
    yield 142, lambda hub: [hub.down(f"phuong-{n}.link", 101) for n in (3, 4)]
    yield 300, lambda hub: hub.health("phuong-2", "ups", "ok", 290)
    yield 400, lambda hub: [hub.up(f"phuong-{n}.link", 390) for n in range(1, 5)]
    yield (
        430,
        lambda hub: hub.fact("phuong-3", FaultWithdrawn(component="printer", actor="an"), 425),
    )
    yield 560, lambda hub: hub.down("phuong-4.link", 500)
    yield 2000, lambda hub: hub.health("phuong-2", "display-1", "ok", 1900)
    yield 90_000, lambda hub: hub.up("phuong-1.quay", 2000)


def run(hub: Hub, cut: Callable[[int, Hub, float], None]) -> None:
    """The morning; `cut` may pull the plug before a round is done."""
    for number, (now, happens) in enumerate(scenes()):
        happens(hub)
        cut(number, hub, now)
        hub.round(now)


@pytest.fixture(scope="module")
def undisturbed(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """What a morning without any cut leaves: worked out once, it is the same for all."""
    path = tmp_path_factory.mktemp("undisturbed") / "hub.sqlite3"
    shutil.copyfile(migrated_file, path)
    engine = open_engine(f"sqlite:///{path}")
    hub = Hub(engine)
    run(hub, lambda *_: None)
    told = hub.everything()
    engine.dispose()
    return told


@pytest.mark.parametrize("step", STEPS)
def test_pulled_at_any_step_of_every_round(
    engine: Engine, undisturbed: list[object], step: str
) -> None:
    def pull(name: str) -> None:
        if name == step:
            raise PulledError

    def cut(_number: int, hub: Hub, now: float) -> None:
        with pytest.raises(PulledError):
            hub.round(now, pull)
        hub.desk = Desk()

    hub = Hub(engine)
    run(hub, cut)
    assert hub.everything() == undisturbed


def test_asked_twice_it_has_nothing_more_to_say(engine: Engine, undisturbed: list[object]) -> None:
    hub = Hub(engine)
    for now, happens in scenes():
        happens(hub)
        hub.round(now)
        assert hub.round(now) == 0
    assert hub.everything() == undisturbed


CHILD = """
import os, signal, sys
from motcua_hub.desk.rounds import Desk
from motcua_hub.store.engine import open_engine, writing
url, now, step = sys.argv[1], int(sys.argv[2]), sys.argv[3]
def die(name):
    if name == step:
        os.kill(os.getpid(), signal.SIGKILL)
with writing(open_engine(url)) as connection:
    Desk().round(connection, now, die)
    if step == "commit":
        os.kill(os.getpid(), signal.SIGKILL)
"""


def _killed(url: str, now: int, step: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, url, str(now), step],
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("step", ["joins", "commit"])
def test_killed_for_real(migrated_url: str, undisturbed: list[object], step: str) -> None:
    engine = open_engine(migrated_url)
    hub = Hub(engine)

    def cut(number: int, hub: Hub, now: float) -> None:
        if number in (4, 9, 11):
            _killed(migrated_url, at(now), step)
            hub.desk = Desk()

    run(hub, cut)
    assert hub.everything() == undisturbed
    with writing(engine) as connection:
        assert Desk().round(connection, at(90_000)) == 0
    engine.dispose()
