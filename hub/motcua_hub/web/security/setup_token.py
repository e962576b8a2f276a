"""The one-time token of the first run: whoever can read the hub's state directory is its owner."""

import hmac
import logging
import os
import secrets
from pathlib import Path
from typing import Final

FILE_NAME: Final = "setup-token"
_MODE: Final = 0o600
_log = logging.getLogger(__name__)


def token_path(state_dir: Path) -> Path:
    """Where the token lies until the first account exists."""
    return state_dir / FILE_NAME


def ensure_setup_token(state_dir: Path) -> str:
    """Return the setup token, made and logged (its place, not its text) if there is none yet."""
    path = token_path(state_dir)
    known = read_setup_token(state_dir)
    if known is not None:
        return known
    state_dir.mkdir(parents=True, exist_ok=True)
    token = secrets.token_urlsafe(18)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, _MODE)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        os.fchmod(file.fileno(), _MODE)
        file.write(token + "\n")
    _log.warning("no account yet: open /setup with the one-time token in %s", path)
    return token


def read_setup_token(state_dir: Path) -> str | None:
    """The token that is valid now; None when there is none."""
    try:
        text = token_path(state_dir).read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return text or None


def setup_token_fits(state_dir: Path, given: str) -> bool:
    """Whether `given` is the token of this hub's first run."""
    known = read_setup_token(state_dir)
    return known is not None and hmac.compare_digest(known.encode(), given.strip().encode())


def discard_setup_token(state_dir: Path) -> None:
    """End the first run: the token opens nothing any more."""
    token_path(state_dir).unlink(missing_ok=True)
