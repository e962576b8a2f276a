"""Broker, hub and offices as real programs on loopback; the demo and the crash tests share it."""

import contextlib
import json
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from demo.cable import Cable
from demo.camera import NAME as CAMERA
from demo.camera import DemoCamera
from demo.devices import Devices
from demo.mailroom import Mailroom
from demo.nut import NAME, Nut
from demo.offices import Office, site_config
from demo.onestop import one_stop
from demo.processes import Program, free_port, python, wait_until
from demo.simpad import built
from motcua_contract.siteconfig import QueuePolicy
from motcua_provisioning.authority import Authority
from motcua_provisioning.broker import BrokerFolder, Listen

HOST = "127.0.0.1"
MOSQUITTO = "/usr/sbin/mosquitto"


class SiteStack:
    """One office: its edge program, its printer, its cable to the broker, and where they write."""

    def __init__(self, office: Office, folder: Path, port: int) -> None:
        self.office = office
        self.folder = folder
        self.port = port
        self.config = folder / "edge.toml"
        self.state_dir = folder / "state"
        self.slips = folder / "slips"
        self.sound = folder / "sound"
        self.printer_control = folder / "printer.json"
        self.printer_link = folder / "printer"
        self.clock_file = folder / "clock"
        self.boot_file = folder / "boot"
        self.edge = Program("edge " + office.site, self._edge_command(), folder / "edge.log")
        self.printer = Program(
            "printer " + office.site, self._printer_command(), folder / "printer.log"
        )
        self.cable: Cable | None = None
        self.ups: Nut | None = None
        self.camera: DemoCamera | None = None
        self.devices: Devices | None = None

    @property
    def url(self) -> str:
        """Where the office's pages are."""
        return f"http://{HOST}:{self.port}"

    @property
    def zones(self) -> tuple[str, ...]:
        """Where calls are heard."""
        counters = site_config(self.office).counters
        return tuple(sorted({counter.zone for counter in counters} | {"main"}))

    def _edge_command(self) -> list[str]:
        return python("motcua_edge", "run", "--config", str(self.config))

    def _printer_command(self) -> list[str]:
        module = "motcua_edge.drivers.printer.emulator"
        options = ("--link", self.printer_link, "--out", self.slips, "--control")
        return python(module, *map(str, options), str(self.printer_control))

    def start_printer(self) -> None:
        """Start the emulator; its pty is there when this returns."""
        self.printer.start()
        _wait_for(self.printer_link)

    def start_edge(self) -> None:
        """Start the edge and wait for its pages."""
        self.edge.start()
        self.edge.wait_port(self.port)

    def pretend_boot(self, name: str) -> None:
        """The next start of the edge is in a boot of this name that begins now."""
        now = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
        self.boot_file.write_text(f"{name} {now}")

    def set_printer(self, **faults: object) -> None:
        """Make the printer suffer, such as `paper_out=True`; no argument ends all faults.

        Returns when the faults are in force.
        """
        text = json.dumps(faults)
        fresh = self.printer_control.with_name(self.printer_control.name + ".new")
        fresh.write_text(text)
        fresh.replace(self.printer_control)
        seen = self.printer_control.with_name(self.printer_control.name + ".seen")
        wait_until(lambda: seen.exists() and seen.read_text() == text, f"{seen} is old")

    def slip_records(self) -> list[dict[str, Any]]:
        """What is on paper, oldest first."""
        return [json.loads(path.read_text()) for path in sorted(self.slips.glob("slip-*.json"))]


