"""Programs that the power service has run: to their end, or to their deadline, never raising."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from motcua_edge.drivers.ups import FakePrograms, Programs, SystemPrograms
from motcua_edge.drivers.ups.programs import LATE, NOT_RUN
from support.waiting import until_async


@pytest.fixture(params=[FakePrograms, SystemPrograms])
def programs(request: pytest.FixtureRequest) -> Programs:
    return request.param()


async def test_a_program_is_run_to_its_end(programs: Programs) -> None:
    assert await programs.run(["true"], 10) == 0


async def test_programs_may_run_side_by_side(programs: Programs) -> None:
    codes = await asyncio.gather(*(programs.run(["true"], 10) for _ in range(3)))
    assert codes == [0, 0, 0]


async def test_a_program_that_fails_tells_its_code() -> None:
    assert await SystemPrograms().run([sys.executable, "-c", "raise SystemExit(3)"], 20) == 3


@pytest.mark.parametrize("argv", [["/nowhere/poweroff"], [""], [], ["/"], ["a\0b"]])
async def test_a_program_that_is_not_there_is_told_and_not_raised(argv: list[str]) -> None:
    assert await SystemPrograms().run(argv, 10) == NOT_RUN


async def test_a_program_that_hangs_is_ended_at_its_deadline() -> None:
    began = asyncio.get_running_loop().time()
    assert await SystemPrograms().run(["sleep", "60"], 0.3) == LATE
    assert asyncio.get_running_loop().time() - began < 5


async def test_a_program_whose_runner_is_cancelled_does_not_outlive_it(tmp_path: Path) -> None:
    script = tmp_path / "slow"
    script.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n")
    script.chmod(0o755)
    running = asyncio.create_task(SystemPrograms().run([str(script)], 60))
    told = tmp_path / "pid"
    await until_async(lambda: told.exists() and told.read_text().endswith("\n"))
    pid = int(told.read_text())
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
