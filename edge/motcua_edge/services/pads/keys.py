"""The keys of pads: one small file each in the agent's state."""

from pathlib import Path
from typing import Final

_FOLDER: Final = "pad-keys"
_BYTES: Final = 32


class KeyFileError(ValueError):
    """There is no key, or it is none; str() says which file and what to do."""


def key_file(state_dir: Path, pad: str) -> Path:
    """Where a pad's key lies."""
    return state_dir / _FOLDER / f"{pad}.key"


def read_key(path: Path) -> bytes:
    """A pad's key; KeyFileError when it cannot be used."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        msg = f"{path}: {error}; make the key with: motcua-edge pads enroll {path.stem}"
        raise KeyFileError(msg) from error
    if len(key) != _BYTES:
        msg = f"{path}: {len(key)} bytes, a key has {_BYTES}; enroll the pad again"
        raise KeyFileError(msg)
    return key
