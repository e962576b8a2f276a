"""One office that is killed again and again, its paper and its journal: what must hold of them."""

import contextlib
import http.client
import json
import random
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from demo.processes import free_port, python
from motcua_edge.drivers.printer.emulator.serving import Serving
from motcua_edge.journal.tools import begun, export_jsonl, verify_journal
from motcua_edge.services.printing.payload import SlipCode, parse
from support.invariants import Row, check_slips, issued
from support.waiting import until

SITE = """
name = "Trung tâm Phục vụ hành chính công xã Na Son"
services = [
  {code = "HT", name = "Hộ tịch – Chứng thực", series = "A"},
  {code = "DD", name = "Đất đai", series = "B"},
  {code = "CT", name = "Chứng thực", series = "C"},
]
counters = [{number = 1, services = ["HT", "DD", "CT"]}]
calendar = {always_open = true}
queue = {device_cooldown_s = 0, capacity_check = false}
"""
EDGE = """
site = "na-son"
device = "d-na-son-1"
site_file = "site.toml"
state_dir = "state"
ballast_bytes = {ballast}
web = {{port = {port}}}
printer = {{kind = "serial", path = "ttyPRINTER", stale_after_s = 60}}
voice = {{enabled = false}}
clock = {{trust = "file", file = "clock"}}
"""
_SERVICES = ("HT", "DD", "CT")
_ENDS = ("print.printed/1", "print.unknown/1", "print.failed/1", "print.dropped/1")
_SLIP_WITHIN_S = 1.0


class Pace(NamedTuple):
    """How citizens come: after the last slip when `calm`; some only call for `helps`."""

    calm: bool
    helps: float


