"""Where the demo's letters and short messages arrive: real SMTP and HTTP, then files to read."""

import json
import threading
from email import message_from_string, policy
from pathlib import Path
from typing import Final

from motcua_hub.sending.channels.email.fake import FakeMailServer, Letter
from motcua_hub.sending.channels.fakes import FakeHttpServer, Request

_EVERY_S: Final = 0.5


class Mailroom:
    """Takes everything the hub sends, and keeps each letter as a text file in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mail = FakeMailServer()
        self.sms = FakeHttpServer(lambda _request: (200, b"{}"))
        self._written = [0, 0]
        self._ending = threading.Event()
        self._clerk = threading.Thread(target=self._work, name="mailroom", daemon=True)

    def start(self) -> None:
        """Begin to write files."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._clerk.start()

    def stop(self) -> None:
        """Close both doors; what came is on file."""
        self._ending.set()
        if self._clerk.is_alive():
            self._clerk.join(5)
        self.mail.close()
        self.sms.close()

    def lines(self, hub_url: str, *, settle_s: float = 2.0) -> list[str]:
        """The hub's configuration for these channels."""
        return [
            "[sending]",
            f'url = "{hub_url}"',
            f"settle_s = {settle_s}",
            "[sending.email]",
            'host = "127.0.0.1"',
            f"port = {self.mail.port}",
            'security = "none"',
            'sender = "motcua@mot-cua.invalid"',
            "[sending.sms]",
            f'url = "{self.sms.url}/send"',
        ]

    def letters(self, to: str = "") -> list[Letter]:
        """Letters so far, those to one address if it is given."""
        return [each for each in list(self.mail.letters) if to in each.to]

    def _work(self) -> None:
        while not self._ending.wait(_EVERY_S):
            self._file()
        self._file()

    def _file(self) -> None:
        for letter in list(self.mail.letters)[self._written[0] :]:
            self._written[0] += 1
            path = self.folder / f"{self._written[0]:04}-mail.txt"
            path.write_text(f"{letter.to}\n{subject(letter)}\n\n{words(letter)}", encoding="utf-8")
        for request in list(self.sms.requests)[self._written[1] :]:
            self._written[1] += 1
            path = self.folder / f"{self._written[1]:04}-sms.txt"
            path.write_text(_said(request), encoding="utf-8")


def subject(letter: Letter) -> str:
    """What a letter is about."""
    return str(message_from_string(letter.text, policy=policy.default)["subject"] or "")


def words(letter: Letter) -> str:
    """What a letter says, as plain text."""
    body = message_from_string(letter.text, policy=policy.default).get_body(("plain",))
    return "" if body is None else str(body.get_content())


def _said(request: Request) -> str:
    try:
        told = json.loads(request.body)
    except ValueError:
        return request.body.decode(errors="replace")
    return f"{told.get('to')}\n\n{told.get('text')}\n"
