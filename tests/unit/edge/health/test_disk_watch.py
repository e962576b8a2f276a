"""A disk that fills up is told of before the journal needs its ballast."""

from motcua_contract.vocabulary import HealthState
from motcua_edge.services.disk_watch import COMPONENT, LOW_BYTES, DiskWatch
from motcua_edge.services.health import HealthBook
from support.webapp import Office


async def test_a_filling_disk_is_a_problem_once_and_its_end_is_told():
    office = Office()
    free = [LOW_BYTES]
    watch = DiskWatch(lambda: free[0], HealthBook(office.service))
    for now in (LOW_BYTES, LOW_BYTES - 1, LOW_BYTES - 2, LOW_BYTES):
        free[0] = now
        await watch.step()
    told = [
        (f.state, f.code) for f in office.journal.facts if getattr(f, "component", "") == COMPONENT
    ]
    assert told == [
        (HealthState.OK, ""),
        (HealthState.PROBLEM, "disk_low"),
        (HealthState.OK, ""),
    ]
