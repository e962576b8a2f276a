"""The agent's own configuration: where things are on this machine. TOML; unknown keys are refused.

What the office offers and by which rules is the site configuration of the contract.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from motcua_contract.identity import END, DeviceId, SiteId
from motcua_contract.siteconfig import SiteConfig, SiteConfigError, load_json, load_toml
from motcua_edge.config_cameras import CameraSection
from motcua_edge.config_devices import (
    ContactSection,
    ControllerSection,
    GearSection,
    LinkSection,
    ScreenSection,
)

FILE_PLAYER = "file:"
"""Prefix of `voice.player` that names a folder instead of a program."""
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]
Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]


class ConfigError(ValueError):
    """A configuration file that cannot be used: which file, where in it, and what to do."""


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections: unknown keys are refused."""


class WebSection(_Section, frozen=True, kw_only=True):
    """Pages for the office LAN. `lan` lists the networks that may reach them."""

    host: str = "127.0.0.1"
    port: Port = 8080
    lan: tuple[str, ...] = (
        "127.0.0.0/8",
        "::1/128",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
    )


class MqttSection(_Section, frozen=True, kw_only=True):
    """The hub's broker; mTLS. The certificate's CN is the device id."""

    host: str
    port: Port = 8883
    ca: str
    cert: str
    key: str
    keepalive_s: Annotated[int, msgspec.Meta(ge=5, le=120)] = 30
    timeout_s: Seconds = 10.0
    reconnect_cap_s: Seconds = 300.0
    """Upper bound of the jittered wait before a reconnect; small in labs only."""


class PrinterSection(_Section, frozen=True, kw_only=True):
    """The ticket printer. `path` is a serial port or a file, `host:port` for network."""

    kind: Literal["serial", "network", "file", "none"] = "none"
    path: str = ""
    baudrate: int = 115200
    profile: str = "TM-T20II"
    width_px: Annotated[int, msgspec.Meta(ge=200, le=1000)] = 576
    write_timeout_s: Seconds = 2.0
    status_timeout_s: Seconds = 0.5
    stale_after_s: Annotated[int, msgspec.Meta(ge=5)] = 120
    roll_slips: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Slips of a whole roll, for the forecast; 0: learnt from the rolls themselves."""


class VoiceSection(_Section, frozen=True, kw_only=True):
    """Sound. `zones` maps a zone to its ALSA device; `pack` is a folder of recorded clips.

    `player` is `aplay` or a path to it, or `file:FOLDER` to keep what would have been heard in
    `FOLDER/ZONE/`. `ears` maps a zone to the ALSA capture device that hears it (a microphone in the
    hall or a loop-back): it is listened to at opening and at every test. `clip_timeout_s` is what a
    player may take beyond the clip's own length.
    """

    enabled: bool = True
    zones: dict[str, str] = msgspec.field(default_factory=lambda: {"main": "default"})
    pack: str = ""
    player: Annotated[str, msgspec.Meta(pattern="^(?!file:$).+")] = "aplay"
    synth: str = "espeak-ng"
    clip_timeout_s: Seconds = 5.0
    ears: dict[str, str] = {}


class ButtonsSection(_Section, frozen=True, kw_only=True):
    """Rating buttons on GPIO: `pins` maps a BCM pin to `counter:level`; empty means none.

    `tickets` maps a BCM pin to a service code, for ticket buttons.
    """

    factory: Literal["auto", "mock"] = "auto"
    pins: dict[str, str] = {}
    tickets: dict[str, str] = {}
    debounce_ms: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 40


class PadBroker(_Section, frozen=True, kw_only=True):
    """The pads' own broker on this controller; `motcua-edge pads broker` writes its files."""

    host: str = "127.0.0.1"
    port: Port = 1884
    user: str = "edge"
    password_file: str


class PadUnit(_Section, frozen=True, kw_only=True):
    """A rating pad or counter keypad, and the counter it belongs to.

    `silent_s` is how long it may say nothing; it says something every 5 s.
    """

    counter: Annotated[int, msgspec.Meta(ge=1, le=999)]
    silent_s: Annotated[float, msgspec.Meta(ge=6, le=3600)] = 30.0


PadName = Annotated[str, msgspec.Meta(pattern=r"^(pad|keypad)-[a-z0-9-]{1,24}" + END)]


class PadsSection(_Section, frozen=True, kw_only=True):
    """Rating pads and counter keypads with their own firmware; without units there are none.

    `serial` lists ports, wildcards allowed. `firmware` is the folder of the shipped release.
    """

    units: dict[PadName, PadUnit] = {}
    serial: tuple[str, ...] = ()
    baudrate: int = 115200
    broker: PadBroker | None = None
    firmware: str = ""


class UpsLogin(_Section, frozen=True, kw_only=True):
    """A user of upsd.users that may send commands; without one the battery cannot be tested."""

    user: str
    password_file: str


