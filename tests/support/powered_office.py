"""One office as a real program on a real UPS (NUT) and a real broker, and what is heard of it."""

import http.client
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from demo.processes import free_port, python
from motcua_contract import topics
from motcua_edge.journal.tools import begun, export_jsonl
from support import nut
from support.broker import Broker, Login
from support.waiting import until

SITE = """
name = "Trung tâm Phục vụ hành chính công xã Na Son"
services = [{code = "HT", name = "Hộ tịch – Chứng thực", series = "A"}]
counters = [{number = 1, services = ["HT"]}]
calendar = {always_open = true}
queue = {device_cooldown_s = 0, capacity_check = false}
"""
EDGE = """
site = "{login.site}"
device = "{login.name}"
site_file = "site.toml"
state_dir = "state"
ballast_bytes = 65536
web = {{port = {port}}}
voice = {{enabled = false}}
clock = {{trust = "file", file = "clock"}}
link = {{gateway = ""}}
{mqtt}
[ups]
name = "{ups}"
port = {nut}
every_s = 0.5
wary_s = 0.5
shed_after_s = 4
shutdown = {shutdown}
"""
OFF = """
# What the office has switch it off: writes down how the office looks at that moment.
import json, pathlib, ssl, sys, time
from paho.mqtt import subscribe
from motcua_edge.journal.tools import export_jsonl
at = time.time()
here, host, port, ca, cert, key, topic = sys.argv[1:]
journal = pathlib.Path(here) / "state" / "journal.sqlite3"
wal = journal.with_name(journal.name + "-wal")
rows = [json.loads(line) for line in export_jsonl(journal)]
context = ssl.create_default_context(cafile=ca)
context.load_cert_chain(cert, key)
from paho.mqtt.client import MQTTv5
try:
    kept = subscribe.simple(topic, hostname=host, port=int(port), client_id="hub",
                            protocol=MQTTv5, tls=context, retained=True)
    said = json.loads(kept.payload)
except OSError:  # the broker is not there
    said = None
told = {"at": at, "rows": rows, "wal": wal.stat().st_size if wal.exists() else 0, "said": said}
with (pathlib.Path(here) / "off.jsonl").open("a") as file:
    file.write(json.dumps(told) + "\\n")
"""


class Heard(NamedTuple):
    """A message at the broker; `rows` is the journal as it was readable at that moment."""

    at: float
    topic: str
    body: dict[str, Any]
    rows: list[dict[str, Any]]


class PoweredOffice:
    """Starts and ends the program; `off` is what its shutdown command saw, one entry a run."""

    def __init__(self, folder: Path, broker: Broker, ups: nut.Nut) -> None:
        self.folder = folder
        self.journal = folder / "state" / "journal.sqlite3"
        self.heard: list[Heard] = []
        self.port = free_port()
        login, hub = broker.device(), broker.hub()
        self.site = login.site
        (folder / "off.py").write_text(OFF)
        (folder / "site.toml").write_text(SITE)
        (folder / "clock").write_text("ntp")
        (folder / "edge.toml").write_text(
            EDGE.format(
                login=login,
                port=self.port,
                mqtt=login.toml() + "reconnect_cap_s = 1.0",
                ups=nut.NAME,
                nut=ups.port,
                shutdown=json.dumps(self._shutdown(hub)),
            )
        )
        self._ears = self._listening(broker.hub("hub-2"))
        self._lock = threading.Lock()
        self._halts = 0
        self.process: subprocess.Popen[bytes] | None = None

    def _shutdown(self, hub: Login) -> list[str]:
        topic = topics.up(self.site, topics.Up.STATUS)
        files = (hub.ca, hub.cert, hub.key)
        said = (self.folder, hub.host, hub.port, *files, topic)
        return [sys.executable, str(self.folder / "off.py"), *map(str, said)]

    # ---- the hub's ears ----

    def _listening(self, login: Login) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, client_id=login.name, protocol=MQTTv5)
        client.tls_set_context(login.context())
        client.on_message = self._on_message
        client.connect(login.host, login.port)
        client.subscribe(f"mc/1/{self.site}/up/#", 1)
        client.loop_start()
        return client

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        at, rows = time.time(), self.rows()
        self.heard.append(Heard(at, message.topic, json.loads(message.payload), rows))

    def of(self, topic: str) -> list[Heard]:
        """What was heard on topics that end like this."""
        return [each for each in list(self.heard) if each.topic.endswith(topic)]

    def code(self) -> str:
        """The newest code of the UPS at the hub; `-` while nothing was heard."""
        said = self.of("/health/ups")
        return str(said[-1].body.get("code", "")) if said else "-"

    # ---- the program ----

    def start(self) -> "PoweredOffice":
        """Start it and wait for its pages."""
        with (self.folder / "edge.log").open("ab") as log:
            self.process = subprocess.Popen(
                python("motcua_edge", "run", "--config", str(self.folder / "edge.toml")),
                stdout=log,
                stderr=log,
            )
        until(lambda: self.get("/healthz") == 200, within=30)
        return self

    def halt(self) -> int:
        """Wait for its shutdown command, then end it as the machine's halt does; its exit code."""
        until(lambda: len(self.off) > self._halts, within=30)
        self._halts += 1
        assert self.alive, "it must not end before the machine does"
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(5)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def close(self) -> None:
        """End everything."""
        self._ears.disconnect()
        self._ears.loop_stop()
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def rows(self) -> list[dict[str, Any]]:
        """The journal, as far as it can be read now."""
        if not self.journal.exists() or not begun(self.journal):
            return []
        return [json.loads(line) for line in export_jsonl(self.journal)]

    def modes(self) -> list[str]:
        """What the office lived by, from the journal."""
        return [r["body"]["mode"] for r in self.rows() if r["type"] == "power.changed/1"]

    @property
    def off(self) -> list[dict[str, Any]]:
        """What the shutdown command saw."""
        path = self.folder / "off.jsonl"
        return [json.loads(x) for x in path.read_text().splitlines()] if path.exists() else []

    # ---- its pages ----

    def get(self, path: str) -> int:
        """The status of a page; 0 when nobody is there."""
        try:
            return self._ask("GET", path, "")[0]
        except OSError:
            return 0

    def snapshot(self, page: str) -> dict[str, Any]:
        """What a page shows."""
        return json.loads(self._ask("GET", f"/api/v1/snapshot/{page}", "")[1])

    def take_number(self, key: str) -> tuple[int, dict[str, Any]]:
        """A citizen at the kiosk: the status and the answer."""
        status, answer = self._ask("POST", "/api/v1/tickets", '{"service": "HT"}', key)
        return status, json.loads(answer)

    def _ask(self, method: str, path: str, body: str, key: str = "") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = {"Content-Type": "application/json"} | (
                {"Idempotency-Key": key} if key else {}
            )
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()
