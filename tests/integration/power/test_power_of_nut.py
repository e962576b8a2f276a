"""The power service on a real upsd: silence of every kind, and the latch of a forced shutdown."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from motcua_contract.vocabulary import PowerMode
from motcua_edge.domain import rows
from motcua_edge.domain.power.machine import Policy
from motcua_edge.drivers.clock import SystemClock
from motcua_edge.drivers.ups import NutUps
from motcua_edge.services.health import HealthBook
from motcua_edge.services.office import OfficeService
from motcua_edge.services.power import PowerService, PowerSettings
from support import nut
from support.desk import site
from support.journals import opened
from support.waiting import until_async

pytestmark = pytest.mark.slow
QUICK = Policy(
    confirm_ms=400, lost_mains_ms=3_000, lost_battery_ms=2_000, shed_after_ms=60_000, latched_ms=500
)


class Mending:
    """Does with the real programs what systemd would."""

    def __init__(self, running: nut.Nut) -> None:
        self._does: dict[str, Callable[[], None]] = {
            "restart-driver": lambda: (running.kill_driver(), running.start_driver()),
            "restart-upsd": lambda: (running.kill_upsd(), running.start_upsd()),
        }
        self.ran: list[str] = []

    async def run(self, argv: Sequence[str], timeout_s: float) -> int:
        del timeout_s
        self.ran.append(argv[0])
        await asyncio.to_thread(self._does[argv[0]])
        return 0


class Room:
    """The service at work; `mode` and `code` are what the office knows."""

    def __init__(self, service: PowerService, office: OfficeService, book: HealthBook) -> None:
        self.service, self.office, self.book = service, office, book

    def is_now(self, mode: PowerMode, code: str = "") -> bool:
        said = self.book.current.get("ups")
        return (
            self.office.state.office.power.mode is mode and said is not None and said.code == code
        )


@pytest.fixture
def ups() -> Iterator[nut.Nut]:
    with nut.running() as running:
        yield running


@asynccontextmanager
async def at_work(
    folder: Path, ups: nut.Nut, programs: Mending, **settings: object
) -> AsyncIterator[Room]:
    journal = opened(folder / "journal.db")
    office = OfficeService(
        journal=journal, site=site(), clock=SystemClock(), state=rows.load(journal.load_rows())
    )
    book = HealthBook(office)
    service = PowerService(
        office=office,
        ups=NutUps(nut.NAME, port=ups.port, timeout_s=1.0),
        reporter=book,
        programs=programs,
        settings=PowerSettings(policy=QUICK, every_s=0.2, wary_s=0.2, **settings),
    )
    task = asyncio.create_task(service.run())
    try:
        yield Room(service, office, book)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        journal.close()


@pytest.mark.parametrize("lose", ["freeze_driver", "kill_driver", "kill_upsd"])
async def test_silence_of_any_kind_on_mains_is_unknown_and_never_shuts_the_office(
    tmp_path: Path, ups: nut.Nut, lose: str
) -> None:
    async with at_work(tmp_path, ups, Mending(ups)) as room:
        await until_async(lambda: room.is_now(PowerMode.MAINS))
        getattr(ups, lose)()
        await until_async(lambda: room.is_now(PowerMode.UNKNOWN, "comm_lost"))
        assert room.book.current["ups"].state == "unknown"
        assert not room.service.battery_ends.is_set()


@pytest.mark.parametrize("lose", ["freeze_driver", "kill_driver", "kill_upsd"])
async def test_silence_of_any_kind_on_battery_ends_in_time(
    tmp_path: Path, ups: nut.Nut, lose: str
) -> None:
    async with at_work(tmp_path, ups, Mending(ups)) as room:
        await until_async(lambda: room.is_now(PowerMode.MAINS))
        ups.say("OB DISCHRG")
        await until_async(lambda: room.is_now(PowerMode.BATTERY, "on_battery"))
        getattr(ups, lose)()
        await asyncio.wait_for(room.service.battery_ends.wait(), 20)
        assert room.is_now(PowerMode.CRITICAL, "low_battery")
        assert "no answer" in room.book.current["ups"].detail


async def test_a_driver_that_died_is_restarted_and_the_ups_is_known_again(
    tmp_path: Path, ups: nut.Nut
) -> None:
    programs = Mending(ups)
    async with at_work(tmp_path, ups, programs, restart_driver=("restart-driver",)) as room:
        await until_async(lambda: room.is_now(PowerMode.MAINS))
        ups.kill_driver()
        await until_async(lambda: room.is_now(PowerMode.UNKNOWN, "comm_lost"))
        await until_async(lambda: room.is_now(PowerMode.MAINS))
        assert programs.ran == ["restart-driver"]


async def test_a_server_that_is_restarted_is_waited_for(tmp_path: Path, ups: nut.Nut) -> None:
    """Until it knows the driver again it says WAIT: that is neither mains nor battery."""
    async with at_work(tmp_path, ups, Mending(ups)) as room:
        await until_async(lambda: room.is_now(PowerMode.MAINS))
        lost = room.service.counts()["lost_looks"]
        ups.kill_upsd()
        ups.start_upsd()
        await until_async(lambda: room.service.counts()["lost_looks"] > lost)
        seen = room.service.counts()["looks"]
        await until_async(lambda: room.service.counts()["looks"] > seen + 5)
        assert room.is_now(PowerMode.MAINS)
        assert not room.service.battery_ends.is_set()


def force_shutdown(ups: nut.Nut) -> None:
    """What `upsmon -c fsd` does: upsd keeps the flag until it ends."""
    with socket.create_connection(("127.0.0.1", ups.port), timeout=5) as upsd:
        for said in (
            f"USERNAME {nut.USER}",
            f"PASSWORD {nut.PASSWORD}",
            f"LOGIN {nut.NAME}",
            f"PRIMARY {nut.NAME}",
            f"FSD {nut.NAME}",
        ):
            upsd.sendall(f"{said}\n".encode())
            assert upsd.recv(200).startswith(b"OK"), said


async def test_a_forced_shutdown_that_outlived_its_outage_is_cleared_by_restarting_upsd(
    tmp_path: Path, ups: nut.Nut
) -> None:
    programs = Mending(ups)
    async with at_work(tmp_path, ups, programs, clear_latch=("restart-upsd",)) as room:
        await until_async(lambda: room.is_now(PowerMode.MAINS))
        await asyncio.to_thread(force_shutdown, ups)
        await until_async(lambda: room.is_now(PowerMode.MAINS, "shutdown_latched"))
        await until_async(lambda: room.is_now(PowerMode.MAINS))
        assert programs.ran == ["restart-upsd"]
        assert not room.service.battery_ends.is_set()


async def test_a_forced_shutdown_on_battery_is_the_end(tmp_path: Path, ups: nut.Nut) -> None:
    async with at_work(tmp_path, ups, Mending(ups)) as room:
        ups.say("OB DISCHRG")
        await until_async(lambda: room.is_now(PowerMode.BATTERY, "on_battery"))
        await asyncio.to_thread(force_shutdown, ups)
        await asyncio.wait_for(room.service.battery_ends.wait(), 10)