class KilledOffice:
    """Citizens at the kiosk of one office, through all its deaths.

    A request that got no answer is asked again with its key, as the kiosk does; now and then one
    that did get its answer is, too.
    """

    def __init__(
        self,
        folder: Path,
        serving: Serving,
        chance: random.Random,
        *,
        ballast_bytes: int = 65536,
    ) -> None:
        self.folder = folder
        self.config = folder / "edge.toml"
        self.log = folder / "edge.log"
        self.answered: dict[str, str] = {}
        self._serving = serving
        self._chance = chance
        self._pending = ""
        self._bodies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None
        self._port = free_port()
        (folder / "site.toml").write_text(SITE)
        self.config.write_text(EDGE.format(port=self._port, ballast=ballast_bytes))
        (folder / "clock").write_text("ntp")

    # ---- work ----

    def work(self, alive: Callable[[], bool], pace: Pace) -> None:
        """Citizens come until the office is dead."""
        while alive():
            try:
                if self._chance.random() < pace.helps:
                    self._call_help()
                else:
                    self.take_one(alive if pace.calm else None)
            except (OSError, http.client.HTTPException):
                self.hang_up()
                time.sleep(0.002)  # nobody is there: ask again soon
        self.hang_up()

    def take_one(self, wait_while: Callable[[], bool] | None = None) -> None:
        """One citizen, or the same one again; OSError or HTTPException without an answer."""
        again = self._pending
        key = again or self._next_key()
        again = again or self.answered.get(key, "")
        slips = len(self._serving.machine.slips)
        body = self._post("/api/v1/tickets", key, self._bodies[key])
        ticket = str(json.loads(body)["ticket"]["id"])
        assert self.answered.setdefault(key, ticket) == ticket, f"{key} got two numbers"
        self._pending = ""
        if wait_while is not None and not again:
            self._await_slip(slips, wait_while)

    def _await_slip(self, slips: int, wait_while: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _SLIP_WITHIN_S
        while len(self._serving.machine.slips) == slips and time.monotonic() < deadline:
            if not wait_while():
                return
            time.sleep(0.002)  # until a slip or a death

    def _call_help(self) -> None:
        """The cheapest thing that is committed: gets an office to a late kill point sooner."""
        self._post("/api/v1/kiosk/help", f"help-{self._chance.random()}", '{"device": "kiosk"}')

    def _connect(self) -> None:
        if self._connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
            connection.connect()
            self._connection = connection

    def hang_up(self) -> None:
        """The next request opens a new connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _next_key(self) -> str:
        if self.answered and self._chance.random() < 0.1:
            return self._chance.choice(list(self.answered))
        self._pending = f"press-{len(self._bodies) + 1}"
        self._bodies[self._pending] = json.dumps({"service": self._chance.choice(_SERVICES)})
        return self._pending

    def _post(self, path: str, key: str, body: str) -> bytes:
        self._connect()
        assert self._connection is not None
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        self._connection.request("POST", path, body, headers)
        reply = self._connection.getresponse()
        answer = reply.read()
        assert reply.status < 300, answer
        return answer

    # ---- looking ----

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            self._connect()
        except OSError:
            return False
        return True

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def ballast_lies(self) -> bool:
        """Whether its journal's ballast is there."""
        return self.journal.with_name(self.journal.name + ".ballast").exists()

    @property
    def journal(self) -> Path:
        """Its file."""
        return self.folder / "state" / "journal.sqlite3"

    def audit(self) -> list[Row]:
        """The checks that hold right after a kill, on a copy: the next start finds what it left."""
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for suffix in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(self.journal.with_name(self.journal.name + suffix), copy)
        path = copy / self.journal.name
        if not begun(path):
            assert not self.answered, "answers were given, and there is no journal"
            return []
        found = verify_journal(path)
        assert not found, f"U6: {[str(problem) for problem in found]}"
        rows = [json.loads(line) for line in export_jsonl(path)]
        self.check(rows)
        return rows

    def slips(self) -> list[SlipCode]:
        """What is on paper."""
        codes = [code for slip in list(self._serving.machine.slips) for code in slip.codes]
        found = [parse(code) for code in codes]
        assert all(found), f"a code that is none of ours is on paper: {codes}"
        return [code for code in found if code]

    def check(self, rows: list[Row]) -> None:
        """U1, U2, and that each key pressed has one number, which the journal has too."""
        tickets = issued(rows)
        lost = set(self.answered.values()) - set(tickets)
        assert not lost, f"answered with 201, not in the journal: {lost}"
        assert len(set(self.answered.values())) == len(self.answered), "a number was given twice"
        extra = set(tickets) - set(self.answered.values())
        assert len(extra) <= bool(self._pending), f"numbers that nobody asked for: {extra}"
        for series in "ABC":
            numbers = [
                t["body"]["number"] for t in tickets.values() if t["body"]["series"] == series
            ]
            assert numbers == list(range(1, len(numbers) + 1)), f"series {series}: {numbers}"
        check_slips(self.slips(), rows)

    # ---- the end ----

    def settle(self) -> None:
        """Of a living office: one more citizen, and every slip comes to its end."""
        until(self.ready, within=30)
        self.take_one()
        self.hang_up()
        until(self._settled, within=120, every=0.2)

    def _settled(self) -> bool:
        rows = [json.loads(line) for line in export_jsonl(self.journal)]
        ended = {row["body"]["ticket"] for row in rows if row["type"] in _ENDS}
        return set(issued(rows)) == ended

    def last_check(self) -> list[Row]:
        """Of an office that was stopped: everything, with the program's own verifier."""
        self._serving.machine.tear()
        done = subprocess.run(
            python("motcua_edge", "journal", "verify", "--config", str(self.config)),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"U6: {done.stdout}{done.stderr}"
        rows = self.audit()
        whole = {
            found.ticket
            for slip in self._serving.machine.slips
            if slip.whole
            for code in slip.codes
            if (found := parse(code))
        }
        printed = {r["body"]["ticket"] for r in rows if r["type"] == "print.printed/1"}
        assert printed <= whole, f"printed, they say, and not on paper: {printed - whole}"
        return rows
