"""Access to Zalo: a token for a day, made with a refresh token that is good once.

The newest refresh token is kept in a file (mode 0600) before the old one is forgotten. A file that
was lost, or made for another first token, is replaced by the one of the configuration.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import msgspec

from motcua_hub.config_sending import ZaloSection
from motcua_hub.sending.channels.http import Http, expect
from motcua_hub.sending.channels.port import FailedError, UncertainError

_FORM: Final = "application/x-www-form-urlencoded"
_EARLY_MS: Final = 300_000
_DEFAULT_S: Final = 3_600


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The file. `first` tells from which configured token it descends, without telling it."""

    first: str
    refresh: str
    access: str = ""
    until_ms: int = 0


class _Granted(msgspec.Struct, frozen=True):
    access_token: str
    refresh_token: str
    expires_in: int | str = _DEFAULT_S


class Tokens:
    """Gives a token that holds, and makes the next one when it must."""

    def __init__(
        self, config: ZaloSection, file: Path, http: Http, now_ms: Callable[[], int]
    ) -> None:
        self._config = config
        self._file = file
        self._http = http
        self._now_ms = now_ms
        self._kept = self._read()

    def access(self) -> str:
        """A token that holds for some minutes at least. Raises SendError."""
        if not self._kept.access or self._now_ms() >= self._kept.until_ms - _EARLY_MS:
            self._refresh()
        return self._kept.access

    def renew(self) -> str:
        """Zalo does not want the token we have: another one. Raises SendError."""
        self._refresh()
        return self._kept.access

    def _refresh(self) -> None:
        asked = {
            "refresh_token": self._kept.refresh,
            "app_id": self._config.app_id,
            "grant_type": "refresh_token",
        }
        headers = {"Content-Type": _FORM, "secret_key": self._config.secret_key}
        url = f"{self._config.oauth}/v4/oa/access_token"
        try:
            reply = self._http.post(url, urlencode(asked).encode(), headers)
            expect(reply)
        except UncertainError as error:
            # of the message nothing was handed over
            raise FailedError(f"Zalo gives no token: {error}") from error
        try:
            granted = msgspec.json.decode(reply.body, type=_Granted)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise FailedError("Zalo gives no token: is the refresh token still good?") from error
        self._keep(granted)

    def _keep(self, granted: _Granted) -> None:
        seconds = str(granted.expires_in)
        lasts = int(seconds) if seconds.isdecimal() else _DEFAULT_S
        self._kept = _Kept(
            first=self._first(),
            refresh=granted.refresh_token,
            access=granted.access_token,
            until_ms=self._now_ms() + lasts * 1000,
        )
        beside = self._file.with_suffix(".new")
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(msgspec.json.encode(self._kept))
            out.flush()
            os.fsync(out.fileno())
        beside.replace(self._file)

    def _read(self) -> _Kept:
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            kept = msgspec.json.decode(self._file.read_bytes(), type=_Kept)
            if kept.first == self._first():
                return kept
        return _Kept(first=self._first(), refresh=self._config.refresh_token)

    def _first(self) -> str:
        return hashlib.sha256(self._config.refresh_token.encode()).hexdigest()[:16]
