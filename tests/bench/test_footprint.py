"""P4: memory, idle processor time and start of an office's program, beside a bare one."""

import http.client
import json
import statistics
import sys
import time
from pathlib import Path

import psutil
import pytest

from demo.offices import OFFICES
from demo.processes import Program, free_port
from demo.stack import HOST, SiteStack, Stack
from support.ratios import record, record_alone
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
OURS, OTHER = OFFICES[0], OFFICES[1]
STARTS, IDLE_S, TICKETS = 3, 15.0, 30
MIB = 1024 * 1024


def installed(folder: Path) -> dict[str, str]:
    """Environment of a program whose bytecode is kept, as that of an installed one is.

    The median of three starts leaves out the first, which compiles.
    """
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}


def post(port: int, path: str) -> int:
    """Status of one request; 0 while nobody listens."""
    line = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        body = json.dumps({"service": "CT", "late_consent": True})
        line.request("POST", path, body, {"Content-Type": "application/json"})
        return line.getresponse().status
    except ConnectionError:
        return 0
    finally:
        line.close()


def started(program: Program, port: int, path: str) -> float:
    """Seconds from the start of a program to its first committed answer."""
    begun = time.perf_counter()
    program.start()
    until(lambda: post(port, path) in (200, 201), within=30, every=0.005)
    return time.perf_counter() - begun


def bare_program(stack: Stack, folder: Path, port: int) -> Program:
    """It connects with the certificate of an office that does not run."""
    certs, name = stack.folder / "certs", OTHER.device
    files = [certs / "ca.crt", certs / f"{name}.crt", certs / f"{name}.key"]
    script = Path(__file__).with_name("bare_edge.py")
    broker = ("localhost", str(stack.broker_port))
    command = [sys.executable, str(script), str(port), str(folder / "bare.sqlite3"), *broker]
    command += [*map(str, files), name]
    return Program("bare", command, folder / "bare.log", installed(folder))


def resident(program: Program) -> float:
    """MiB of memory that a program holds."""
    return psutil.Process(program.pid).memory_info().rss / MIB


def busy_s(program: Program) -> float:
    """Seconds of processor time that a program has used, its helpers included."""
    times = psutil.Process(program.pid).cpu_times()
    return sum(times[:4])


def idle_share(program: Program) -> float:
    """Percent of a core that it uses while nothing happens; this is what is measured, by time."""
    before = busy_s(program)
    time.sleep(IDLE_S)
    return (busy_s(program) - before) / IDLE_S * 100


def measure_bare(stack: Stack, folder: Path) -> tuple[float, float]:
    port, starts, memory = free_port(), [], 0.0
    for _ in range(STARTS):
        (folder / "bare.sqlite3").unlink(missing_ok=True)
        (folder / "bare.connected").unlink(missing_ok=True)
        program = bare_program(stack, folder, port)
        try:
            starts.append(started(program, port, "/"))
            until((folder / "bare.connected").exists)
            for _ in range(TICKETS):
                assert post(port, "/") == 200
            memory = max(memory, resident(program))
        finally:
            program.stop()
    return statistics.median(starts), memory


def measure_ours(site: SiteStack) -> tuple[float, float, float]:
    starts = []
    for _ in range(STARTS):
        site.edge.stop()
        starts.append(started(site.edge, site.port, "/api/v1/tickets"))
    already = len(site.slip_records())
    for _ in range(TICKETS):
        assert post(site.port, "/api/v1/tickets") == 201
    until(lambda: len(site.slip_records()) >= TICKETS + already, within=120)
    rendered = site.state_dir / "voice-cache"
    until(lambda: len(list(rendered.glob("*.pcm"))) >= TICKETS + OURS.counters, within=120)
    time.sleep(2)  # the journal's last words and the hub's last acknowledgement
    return statistics.median(starts), resident(site.edge), idle_share(site.edge)


def test_memory_idle_time_and_start_beside_a_bare_program(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "province", [OURS, OTHER])
    site = stack.sites[OURS.site]
    site.edge = Program(site.edge.name, site.edge.command, site.edge.log, installed(tmp_path))
    try:
        stack.prepare()
        stack.start_broker()
        stack.hub.start()
        stack.hub.wait_port(stack.hub_port, within=40)
        bare_start, bare_memory = measure_bare(stack, tmp_path)
        site.start_printer()
        start, memory, idle = measure_ours(site)
    finally:
        stack.stop()
    record("P4", "memory", ours=memory, bare=bare_memory, unit="MiB", reach="<= 1.75")
    record("P4", "start to first ticket", ours=start, bare=bare_start, unit="s", reach="<= 4")
    record_alone("P4", "idle processor", ours=idle, unit="% of a core", reach="<= 1 %")
    assert memory > 0
    assert start > 0
