"""P4: memory, idle processor time and start of an office's program, beside a bare one.

And the memory of an office that probes twenty targets of all kinds, beside itself without.
"""

import asyncio
import contextlib
import http.client
import json
import multiprocessing
import shutil
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from demo.offices import OFFICES
from demo.processes import Program, free_port
from demo.stack import HOST, MOSQUITTO, SiteStack, Stack
from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_hub.domain.availability.evidence import Claim
from motcua_hub.ingest.messages import now_ms
from motcua_hub.ledger import claims, probes, targets
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.store.engine import open_engine, reading, writing
from support.certificates import authority, server
from support.probe_servers import Listening
from support.probing import NameServer
from support.ratios import record, record_alone
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
OURS, OTHER = OFFICES[0], OFFICES[1]
STARTS, IDLE_S, TICKETS = 3, 15.0, 30
MIB = 1024 * 1024
TARGETS, EVERY_MS, PROBING_S = 20, 10_000, 120
CA = authority("Bench")


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


def answering(
    plain: socket.socket, secure: socket.socket, names: socket.socket, folder: Path
) -> None:
    """The other process: a web server, one over TLS, and a name server."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            await writer.drain()
        writer.close()

    def named() -> NameServer:
        made = NameServer()
        made.records["dvc.example"] = HOST
        return made

    async def all_of_them() -> None:
        await asyncio.start_server(talk, sock=plain)
        await asyncio.start_server(talk, sock=secure, ssl=server(CA).context(folder))
        names.setblocking(False)
        await asyncio.get_running_loop().create_datagram_endpoint(named, sock=names)
        await asyncio.Event().wait()

    asyncio.run(all_of_them())


@contextlib.contextmanager
def probed_servers(folder: Path) -> Iterator[list[ProbeSpec]]:
    """Real servers of every kind, and two or three probes of each: twenty targets."""
    sockets = [socket.create_server((HOST, 0)), socket.create_server((HOST, 0))]
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind((HOST, 0))
    process = multiprocessing.get_context("fork").Process(
        target=answering, args=(*sockets, names, folder), daemon=True
    )
    process.start()
    place = Path(tempfile.mkdtemp(prefix="mcpb-"))
    place.chmod(0o755)
    database = Listening(place, anybody=True)
    database.begin()
    broker = Program("broker", [MOSQUITTO, "-p", str(free_port())], folder / "mosquitto.log")
    broker.start()
    http, https, dns = (each.getsockname()[1] for each in (*sockets, names))
    mqtt = int(broker.command[-1])
    kinds: list[dict[str, object]] = [
        {"kind": ProbeKind.HTTP, "port": http, "expect_body": "ok"},
        {"kind": ProbeKind.HTTP, "port": https, "tls": True, "ca": CA.pem},
        {"kind": ProbeKind.TCP, "port": http},
        {"kind": ProbeKind.TLS, "port": https, "ca": CA.pem},
        {"kind": ProbeKind.DNS, "port": dns, "path": "dvc.example", "expect_body": HOST},
        {"kind": ProbeKind.ICMP},
        {"kind": ProbeKind.MQTT, "port": mqtt, "path": "probe/office"},
        {"kind": ProbeKind.POSTGRESQL, "port": database.port, "user": "hub"},
    ]
    try:
        broker.wait_port(mqtt)
        yield [
            ProbeSpec(target=f"t{n}", host=HOST, interval=EVERY_MS, **kinds[n % len(kinds)])
            for n in range(TARGETS)
        ]
    finally:
        process.kill()
        process.join()
        broker.stop()
        database.stop()
        shutil.rmtree(place)
        for each in (*sockets, names):
            each.close()


def list_them(stack: Stack, specs: Sequence[ProbeSpec]) -> None:
    """The hub hands the office its list."""
    engine = open_engine(f"sqlite:///{stack.folder / 'hub' / 'hub.sqlite3'}")
    with writing(engine) as connection:
        for spec in specs:
            made = Target(id=spec.target, name=spec.target, kind=Kind.SERVER)
            targets.add(connection, made, now_ms())
            probes.add(connection, OURS.site, spec, now_ms())
    engine.dispose()


def seen_up(stack: Stack) -> int:
    """How many targets the hub knows to be up by this office's word."""
    engine = open_engine(f"sqlite:///{stack.folder / 'hub' / 'hub.sqlite3'}")
    with reading(engine) as connection:
        said = claims.listing(connection, [f"t{n}" for n in range(TARGETS)])
    engine.dispose()
    return len({e.target for e in said if e.vantage == OURS.site and e.claim is Claim.UP})


def test_memory_of_an_office_that_probes(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "province", [OURS, OTHER])
    site = stack.sites[OURS.site]
    site.edge = Program(site.edge.name, site.edge.command, site.edge.log, installed(tmp_path))
    with probed_servers(tmp_path) as specs:
        try:
            stack.prepare()
            stack.start_broker()
            stack.hub.start()
            stack.hub.wait_port(stack.hub_port, within=40)
            _, bare = measure_bare(stack, tmp_path)
            site.start_printer()
            _, without, idle = measure_ours(site)
            list_them(stack, specs)
            until((site.state_dir / "desired.json").exists, within=60)
            time.sleep(2 * EVERY_MS / 1000)  # every target is asked, and what that takes compiled
            # started anew: an installed program does not compile what it loads
            measure_ours(site)
            time.sleep(PROBING_S)  # the minutes over which it could grow
            busy, memory = idle_share(site.edge), resident(site.edge)
            assert seen_up(stack) == TARGETS
        finally:
            stack.stop()
    name = f"memory with {TARGETS} probes of all kinds every {EVERY_MS // 1000} s"
    record("P4", f"{name}; bare", ours=memory, bare=bare, unit="MiB", reach="<= 1.75")
    record("P4", f"{name}; without", ours=memory, bare=without, unit="MiB", reach="")
    note = f"{idle:.2f} % without"
    record_alone("P4", "processor with them", ours=busy, unit="% of a core", reach="", note=note)
