"""Two machines with one certificate take turns slowly."""

import asyncio
from pathlib import Path

from motcua_edge.drivers.mqtt import FakeBroker
from motcua_edge.services.uplink.rivalry import FORGOTTEN_MS, WAITS_S, Rivalry
from support.uplink_office import HubBehindBroker, Office
from support.waiting import until_async


def test_whoever_was_thrown_out_stays_away_longer_each_time_up_to_a_limit() -> None:
    rivalry, waits = Rivalry(lambda: 0.0), []
    for turn in range(5):
        rivalry.ended(turn * 60_000, taken_over=True)
        waits.append(rivalry.wait_s())
    assert waits == [*WAITS_S, WAITS_S[-1]]
    assert rivalry.count == 5


def test_two_rivals_take_over_at_most_six_times_a_minute_even_with_the_shortest_waits() -> None:
    rivals, moments = (Rivalry(lambda: 0.0), Rivalry(lambda: 0.0)), [0.0]
    for turn in range(30):
        thrown_out = rivals[turn % 2]
        thrown_out.ended(round(moments[-1] * 1000), taken_over=True)
        moments.append(moments[-1] + thrown_out.wait_s())
    assert max(sum(t <= other < t + 60 for other in moments) for t in moments) <= 6


def test_a_connection_that_was_merely_lost_is_made_again_at_once() -> None:
    rivalry = Rivalry(lambda: 1.0)
    rivalry.ended(0, taken_over=True)
    rivalry.ended(1, taken_over=False)
    assert rivalry.wait_s() == 0.0


def test_a_rival_of_long_ago_is_forgotten() -> None:
    rivalry = Rivalry(lambda: 0.0)
    for now in (0, 1, 2, 3 + FORGOTTEN_MS):
        rivalry.ended(now, taken_over=True)
    assert rivalry.wait_s() == WAITS_S[0]


async def test_an_uplink_that_was_taken_over_does_not_strike_back(tmp_path: Path) -> None:
    broker = FakeBroker()
    hub = await HubBehindBroker(broker.connector("hub"), "q1-ben-nghe").start()
    office = Office(tmp_path, broker.connector("d-7f3k"), "q1-ben-nghe", "d-7f3k").start()
    await until_async(lambda: office.uplink.online)
    async with broker.connector("d-7f3k").connect() as rival:
        await until_async(lambda: not office.uplink.online)
        # the lab's cap of 0.2 s would have brought it back three times by now
        await asyncio.sleep(0.6)
        assert not rival.taken_over
        assert office.uplink.figures()["uplink_taken_over"] == 1
    await office.stop()
    await hub.close()
