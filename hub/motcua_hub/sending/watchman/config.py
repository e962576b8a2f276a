"""The watchman's own configuration file. TOML; unknown keys are refused with their path."""

from pathlib import Path
from typing import Annotated

import msgspec

from motcua_hub.config_sending import Channels, absolute


class WatchmanConfigError(ValueError):
    """A file that cannot be used: which, where in it, and what to do."""


class Watched(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A hub: the name it signs with, the secret it shares with us, and how people call it."""

    name: str
    secret: Annotated[str, msgspec.Meta(min_length=16)]
    title: str = ""
    silent_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)] = 120

    @property
    def label(self) -> str:
        """How people call it."""
        return self.title or self.name


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody to tell."""

    channel: str
    address: str
    name: str = ""


class WatchmanConfig(Channels, frozen=True, kw_only=True):
    """The whole file; the sections of channels are those of the hub."""

    state_dir: str
    host: str = "0.0.0.0"  # noqa: S104 - it waits for signs of life from another machine
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 8095
    hubs: Annotated[tuple[Watched, ...], msgspec.Meta(min_length=1)]
    tell: Annotated[tuple[Told, ...], msgspec.Meta(min_length=1)]


def load(path: Path) -> WatchmanConfig:
    """Read the file; raise WatchmanConfigError on the first fault."""
    try:
        config = msgspec.toml.decode(path.read_text(encoding="utf-8"), type=WatchmanConfig)
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        msg = f"{path}: {error}; docs/configuration.md lists every key"
        raise WatchmanConfigError(msg) from error
    held = msgspec.structs.asdict(config)
    missing = sorted({one.channel for one in config.tell if held.get(one.channel) is None})
    if missing:
        msg = f"{path}: `$.tell` wants {', '.join(missing)}, and there is no such section"
        raise WatchmanConfigError(msg)
    base = path.resolve().parent

    def full(name: str) -> str:
        return str((base / name).resolve()) if name else name

    config = msgspec.structs.replace(config, state_dir=full(config.state_dir))
    return absolute(config, full)
