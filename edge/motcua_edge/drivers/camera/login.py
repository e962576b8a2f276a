"""A camera's address with its login, which lives in a file of its own."""

from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec

from motcua_edge.drivers.camera.port import CameraDriverError, Settings


def signed_in(settings: Settings) -> Settings:
    """The settings with the login file's user and password in the source.

    The file is read anew each time, so that a restarted driver takes a changed password.

    Raises:
        CameraDriverError: The file cannot be read, or is not one line of `user:password`.
    """
    if not settings.login_file:
        return settings
    user, password = _read(Path(settings.login_file))
    parts = urlsplit(settings.source)
    netloc = f"{quote(user, safe='')}:{quote(password, safe='')}@{parts.netloc}"
    source = urlunsplit(parts._replace(netloc=netloc))
    return msgspec.structs.replace(settings, source=source, login_file="")


def _read(path: Path) -> tuple[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"login_file {path.name} cannot be read ({type(error).__name__})"
        raise CameraDriverError(msg) from error
    user, colon, password = lines[0].partition(":") if lines else ("", "", "")
    if not user or not colon or len(lines) != 1:
        msg = f"login_file {path.name} must be one line, user:password"
        raise CameraDriverError(msg)
    return user, password
