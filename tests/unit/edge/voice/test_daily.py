"""Announcements by the clock."""

import asyncio
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import msgspec
import pytest

from motcua_contract.siteconfig import Calendar, DayOff, Shift
from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.speech import due
from motcua_edge.drivers.voice import FakeSynth
from motcua_edge.services.announcing import DailyAnnouncements
from support.hall import Hall, fake_players, hall_site, running, voice
from support.waiting import until_async

OFFICE = Calendar(
    shifts=(
        Shift(opens="07:30", closes="11:30"),
        Shift(opens="13:30", closes="17:00", issue_until="16:00"),
    ),
    days_off=(DayOff(day="2026-11-24", name="Ngày Văn hóa"),),
)
MONDAY, HOLIDAY, SATURDAY = "2026-11-23", "2026-11-24", "2026-11-28"


def ms(day, clock):
    moment = datetime.fromisoformat(f"{day}T{clock}:00+07:00")
    return int(moment.timestamp()) * 1000


def told(calendar, day):
    found = due(calendar, ms(day, "00:00"), ms(day, "23:59"))
    return [(round((d.at - ms(day, "00:00")) / 60_000), d.name, d.half_day) for d in found]


def minutes(clock):
    return int(timedelta(hours=int(clock[:2]), minutes=int(clock[3:])).total_seconds() // 60)


def test_a_working_day_is_announced():
    assert told(OFFICE, MONDAY) == [
        (minutes("07:30"), "open", ""),
        (minutes("11:20"), "closing", "sáng"),
        (minutes("13:30"), "open", ""),
        (minutes("16:00"), "stop_issue", ""),
        (minutes("16:50"), "closing", "chiều"),
    ]


@pytest.mark.parametrize("day", [HOLIDAY, SATURDAY])
def test_a_day_off_is_silent(day):
    assert told(OFFICE, day) == []


def test_an_office_that_never_closes_announces_nothing():
    assert told(Calendar(always_open=True), MONDAY) == []


def test_a_moment_is_due_once():
    opening = ms(MONDAY, "07:30")
    assert [d.name for d in due(OFFICE, opening - 1, opening)] == ["open"]
    assert due(OFFICE, opening, opening + 1) == []


class Morning:
    """A hall at 07:29 with its daily announcements."""

    def __init__(self, tmp_path):
        site = msgspec.structs.replace(hall_site(), calendar=OFFICE)
        self.hall = Hall(site)
        self.hall.clock.wall = ms(MONDAY, "07:29")
        self.players, self.synth = fake_players(), FakeSynth()
        self.service = voice(self.hall, tmp_path, self.players, self.synth)
        self.daily = DailyAnnouncements(self.hall.office, self.service, every_s=0.01)

    @asynccontextmanager
    async def going_on(self):
        async with running(self.service):
            task = asyncio.create_task(self.daily.run())
            yield
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def heard(self):
        return {zone: len(player.played) for zone, player in self.players.items()}


async def test_the_opening_is_said_once_in_every_zone(tmp_path):
    morning = Morning(tmp_path)
    async with morning.going_on():
        morning.hall.clock.advance(60_000)
        await until_async(lambda: morning.heard() == {"main": 1, "upstairs": 1})
        morning.hall.clock.advance(60_000)
        said = await morning.service.say("test")
        assert said.spoken
    assert morning.heard() == {"main": 2, "upstairs": 1}
    opening = "Kính thưa Quý công dân, Trung tâm bắt đầu tiếp nhận hồ sơ."
    assert morning.synth.texts.count(opening) in (1, 2)


@pytest.mark.parametrize("why", ["jump", "untrusted"])
async def test_a_clock_that_jumps_or_cannot_be_trusted_announces_nothing(tmp_path, why):
    morning = Morning(tmp_path)
    async with morning.going_on():
        if why == "jump":
            morning.hall.clock.jump(4 * 3_600_000)
        else:
            morning.hall.clock.clock = ClockState.SAVED
            morning.hall.clock.advance(60_000)
        looked = morning.daily
        await until_async(lambda: looked._seen == morning.hall.clock.wall)
        await morning.service.say("test")
    assert morning.heard() == {"main": 1, "upstairs": 0}


@pytest.mark.parametrize(("waiting", "said"), [(True, 1), (False, 0)])
async def test_after_a_power_cut_whoever_waits_hears_that_the_office_goes_on(
    tmp_path, waiting, said
):
    morning = Morning(tmp_path)
    morning.hall.clock.advance(120_000)
    if waiting:
        await morning.hall.issue()
    morning.daily = DailyAnnouncements(
        morning.hall.office, morning.service, every_s=0.01, after_power_cut=True
    )
    async with morning.going_on():
        await until_async(lambda: morning.heard()["upstairs"] == said)
        await morning.service.say("test")
    assert morning.heard() == {"main": said + 1, "upstairs": said}
