"""A server for channels to talk to, which can be told to fail in every way that servers do."""

import contextlib
import socket
import threading
from collections.abc import Callable, Mapping
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import msgspec

_TRICKLE_S: Final = 0.05


class Mood(StrEnum):
    """What the server does with the next requests."""

    WELL = "well"
    REFUSES = "refuses"
    BROKEN = "broken"
    SILENT = "silent"
    TRICKLES = "trickles"
    GARBLED = "garbled"
    HANGS_UP = "hangs_up"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sent."""

    path: str
    headers: Mapping[str, str]
    body: bytes


Answer = Callable[[Request], tuple[int, bytes]]


class FakeHttpServer:
    """Real HTTP on loopback. It cannot do TLS, and it keeps everything it was ever sent.

    Args:
        answer: What it says when all is well.
        refusal: What it says when it refuses.
    """

    def __init__(self, answer: Answer, refusal: tuple[int, bytes] = (400, b"{}")) -> None:
        self.mood = Mood.WELL
        self.requests: list[Request] = []
        self._answer = answer
        self._refusal = refusal
        self._ending = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """End; connections that hang are cut."""
        self._ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(path=self.path, headers=headers, body=self.rfile.read(length))
                fake.requests.append(request)
                with contextlib.suppress(OSError):
                    fake._react(self, request)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        return Handler

    def _react(self, handler: BaseHTTPRequestHandler, request: Request) -> None:
        handler.close_connection = True
        match self.mood:
            case Mood.HANGS_UP:
                handler.connection.shutdown(socket.SHUT_RDWR)
            case Mood.SILENT:
                self._ending.wait(30)
            case Mood.TRICKLES:
                self._trickle(handler)
            case Mood.GARBLED:
                _say(handler, 200, b"<html>\xff\xfe not what you expect")
            case Mood.BROKEN:
                _say(handler, 503, b"")
            case Mood.REFUSES:
                _say(handler, *self._refusal)
            case Mood.WELL:
                _say(handler, *self._answer(request))

    def _trickle(self, handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self._ending.wait(_TRICKLE_S):
            handler.wfile.write(b"a")
            handler.wfile.flush()


def _say(handler: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
