"""A mail server for tests and demonstrations."""

import contextlib
import socketserver
import threading
from typing import Final

import msgspec

from motcua_hub.sending.channels.fakes import Mood

_TRICKLE_S: Final = 0.05


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter as it came."""

    sender: str
    to: str
    text: str

    def header(self, name: str) -> str:
        """The value of a header that stands on one line; empty when there is none."""
        for line in self.text.splitlines():
            if line.lower().startswith(f"{name.lower()}:"):
                return line.partition(":")[2].strip()
        return ""


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


class FakeMailServer:
    """SMTP on loopback, in the clear. It can neither encrypt nor check a login, nor deliver."""

    def __init__(self) -> None:
        self.mood = Mood.WELL
        self.letters: list[Letter] = []
        self._ending = threading.Event()
        fake = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    fake._talk(self)

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """End."""
        self._ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _talk(self, client: socketserver.StreamRequestHandler) -> None:
        if not self._greet(client):
            return
        sender = to = ""
        while line := client.rfile.readline(4096).decode("utf-8", "replace").strip():
            word = line.upper()
            if word.startswith("MAIL"):
                sender = _angled(line)
            if word.startswith("RCPT"):
                to = _angled(line)
            if word == "DATA":
                client.wfile.write(b"354 go on\r\n")
                self._take(client, sender, to)
                continue
            if word == "QUIT":
                client.wfile.write(b"221 bye\r\n")
                return
            client.wfile.write(self._answer(word))

    def _greet(self, client: socketserver.StreamRequestHandler) -> bool:
        match self.mood:
            case Mood.HANGS_UP:
                return False
            case Mood.SILENT:
                self._ending.wait(30)
                return False
            case Mood.TRICKLES:
                while not self._ending.wait(_TRICKLE_S):
                    client.wfile.write(b"2")
                return False
            case Mood.GARBLED:
                client.wfile.write(b"\xff\xfe what do you want\r\n")
                return False
            case _:
                client.wfile.write(b"220 fake\r\n")
                return True

    def _answer(self, word: str) -> bytes:
        if word.startswith("RCPT") and self.mood is Mood.REFUSES:
            return b"550 no such mailbox\r\n"
        if word.startswith("RCPT") and self.mood is Mood.BROKEN:
            return b"451 later\r\n"
        return b"250 ok\r\n"

    def _take(self, client: socketserver.StreamRequestHandler, sender: str, to: str) -> None:
        lines = []
        while (line := client.rfile.readline(65_536)) not in (b".\r\n", b""):
            lines.append(line)
        text = b"".join(lines).decode("utf-8", "replace")
        self.letters.append(Letter(sender=sender, to=to, text=text))
        client.wfile.write(b"250 taken\r\n")


def _angled(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
