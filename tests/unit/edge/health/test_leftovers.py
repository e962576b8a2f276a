"""What was taken out of the configuration does not stay a fault for ever."""

import asyncio

from motcua_contract.vocabulary import HealthState
from motcua_edge.services.health import HealthBook
from motcua_edge.services.leftovers import Leftovers
from support.waiting import until_async
from support.webapp import Office

CRITICAL, OK = HealthState.CRITICAL, HealthState.OK


async def test_a_device_that_nobody_speaks_for_any_more_is_not_used():
    office = Office()
    await office.health("camera-old", CRITICAL, "offline")
    await office.health("printer", CRITICAL, "paper_out")
    health = HealthBook(office.service)
    await health.report("printer", CRITICAL, "paper_out", "no paper")
    task = asyncio.create_task(Leftovers(office.service, health, after_s=0, every_s=3600).run())
    await until_async(lambda: "camera-old" in health.current)
    task.cancel()
    assert {n: h.state for n, h in health.current.items()} == {
        "camera-old": "deactivated",
        "printer": "critical",
    }


async def test_a_device_that_comes_back_speaks_for_itself_again():
    office = Office()
    await office.health("camera-old", CRITICAL, "offline")
    health = HealthBook(office.service)
    leftovers = Leftovers(office.service, health)
    await leftovers.step()
    await leftovers.step()
    assert await health.report("camera-old", OK)
    await leftovers.step()
    assert health.current["camera-old"].state == "ok"
