"""The hub's configuration file. TOML; unknown keys are refused with their path."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from motcua_hub.config_sending import SendingSection, absolute

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Positive = Annotated[int, msgspec.Meta(ge=1)]


class ConfigError(ValueError):
    """A configuration file that cannot be used: which file, where in it, and what to do."""


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections: unknown keys are refused."""


class MqttSection(_Section, frozen=True, kw_only=True):
    """The broker. Without `ca`, `cert` and `key` the connection is plain (tests on loopback)."""

    host: str
    port: Port = 8883
    ca: str = ""
    cert: str = ""
    key: str = ""
    client_id: str = "hub"
    keepalive_s: Annotated[int, msgspec.Meta(ge=5, le=120)] = 30


class WebSection(_Section, frozen=True, kw_only=True):
    """Pages, API and metrics. `secure_cookie` belongs behind a TLS proxy."""

    host: str = "127.0.0.1"
    port: Port = 8090
    threads: Annotated[int, msgspec.Meta(ge=1, le=256)] = 8
    secure_cookie: bool = False
    metrics_open_to: tuple[str, ...] = ("127.0.0.0/8", "::1/128")


class ProvisioningSection(_Section, frozen=True, kw_only=True):
    """The folder of the certificate authority, and the broker's, if it runs on this machine.

    With `broker`, enrolling and revoking write its access rules and CRL from the registry.
    """

    dir: str
    broker: str = ""


class IngestSection(_Section, frozen=True, kw_only=True):
    """How much one transaction takes in, and how many batches may be under way in all."""

    group_batches: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 64
    outstanding_batches: Positive = 400
    keep_poison: Positive = 200


class SecretSection(_Section, frozen=True, kw_only=True):
    """What a probe logs in with: a password in a file of its own, a client certificate, or both."""

    password_file: str = ""
    cert: str = ""
    key: str = ""


class ProbingSection(_Section, frozen=True, kw_only=True):
    """The hub as a vantage: what it probes is in the database, here is what stays out of it."""

    secrets: dict[str, SecretSection] = msgspec.field(default_factory=dict)


class NoticesSection(_Section, frozen=True, kw_only=True):
    """Under whose name interruption notices and minutes go out."""

    authority: str = ""
    unit: str = "Trung tâm Phục vụ hành chính công"
    place: str = ""
    contact: str = ""
    signer_title: str = "NGƯỜI CÓ THẨM QUYỀN"
    mark: str = "TB"


class HubConfig(_Section, frozen=True, kw_only=True):
    """The whole file. Relative paths are relative to it (`load` makes them absolute).

    An empty `database_url` means SQLite in `state_dir/hub.sqlite3`.
    """

    state_dir: str
    database_url: str = ""
    mqtt: MqttSection | None = None
    web: WebSection = msgspec.field(default_factory=WebSection)
    ingest: IngestSection = msgspec.field(default_factory=IngestSection)
    probing: ProbingSection = msgspec.field(default_factory=ProbingSection)
    notices: NoticesSection = msgspec.field(default_factory=NoticesSection)
    sending: SendingSection = msgspec.field(default_factory=SendingSection)
    provisioning: ProvisioningSection | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def url(self) -> str:
        """The database's URL, the default filled in."""
        return self.database_url or f"sqlite:///{Path(self.state_dir) / 'hub.sqlite3'}"


def _read(path: Path) -> HubConfig:
    try:
        return msgspec.toml.decode(path.read_text(encoding="utf-8"), type=HubConfig)
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read: {error}; check the path given with --config"
        raise ConfigError(msg) from error
    except (msgspec.MsgspecError, ValueError) as error:
        msg = f"{path}: {error}; docs/configuration.md lists every key"
        raise ConfigError(msg) from error


def _check_mqtt(path: Path, mqtt: MqttSection) -> None:
    given = [name for name in ("ca", "cert", "key") if msgspec.structs.asdict(mqtt)[name]]
    if given and len(given) != len(("ca", "cert", "key")):
        msg = f"{path}: `$.mqtt` has only {', '.join(given)}; give ca, cert and key, or none"
        raise ConfigError(msg)


def _absolute(base: Path, config: HubConfig) -> HubConfig:
    def full(name: str) -> str:
        return str((base / name).resolve()) if name else name

    mqtt, provisioning = config.mqtt, config.provisioning
    if mqtt is not None:
        mqtt = msgspec.structs.replace(
            mqtt, ca=full(mqtt.ca), cert=full(mqtt.cert), key=full(mqtt.key)
        )
    if provisioning is not None:
        provisioning = msgspec.structs.replace(
            provisioning, dir=full(provisioning.dir), broker=full(provisioning.broker)
        )
    secrets = {
        name: SecretSection(
            password_file=full(each.password_file), cert=full(each.cert), key=full(each.key)
        )
        for name, each in config.probing.secrets.items()
    }
    return msgspec.structs.replace(
        config,
        state_dir=full(config.state_dir),
        mqtt=mqtt,
        provisioning=provisioning,
        sending=absolute(config.sending, full),
        probing=ProbingSection(secrets=secrets),
    )


def load(path: Path) -> HubConfig:
    """Read the hub's file; raise ConfigError on the first fault."""
    config = _read(path)
    if config.mqtt is not None:
        _check_mqtt(path, config.mqtt)
    return _absolute(path.resolve().parent, config)