class UpsSection(_Section, frozen=True, kw_only=True):
    """The uninterruptible power supply, behind NUT's upsd. Programs are lists of arguments."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]{1,64}" + END)] = "ups"
    host: str = "127.0.0.1"
    port: Port = 3493
    login: UpsLogin | None = None
    timeout_s: Seconds = 3.0
    every_s: Seconds = 2.0
    wary_s: Seconds = 1.0
    shed_after_s: Seconds = 30.0
    min_charge: Percent = 30.0
    min_runtime_s: Annotated[int, msgspec.Meta(ge=0, le=86400)] = 180
    halt_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 30.0
    charge_gate: Percent = 40.0
    test_every_days: Annotated[int, msgspec.Meta(ge=0, le=366)] = 30
    shutdown: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    restart_driver: tuple[str, ...] = ()
    clear_latch: tuple[str, ...] = ()


class ClockSection(_Section, frozen=True, kw_only=True):
    """Where the clock's trust is read: the kernel, or a file (`ntp`, `rtc`, `saved`, `none`).

    `boot_file` stands for the kernel's word on the boot in demos and tests: a boot id, and the
    boot-time clock's ms at which that boot began.
    """

    trust: Literal["kernel", "file"] = "kernel"
    file: str = ""
    boot_file: str = ""


class AgentConfig(_Section, frozen=True, kw_only=True):
    """The whole file. Relative paths are relative to it (`load` makes them absolute).

    `site_file` is TOML, or JSON when its name ends in `.json`.
    """

    site: SiteId
    device: DeviceId
    site_file: str
    state_dir: str
    web: WebSection = msgspec.field(default_factory=WebSection)
    mqtt: MqttSection | None = None
    printer: PrinterSection = msgspec.field(default_factory=PrinterSection)
    voice: VoiceSection = msgspec.field(default_factory=VoiceSection)
    buttons: ButtonsSection = msgspec.field(default_factory=ButtonsSection)
    cameras: Annotated[tuple[CameraSection, ...], msgspec.Meta(max_length=16)] = ()
    pads: PadsSection = msgspec.field(default_factory=PadsSection)
    ups: UpsSection | None = None
    clock: ClockSection = msgspec.field(default_factory=ClockSection)
    controller: ControllerSection = msgspec.field(default_factory=ControllerSection)
    link: LinkSection = msgspec.field(default_factory=LinkSection)
    screens: tuple[ScreenSection, ...] = ()
    gear: tuple[GearSection, ...] = ()
    contacts: tuple[ContactSection, ...] = ()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    ballast_bytes: Annotated[int, msgspec.Meta(ge=0)] = 8 * 1024 * 1024
    health_every_s: Seconds = 300.0
    hello_every_s: Seconds = 300.0


class Loaded(msgspec.Struct, frozen=True):
    """Both configurations of an agent, with absolute paths."""

    agent: AgentConfig
    site: SiteConfig


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read: {error}; check the path given with --config"
        raise ConfigError(msg) from error


def _decoded(path: Path) -> AgentConfig:
    try:
        return msgspec.toml.decode(_read(path), type=AgentConfig)
    except ConfigError:
        raise
    except (msgspec.MsgspecError, ValueError) as error:
        msg = f"{path}: {error}; docs/configuration.md lists every key"
        raise ConfigError(msg) from error


def _absolute(base: Path, config: AgentConfig) -> AgentConfig:
    def full(name: str) -> str:
        return str((base / name).resolve()) if name else name

    mqtt = config.mqtt
    if mqtt is not None:
        mqtt = msgspec.structs.replace(
            mqtt, ca=full(mqtt.ca), cert=full(mqtt.cert), key=full(mqtt.key)
        )
    printer = config.printer
    if printer.kind in ("serial", "file"):
        # not resolved: a serial port is usually a udev or socat symlink that may change its target
        printer = msgspec.structs.replace(printer, path=str(base / printer.path))
    return msgspec.structs.replace(
        config,
        site_file=full(config.site_file),
        state_dir=full(config.state_dir),
        voice=_absolute_voice(config.voice, full),
        clock=msgspec.structs.replace(
            config.clock,
            file=full(config.clock.file),
            boot_file=full(config.clock.boot_file),
        ),
        cameras=tuple(
            msgspec.structs.replace(camera, login_file=full(camera.login_file))
            for camera in config.cameras
        ),
        ups=_absolute_ups(config.ups, full),
        pads=_absolute_pads(base, config.pads, full),
        mqtt=mqtt,
        printer=printer,
    )


def _load_site(path: Path) -> SiteConfig:
    text = _read(path)
    return load_json(text) if path.suffix == ".json" else load_toml(text)


def _absolute_voice(voice: VoiceSection, full: Callable[[str], str]) -> VoiceSection:
    player = voice.player
    if player.startswith(FILE_PLAYER):
        player = FILE_PLAYER + full(player.removeprefix(FILE_PLAYER))
    return msgspec.structs.replace(voice, pack=full(voice.pack), player=player)


def _absolute_pads(base: Path, pads: PadsSection, full: Callable[[str], str]) -> PadsSection:
    broker = pads.broker
    if broker is not None:
        broker = msgspec.structs.replace(broker, password_file=full(broker.password_file))
    return msgspec.structs.replace(
        pads,
        # not resolved: a port's name is a symlink that moves with the plug
        serial=tuple(str(base / name) for name in pads.serial),
        broker=broker,
        firmware=full(pads.firmware),
    )


def _absolute_ups(ups: UpsSection | None, full: Callable[[str], str]) -> UpsSection | None:
    if ups is None or ups.login is None:
        return ups
    file = full(ups.login.password_file)
    return msgspec.structs.replace(
        ups, login=msgspec.structs.replace(ups.login, password_file=file)
    )


def load(path: Path) -> Loaded:
    """Read the agent's file and the site file it names; raise ConfigError on the first fault."""
    agent = _absolute(path.resolve().parent, _decoded(path))
    try:
        site = _load_site(Path(agent.site_file))
    except SiteConfigError as error:
        msg = f"{agent.site_file}: {error}; docs/configuration.md lists every key"
        raise ConfigError(msg) from error
    return Loaded(agent, site)
