"""`motcua-edge pads`: keys of pads, and the files of their broker."""

import json
import secrets
import sys
from pathlib import Path
from typing import Final

from motcua_edge.config import ConfigError, Loaded
from motcua_edge.domain.pads import broker
from motcua_edge.domain.pads.frames import broker_password
from motcua_edge.domain.pads.release import MODULUS
from motcua_edge.services.pads.keys import KeyFileError, key_file, read_key

_SECRET: Final = 0o600
_BUTTONS: Final = {
    "pad": ["1", "2", "3"],
    "keypad": ["next", "recall", "start", "finish", "miss", "requeue", "pause", "resume"],
}


def enroll(loaded: Loaded, name: str, *, again: bool) -> int:
    """Make a pad's key and print the settings that go onto the pad."""
    if name not in loaded.agent.pads.units:
        msg = f"{name!r} is not in `pads.units`; add it there first"
        raise ConfigError(msg)
    path = key_file(Path(loaded.agent.state_dir), name)
    if again or not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, secrets.token_hex(32) + "\n")
    sys.stdout.write(json.dumps(_settings(loaded, name, _key(path)), indent=1) + "\n")
    return 0


def _settings(loaded: Loaded, name: str, key: bytes) -> dict[str, object]:
    """config.json of the pad. What depends on the room is for the technician to fill in."""
    settings: dict[str, object] = {
        "pad": name,
        "key": key.hex(),
        "board": "pico_w",
        "buttons": _BUTTONS[name.partition("-")[0]],
        "link": "serial",
        "release": _modulus(loaded.agent.pads.firmware),
    }
    if loaded.agent.pads.broker is not None:
        settings["broker"] = {"host": "", "port": loaded.agent.pads.broker.port}
        settings["wifi"] = {"ssid": "", "password": ""}
    return settings


def _modulus(folder: str) -> str:
    path = Path(folder) / MODULUS
    return path.read_text(encoding="ascii").strip() if folder and path.exists() else ""


def write_broker(loaded: Loaded, out: Path, host: str) -> int:
    """Write mosquitto.conf, passwords and access rules of the pads' broker into `out`."""
    pads = loaded.agent.pads
    if pads.broker is None:
        msg = "`pads.broker` is not set; without it no pad is on Wi-Fi"
        raise ConfigError(msg)
    state = Path(loaded.agent.state_dir)
    users = {name: broker_password(_key(key_file(state, name))) for name in pads.units}
    users[pads.broker.user] = _own_password(Path(pads.broker.password_file))
    out.mkdir(parents=True, exist_ok=True)
    salts = {user: secrets.token_bytes(broker.SALT) for user in users}
    _write(out / "passwords", broker.passwords(users, salts))
    _write(out / "access", broker.access(pads.broker.user))
    folder = str(out.resolve())
    _write(out / "mosquitto.conf", broker.configuration(folder, host, pads.broker.port))
    return 0


def _key(path: Path) -> bytes:
    try:
        return read_key(path)
    except KeyFileError as error:
        raise ConfigError(str(error)) from error


def _own_password(path: Path) -> str:
    """Kept when it is there: a running agent uses it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, secrets.token_hex(16) + "\n")
    return path.read_text(encoding="utf-8").strip()


def _write(path: Path, text: str) -> None:
    """Nobody else may read these, at no moment."""
    path.touch(mode=_SECRET, exist_ok=True)
    path.chmod(_SECRET)
    path.write_text(text, encoding="utf-8")
