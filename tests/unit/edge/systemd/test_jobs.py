"""Whether the machine goes down with us, by systemd's list of jobs; one suite for real and fake."""

import sys

import pytest

from motcua_contract.vocabulary import StopCause
from motcua_edge.drivers.systemd import FakeJobs, Jobs, SystemdJobs

LISTINGS = {
    "": StopCause.SERVICE,
    "  12 motcua-edge.service stop running\n": StopCause.SERVICE,
    "  12 motcua-edge.service stop running\n 3 reboot.target start waiting\n": StopCause.REBOOT,
    "3 poweroff.target start waiting\n": StopCause.POWEROFF,
    "3 halt.target start waiting\n": StopCause.POWEROFF,
    "No jobs running.\n": StopCause.SERVICE,
}


def listing(text: str) -> Jobs:
    return SystemdJobs((sys.executable, "-c", f"print({text!r}, end='')"), within_s=20.0)


@pytest.mark.parametrize("text", LISTINGS)
@pytest.mark.parametrize("real", [True, False])
async def test_the_machines_end_is_known_by_its_target(text: str, real: bool) -> None:
    jobs = listing(text) if real else FakeJobs(LISTINGS[text])
    assert await jobs.stopping() is LISTINGS[text]


async def test_without_systemd_only_the_program_ends() -> None:
    assert await SystemdJobs(("motcua-no-such-program",)).stopping() is StopCause.SERVICE


async def test_a_manager_that_hangs_keeps_nobody_waiting() -> None:
    hangs = SystemdJobs((sys.executable, "-c", "import time; time.sleep(60)"), within_s=0.2)
    assert await hangs.stopping() is StopCause.SERVICE
