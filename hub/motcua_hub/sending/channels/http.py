"""One HTTP request with an end: for gateways, bots and other people's programs."""

import http.client
import re
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import msgspec

from motcua_hub.sending.channels.deadline import limited
from motcua_hub.sending.channels.port import FailedError, RefusedError, UncertainError

MOST_BYTES: Final = 65_536
_OK: Final = range(200, 300)
_LATER: Final = frozenset({401, 403, 407, 408, 409, 423, 425, 429})
"""Answers that are about us or about now, not about the message."""
_PERHAPS: Final = frozenset({502, 504})
_SERVER: Final = 500
_HTTPS: Final = "https"
_URL: Final = re.compile(r"[!-~]+")
"""What may stand in a request line: no spaces, nothing beyond ASCII."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer."""

    status: int
    body: bytes
    retry_after_s: float | None = None

    def json(self) -> object:
        """The body as JSON; None when it is none."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None


class Http:
    """Posts to servers whose certificates `ca` (or the system) vouches for.

    Args:
        timeout_s: For the whole exchange.
        ca: Path of a certificate; empty: those of the system.
    """

    def __init__(self, timeout_s: float, ca: str = "") -> None:
        self._timeout_s = timeout_s
        self._tls = ssl.create_default_context(cafile=ca or None)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send and read the answer, whatever its status.

        Raises:
            FailedError: Nothing was handed over.
            UncertainError: It was, and no whole answer came.
        """
        connection, path = self._connection(url)
        with limited(lambda: connection.sock, self._timeout_s) as over:
            try:
                connection.connect()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                raise FailedError(f"cannot connect: {_said(error, over.is_set())}") from error
            try:
                connection.request("POST", path, body, dict(headers))
                reply = _reply(connection.getresponse())
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise UncertainError(f"no answer: {_said(error, over.is_set())}") from error
            finally:
                connection.close()
        if over.is_set():
            # the end that we made ourselves looks like the end of an answer
            raise UncertainError("no answer: time is over")
        return reply

    def _connection(self, url: str) -> tuple[http.client.HTTPConnection, str]:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise RefusedError("not a URL") from error
        if parts.scheme not in ("http", _HTTPS) or not host or not _URL.fullmatch(url):
            raise RefusedError("not an http(s) URL")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if parts.scheme == _HTTPS:
            secure = http.client.HTTPSConnection(
                host, port, timeout=self._timeout_s, context=self._tls
            )
            return secure, path
        return http.client.HTTPConnection(host, port, timeout=self._timeout_s), path


def _said(error: Exception, over: bool) -> str:
    """What went wrong, without the URL: tokens stand in some."""
    if over or isinstance(error, TimeoutError):
        return "time is over"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return type(error).__name__


def _reply(answer: http.client.HTTPResponse) -> Reply:
    body = answer.read(MOST_BYTES)
    after = answer.headers.get("Retry-After", "")
    seconds = float(after) if after.isdecimal() else None
    return Reply(status=answer.status, body=body, retry_after_s=seconds)


def expect(reply: Reply, why: str = "") -> None:
    """Nothing for a 2xx; otherwise the failure that the status means."""
    if reply.status in _OK:
        return
    said = f"HTTP {reply.status}" + (f": {why}" if why else "")
    if reply.status in _PERHAPS:
        raise UncertainError(said)
    if reply.status in _LATER or reply.status >= _SERVER:
        raise FailedError(said, reply.retry_after_s)
    raise RefusedError(said)
