"""What this machine and program call themselves."""

import os
import secrets
from importlib.metadata import version
from pathlib import Path

_SERIAL = Path("/sys/firmware/devicetree/base/serial-number")
_MODEL = Path("/sys/firmware/devicetree/base/model")
_SECRET_BYTES = 32


def software_version() -> str:
    """The version of the installed agent."""
    return version("motcua-edge")


def _firmware_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip("\0 \n")
    except OSError:
        return ""


def hardware_serial() -> str:
    """The board's serial number; on other machines the machine id."""
    machine_id = _firmware_text(Path("/etc/machine-id"))
    return _firmware_text(_SERIAL) or machine_id or "unknown-hardware"


def hardware_model() -> str:
    """The board's model, empty where there is none to read."""
    return _firmware_text(_MODEL)


def kept_secret(path: Path) -> bytes:
    """The secret in `path`, made (0600, fsynced) when absent; 32 bytes."""
    try:
        kept = path.read_bytes()
    except FileNotFoundError:
        return _new_secret(path)
    return kept if len(kept) == _SECRET_BYTES else _new_secret(path)


def _new_secret(path: Path) -> bytes:
    fresh = secrets.token_bytes(_SECRET_BYTES)
    partial = path.with_name(path.name + ".new")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(fresh)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    return fresh
