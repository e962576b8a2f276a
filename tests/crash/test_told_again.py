"""An impatient supervisor: whoever asks for the end once more must not turn it into a death."""

import random
import signal
import subprocess
import time
from pathlib import Path

from demo.processes import python
from support.killed_office import KilledOffice
from support.printer import on_pty
from support.waiting import until

LIVES = 5
WITHIN_S = 30


def ended(process: "subprocess.Popen[bytes]") -> int | None:
    """The exit code of a program that is asked to end all the time; None if it does not."""
    deadline = time.monotonic() + WITHIN_S
    while process.poll() is None and time.monotonic() < deadline:
        process.send_signal(signal.SIGTERM)
        time.sleep(0.00002)  # else the signals leave it no time to end
    return process.poll()


def test_an_office_that_is_asked_to_end_again_and_again_ends_cleanly(tmp_path: Path) -> None:
    command = python("motcua_edge", "run", "--config")
    with on_pty(tmp_path) as (serving, _):
        office = KilledOffice(tmp_path, serving, random.Random(4), ballast_bytes=0)
        for _ in range(LIVES):
            with (
                office.log.open("ab") as sink,
                subprocess.Popen([*command, str(office.config)], stdout=sink, stderr=sink) as one,
            ):
                try:
                    until(office.ready, within=60)
                    assert ended(one) == 0
                finally:
                    one.kill()
                    office.hang_up()