class Stack:
    """The whole province. Nothing runs until `start`; `stop` ends everything it started."""

    def __init__(
        self,
        folder: Path,
        offices: Sequence[Office],
        *,
        policy: QueuePolicy | None = None,
        database_url: str = "",
        with_ups: Collection[str] = (),
        with_camera: Collection[str] = (),
        with_devices: Collection[str] = (),
        reconnect_cap_s: float = 5.0,
        mailroom: Mailroom | None = None,
        with_server: bool = False,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.broker_port = free_port()
        self.hub_port = free_port()
        self.hub_config = folder / "hub.toml"
        self._database_url = database_url
        self._policy = policy
        self._with_ups = frozenset(with_ups)
        self._with_camera = frozenset(with_camera)
        self._with_devices = frozenset(with_devices)
        self._reconnect_cap_s = reconnect_cap_s
        self.mailroom = mailroom
        self.server: Program | None = None
        self.server_port = 0
        if with_server:
            self.server, self.server_port = one_stop(folder / "www")
        self.sites = {o.site: SiteStack(o, _made(folder / o.site), free_port()) for o in offices}
        self.broker = Program("broker", self._broker_command(), folder / "broker.log")
        self.hub = Program(
            "hub", python("motcua_hub", "run", "--config", str(self.hub_config)), folder / "hub.log"
        )

    @property
    def hub_url(self) -> str:
        """Where the hub's pages are."""
        return f"http://{HOST}:{self.hub_port}"

    @property
    def setup_token(self) -> str:
        """The one-time token by which the first admin account is made; empty when used."""
        path = self.folder / "hub" / "setup-token"
        return path.read_text().strip() if path.exists() else ""

    def _broker_command(self) -> list[str]:
        return [MOSQUITTO, "-c", str(self.folder / "broker" / "mosquitto.conf")]

    def prepare(self) -> None:
        """Make certificates, access rules and every configuration file."""
        ca = self.folder / "ca"
        authority = Authority.load(ca) if ca.exists() else Authority.create(ca)
        devices = {s.office.device: s.office.site for s in self.sites.values()}
        BrokerFolder(self.folder / "broker").write(
            authority,
            devices,
            hosts=("localhost", HOST),
            listen=Listen(host=HOST, port=self.broker_port),
        )
        authority.issue_hub().write(self.folder / "certs")
        self._write_hub()
        for site in self.sites.values():
            authority.issue_device(site.office.device).write(self.folder / "certs")
            self._write_site(site)

    def _write_hub(self) -> None:
        lines = [f"state_dir = {_q(self.folder / 'hub')}"]
        if self._database_url:
            lines.append(f"database_url = {_q(self._database_url)}")
        lines += self._mqtt("hub", self.broker_port)
        lines += ["[web]", f'host = "{HOST}"', f"port = {self.hub_port}"]
        lines += ["[provisioning]", f"dir = {_q(self.folder / 'ca')}"]
        if self.mailroom is not None:
            lines += self.mailroom.lines(self.hub_url)
        self.hub_config.write_text("\n".join(lines) + "\n")

    def _mqtt(self, name: str, port: int) -> list[str]:
        certs = self.folder / "certs"
        return [
            "[mqtt]",
            f'host = "{HOST}"',
            f"port = {port}",
            f"ca = {_q(certs / 'ca.crt')}",
            f"cert = {_q(certs / f'{name}.crt')}",
            f"key = {_q(certs / f'{name}.key')}",
        ]

    def _write_site(self, site: SiteStack) -> None:
        site.cable = Cable(self.broker_port)
        site.cable.start()
        if site.office.site in self._with_ups and site.ups is None:
            site.ups = Nut()
        if site.office.site in self._with_camera and site.camera is None:
            site.camera = DemoCamera(site.folder / "films")
        if site.office.site in self._with_devices and site.devices is None:
            site.devices = Devices(site.folder, site.url, self._firmware())
            site.devices.prepare()
        site.clock_file.write_text("ntp")
        _made(site.slips), _made(site.sound)
        config = site_config(site.office, policy=self._policy)
        (site.folder / "site.json").write_bytes(msgspec.json.encode(config))
        site.config.write_text("\n".join(self._edge_lines(site)) + "\n")

    def _edge_lines(self, site: SiteStack) -> Iterator[str]:
        yield f'site = "{site.office.site}"'
        yield f'device = "{site.office.device}"'
        yield 'site_file = "site.json"'
        yield 'state_dir = "state"'
        yield from ("[web]", f'host = "{HOST}"', f"port = {site.port}")
        assert site.cable is not None  # noqa: S101  made just before
        yield from self._mqtt(site.office.device, site.cable.port)
        yield f"reconnect_cap_s = {self._reconnect_cap_s}"
        yield from ("[printer]", 'kind = "serial"', f"path = {_q(site.printer_link)}")
        yield from ("[voice]", f"player = {_q(f'file:{site.sound}')}")
        yield "zones = { " + ", ".join(f'{zone} = "file"' for zone in site.zones) + " }"
        yield from ("[clock]", 'trust = "file"', 'file = "clock"', 'boot_file = "boot"')
        yield from ("[buttons]", 'factory = "mock"')
        if site.ups is not None:
            yield from ("[ups]", f'name = "{NAME}"', f"port = {site.ups.port}")
            yield from ("shed_after_s = 5", 'shutdown = ["true"]')
        if site.camera is not None:
            yield from ("[[cameras]]", f'name = "{CAMERA}"', f'source = "{site.camera.url}"')
            # looks are counted: at one a second a fault is told after six seconds
            yield from ("every_s = 1", 'lighting = ["00:00-23:59"]')
        if site.devices is not None:
            yield from site.devices.lines()
        else:
            # nothing beyond this machine is pinged
            yield from ("[link]", 'gateway = ""')

    def _firmware(self) -> Path:
        """The pads' firmware, compiled once for all offices."""
        folder = self.folder / "firmware"
        return folder / "board" if folder.exists() else built(folder)

    def start(self) -> None:
        """Start everything, in an order that needs no retries."""
        self.prepare()
        if self.mailroom is not None:
            self.mailroom.start()
        self.start_server()
        self.start_broker()
        self.hub.start()
        self.hub.wait_port(self.hub_port)
        for site in self.sites.values():
            site.start_printer()
            if site.ups is not None:
                site.ups.start()
            if site.camera is not None:
                site.camera.start()
            if site.devices is not None:
                site.devices.start()
            site.start_edge()

    def start_server(self) -> None:
        """Start (or restart) the province's one-stop server, if there is one."""
        if self.server is not None:
            self.server.start()
            self.server.wait_port(self.server_port)

    def start_broker(self) -> None:
        """Start (or restart) the broker and wait for its port."""
        self.broker.start()
        self.broker.wait_port(self.broker_port)

    def stop(self) -> None:
        """End everything, offices first so that they can say goodbye."""
        for site in self.sites.values():
            site.edge.stop()
        self.hub.stop()
        self.broker.stop()
        if self.server is not None:
            self.server.stop()
        if self.mailroom is not None:
            self.mailroom.stop()
        for site in self.sites.values():
            site.printer.stop()
            if site.cable is not None:
                site.cable.stop()
            if site.ups is not None:
                site.ups.close()
            if site.camera is not None:
                site.camera.close()
            if site.devices is not None:
                site.devices.close()


def _q(value: object) -> str:
    return json.dumps(str(value), ensure_ascii=False)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _wait_for(path: Path) -> None:
    wait_until(path.exists, f"{path} did not appear")


@contextlib.contextmanager
def running(stack: Stack) -> Iterator[Stack]:
    """A started stack that is stopped whatever happens."""
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
