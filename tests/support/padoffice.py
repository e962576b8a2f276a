"""The real edge program with pads: officers work through its API, its journal is read by tests."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

from demo.client import OfficeClient, Seat
from demo.processes import Program, free_port, python
from motcua_edge.journal.tools import export_jsonl
from motcua_edge.services.sessions_pins import hash_pin
from support.waiting import until

PIN: Final = "4711"
_HASHED: Final = hash_pin(PIN, b"0123456789abcdef")
_SITE: Final = """
name = "Trung tâm Phục vụ hành chính công xã Na Son"
services = [{{code = "HT", name = "Hộ tịch", series = "A", service_minutes = 1}}]
counters = [{{number = 1, services = ["HT"]}}, {{number = 2, services = ["HT"]}}]
officers = [
  {{id = "lan", name = "Nguyễn Thị Lan", pin_scrypt = "{pin}", roles = ["officer"]}},
  {{id = "minh", name = "Trần Văn Minh", pin_scrypt = "{pin}", roles = ["officer"]}},
  {{id = "ky-thuat", name = "Lê Anh Tuấn", pin_scrypt = "{pin}", roles = ["technician"]}},
]
calendar = {{always_open = true}}
queue = {{device_cooldown_s = 0, capacity_check = false, min_serving_s = 0}}
"""
_EDGE: Final = """
site = "na-son"
device = "d-na-son-1"
site_file = "site.toml"
state_dir = "state"
ballast_bytes = 0
log_level = "debug"
web = {{port = {port}}}
voice = {{enabled = false}}
clock = {{trust = "file", file = "clock"}}

[pads]
{pads}
"""


class PadOffice:
    """One office; `pads` is the body of its `[pads]` section, `keys` the pads' keys by name.

    `program` is a folder with another `motcua_edge` than the installed one.
    """

    def __init__(
        self, folder: Path, pads: str, keys: dict[str, bytes], program: Path | None = None
    ) -> None:
        self.folder = folder
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        (folder / "site.toml").write_text(_SITE.format(pin=_HASHED))
        (folder / "edge.toml").write_text(_EDGE.format(port=port, pads=pads))
        (folder / "clock").write_text("ntp")
        for name, key in keys.items():
            path = folder / "state" / "pad-keys" / f"{name}.key"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(key.hex())
        command = python("motcua_edge", "run", "--config", str(folder / "edge.toml"))
        env = {"PYTHONPATH": str(program)} if program else {}
        self.program = Program("edge", command, folder / "edge.log", env)

    def start(self) -> None:
        """Open the office, or open it again after a kill."""
        marks = self.log.count("is open on port")
        self.program.start()
        until(
            lambda: self.log.count("is open on port") > marks or not self.program.running, within=30
        )
        assert self.program.running, self.log

    @property
    def log(self) -> str:
        """Everything the program said."""
        path = self.folder / "edge.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def rows(self) -> list[dict[str, Any]]:
        """The journal, as it stands."""
        path = self.folder / "state" / "journal.sqlite3"
        return [json.loads(line) for line in export_jsonl(path)]

    def facts(self, kind: str) -> list[dict[str, Any]]:
        """Bodies of the facts of a type, such as `rating.given/1`."""
        return [row["body"] for row in self.rows() if row["type"] == kind]

    def presses(self) -> Counter[str]:
        """How often each press id is in the journal."""
        return Counter(body["press"] for body in self.facts("pad.pressed/1"))

    async def sit_down(self, counter: int = 1, officer: str = "lan") -> Seat:
        """The officer logs in."""
        async with OfficeClient(self.url) as client:
            token = await client.technician(PIN)
            return await client.sit_down(counter, officer, PIN, token)

    async def take_ticket(self) -> None:
        """One citizen at the kiosk."""
        async with OfficeClient(self.url) as client:
            await client.take_ticket("HT")

    async def serve_one(self, seat: Seat, counter: int = 1) -> str:
        """One citizen from the kiosk to the rating; the ticket's id."""
        async with OfficeClient(self.url) as client:
            await client.take_ticket("HT")
            return await self._serve(client, seat, counter)

    @staticmethod
    async def _serve(client: OfficeClient, seat: Seat, counter: int) -> str:
        # the device's own token: it outlives the office's program
        ticket = await client.call_next(counter, seat.device)
        for step in ("start", "finish"):
            await client.step(counter, step, ticket["id"], seat.device)
        return str(ticket["id"])
