"""E-mail through a server of one's own (SMTP, STARTTLS or TLS, with a login).

SMTP has no key by which a server knows a message again. The Message-ID is made of our key, so that
mailboxes and people can: many show two copies of one Message-ID as one.
"""

import hashlib
import re
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate
from typing import Final

from motcua_hub.config_sending import EmailSection
from motcua_hub.sending.channels.deadline import limited
from motcua_hub.sending.channels.port import (
    FailedError,
    Outgoing,
    RefusedError,
    UncertainError,
)

_REFUSED: Final = 500
_ADDRESS: Final = re.compile(r"[!#$%&'*+./0-9=?A-Z^_`a-z{|}~-]+@[0-9A-Za-z.-]+")
_TAKEN: Final = 250


class Email:
    """The real channel: one connection for each message."""

    name = "email"

    def __init__(self, config: EmailSection, now_ms: Callable[[], int]) -> None:
        self._config = config
        self._now_ms = now_ms
        self._tls = ssl.create_default_context(cafile=config.ca or None)

    def send(self, message: Outgoing) -> str:
        """See `Channel.send`; returns the Message-ID."""
        letter = self._letter(message)
        server = self._server()
        with limited(lambda: server.sock, self._config.timeout_s):
            try:
                self._hand_over(server, message.address, letter)
            finally:
                server.close()
        return str(letter["Message-ID"])

    def _server(self) -> smtplib.SMTP:
        timeout = self._config.timeout_s
        if self._config.security == "tls":
            return smtplib.SMTP_SSL(timeout=timeout, context=self._tls)
        return smtplib.SMTP(timeout=timeout)

    def _letter(self, message: Outgoing) -> EmailMessage:
        if not _ADDRESS.fullmatch(message.address):
            raise RefusedError("not an e-mail address")
        domain = self._config.sender.partition("@")[2]
        letter = EmailMessage()
        letter["To"] = message.address
        letter["From"] = self._config.sender
        letter["Subject"] = " ".join(message.subject.split())
        letter["Message-ID"] = f"<{hashlib.sha256(message.key.encode()).hexdigest()[:32]}@{domain}>"
        letter["Date"] = formatdate(self._now_ms() / 1000)
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.body)
        return letter

    def _hand_over(self, server: smtplib.SMTP, address: str, letter: EmailMessage) -> None:
        try:
            self._open(server)
            self._address(server, address)
        except smtplib.SMTPAuthenticationError as error:
            raise FailedError(f"the mail server refuses our login: {error.smtp_code}") from error
        except smtplib.SMTPResponseException as error:
            raise FailedError(f"the mail server says {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise FailedError(
                f"no connection to the mail server: {type(error).__name__}"
            ) from error
        try:
            code, _ = server.data(letter.as_bytes())
        except smtplib.SMTPDataError as error:
            _judge(error.smtp_code, "the letter")
            raise FailedError(f"the mail server says {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            why = f"no answer from the mail server: {type(error).__name__}"
            raise UncertainError(why) from error
        _judge(code, "the letter")

    def _open(self, server: smtplib.SMTP) -> None:
        # smtplib names the host in certificates by what it was made with
        server._host = self._config.host  # type: ignore[attr-defined]  # noqa: SLF001
        server.connect(self._config.host, self._config.port)
        server.ehlo_or_helo_if_needed()
        if self._config.security == "starttls":
            server.starttls(context=self._tls)
            server.ehlo_or_helo_if_needed()
        if self._config.user:
            server.login(self._config.user, self._config.password)

    def _address(self, server: smtplib.SMTP, address: str) -> None:
        code, _ = server.mail(self._config.sender)
        _judge(code, "our own address")
        code, _ = server.rcpt(address)
        _judge(code, "the address")


def _judge(code: int, what: str) -> None:
    """Nothing for a yes."""
    if code in (_TAKEN, 251):
        return
    if code >= _REFUSED:
        raise RefusedError(f"the mail server refuses {what}: {code}")
    raise FailedError(f"the mail server does not take {what} now: {code}")
