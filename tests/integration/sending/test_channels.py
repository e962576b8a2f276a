"""One suite for all channels: the real channel, against a server that can fail in every way."""

import json
import socket
import ssl
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from motcua_hub.config_sending import EmailSection, SmsSection
from motcua_hub.sending.channels import (
    FailedError,
    RefusedError,
    SendError,
    UncertainError,
)
from motcua_hub.sending.channels.email import Email
from motcua_hub.sending.channels.fakes import FakeHttpServer, Mood
from motcua_hub.sending.channels.http import Http, expect
from motcua_hub.sending.channels.phones import national
from motcua_hub.sending.channels.sms import FakeGateway, Sms
from motcua_hub.sending.channels.webhook.signing import SIGNATURE, TIMESTAMP, sign, verify
from motcua_hub.sending.channels.zalo import FakeZalo
from support.channels import NAMES, PATIENCE_S, SECRETS, Line, line_of, message, now_ms
from support.tree import ROOT


@pytest.fixture(params=NAMES)
def line(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Line]:
    made = line_of(request.param, tmp_path)
    yield made
    made.server.close()


def test_a_message_is_taken_and_has_the_receivers_name(line: Line):
    receipt = line.channel.send(message(line))
    assert line.taken() == 1
    assert receipt or line.channel.name == "webhook"


def test_the_same_key_sent_again_can_be_known_for_the_same_message(line: Line):
    line.channel.send(message(line))
    line.channel.send(message(line))
    line.channel.send(message(line, key="incident:8:problem:1.0.1"))
    assert line.taken() == (2 if line.knows_keys else 3)


def test_what_the_server_will_never_take_is_refused(line: Line):
    line.server.mood = Mood.REFUSES
    with pytest.raises(RefusedError):
        line.channel.send(message(line))


def test_a_server_in_trouble_is_asked_again_later(line: Line):
    line.server.mood = Mood.BROKEN
    with pytest.raises(FailedError):
        line.channel.send(message(line))


@pytest.mark.parametrize("mood", [Mood.SILENT, Mood.TRICKLES])
def test_a_server_that_does_not_come_to_the_point_is_left_in_time(line: Line, mood: Mood):
    line.server.mood = mood
    began = time.monotonic()
    with pytest.raises((FailedError, UncertainError)):
        line.channel.send(message(line))
    assert time.monotonic() - began < 3 * PATIENCE_S + 1


@pytest.mark.parametrize("mood", [Mood.GARBLED, Mood.HANGS_UP])
def test_an_answer_that_nobody_understands_is_no_yes(line: Line, mood: Mood):
    if line.channel.name == "webhook" and mood is Mood.GARBLED:
        pytest.skip("a receiver of webhooks says yes with a status, whatever the text")
    line.server.mood = mood
    with pytest.raises((FailedError, UncertainError)):
        line.channel.send(message(line))


def test_nobody_there_is_a_definite_no(line: Line):
    line.server.close()
    with pytest.raises(FailedError):
        line.channel.send(message(line))


@pytest.mark.parametrize("mood", [Mood.REFUSES, Mood.BROKEN, Mood.SILENT, Mood.GARBLED])
def test_no_failure_tells_a_secret(line: Line, mood: Mood):
    line.server.mood = mood
    try:
        line.channel.send(message(line))
    except SendError as error:
        seen = repr(error) + repr(error.__cause__)
        assert not [secret for secret in SECRETS if secret in seen]


@pytest.mark.parametrize(
    "address", ["", "không phải", "ftp://x", "http://[bad", "a@b@c\r\nBcc: x@y"]
)
def test_an_address_that_is_none_is_refused_before_anything_is_sent(line: Line, address: str):
    if line.channel.name == "telegram":
        pytest.skip("a chat id may be any text; the API judges it")
    with pytest.raises(RefusedError):
        line.channel.send(message(line, address=address))
    assert line.taken() == 0


# -- what is special -----------------------------------------------------------------------------


class Mailbox:
    """aiosmtpd's handler: keeps what comes."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 taken"


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert,
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


@pytest.fixture
def post_office(certificate: tuple[Path, Path]) -> Iterator[tuple[Controller, Mailbox]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    mailbox = Mailbox()

    def check(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, said: object):
        good = isinstance(said, LoginPassword) and said.password == b"mail-secret"
        return AuthResult(success=good, handled=False)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=port, tls_context=context,
        require_starttls=True, authenticator=check, auth_required=True, server_hostname="localhost",
    )  # fmt: skip
    controller.start()
    yield controller, mailbox
    controller.stop()


def mail_section(controller: Controller, ca: Path, password: str) -> EmailSection:
    return EmailSection(
        host="localhost",
        port=controller.port,
        user="hub",
        password=password,
        sender="hub@example.vn",
        ca=str(ca),
        timeout_s=5,
    )


def test_mail_goes_encrypted_and_logged_in_to_a_server_not_of_ours(
    post_office: tuple[Controller, Mailbox], certificate: tuple[Path, Path], tmp_path: Path
):
    controller, mailbox = post_office
    channel = Email(mail_section(controller, certificate[0], "mail-secret"), now_ms)
    line = line_of("email", tmp_path)
    channel.send(message(line))
    channel.send(message(line))
    line.server.close()
    texts = [bytes(one.content or b"").decode() for one in mailbox.envelopes]
    ids = {row for text in texts for row in text.splitlines() if row.startswith("Message-ID")}
    assert len(texts) == 2
    assert len(ids) == 1, "a letter sent twice has one Message-ID"
    assert "Auto-Submitted: auto-generated" in texts[0]


def test_a_wrong_password_is_our_fault_and_not_the_letters(
    post_office: tuple[Controller, Mailbox], certificate: tuple[Path, Path], tmp_path: Path
):
    controller, _ = post_office
    channel = Email(mail_section(controller, certificate[0], "wrong-secret"), now_ms)
    line = line_of("email", tmp_path)
    line.server.close()
    with pytest.raises(FailedError, match="login") as told:
        channel.send(message(line))
    assert "wrong-secret" not in repr(told.value)


def test_a_mail_server_with_a_strangers_certificate_gets_nothing(
    post_office: tuple[Controller, Mailbox], tmp_path: Path
):
    controller, mailbox = post_office
    section = mail_section(controller, tmp_path, "mail-secret")
    channel = Email(
        EmailSection(
            host="localhost", port=controller.port, user="hub", password=section.password,
            sender=section.sender, timeout_s=5,
        ),
        now_ms,
    )  # fmt: skip
    line = line_of("email", tmp_path)
    line.server.close()
    with pytest.raises(FailedError):
        channel.send(message(line))
    assert not mailbox.envelopes


def test_a_gateway_of_another_kind_is_a_matter_of_configuration():
    seen: list[bytes] = []
    server = FakeHttpServer(lambda request: (seen.append(request.body), (200, b"OK"))[1])
    config = SmsSection(
        url=f"{server.url}/send",
        encoding="form",
        fields={"dest": "{to}", "msg": "{text}", "user": "tỉnh", "note": "{no place}"},
        headers={"X-Request": "{key}"},
        numbers="0",
        timeout_s=2,
    )
    try:
        line = Line(Sms(config), server, "+84905111222", lambda: len(seen), knows_keys=False)
        line.channel.send(message(line, body="mất điện {to}"))
    finally:
        server.close()
    assert b"dest=0905111222" in seen[0]
    assert b"%7Bto%7D" in seen[0], "what people wrote is not filled in"
    assert server.requests[0].headers["x-request"] == message(line).key


def test_telegram_says_when_it_wants_to_be_asked_again(tmp_path: Path):
    line = line_of("telegram", tmp_path)
    body = b'{"ok": false, "error_code": 429, "parameters": {"retry_after": 7}}'
    line.server._refusal = (429, body)
    line.server.mood = Mood.REFUSES
    with pytest.raises(FailedError) as told:
        line.channel.send(message(line))
    line.server.close()
    assert told.value.after_s == 7


def test_zalo_gets_a_new_token_when_the_old_one_does_not_hold_and_keeps_it(tmp_path: Path):
    line = line_of("zalo", tmp_path)
    assert isinstance(line.server, FakeZalo)
    line.channel.send(message(line))
    line.server.forget_tokens()
    line.channel.send(message(line, key="other"))
    assert line.taken() == 2
    file = tmp_path / "zalo.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["refresh"] == "refresh-3"
    said = next(iter(line.server.taken.values()))
    assert said["template_data"] == {"diem": "Na Son", "ma": "SC-7", "han": "–"}
    assert said["phone"] == "84905111222"
    line.server.close()


def test_zalo_after_a_restart_goes_on_with_the_token_it_kept(tmp_path: Path):
    line = line_of("zalo", tmp_path)
    other = type(line.channel._tokens)(
        line.channel._config, tmp_path / "zalo.json", line.channel._http, now_ms
    )
    assert other.access() == line.channel._tokens.access()
    assert other.renew() == "access-2", "the refresh token of the configuration was used up"
    line.server.close()


def test_a_signature_is_good_for_its_body_its_secret_and_five_minutes():
    body, at = b'{"key": "x"}', "1772416800"
    good = sign("secret", at, body)
    assert verify("secret", at, body, good, 1772416800 + 299)
    assert not verify("secret", at, body, good, 1772416800 + 301)
    assert not verify("other", at, body, good, 1772416800)
    assert not verify("secret", at, body + b" ", good, 1772416800)
    assert not verify("secret", "1772416801", body, good, 1772416800)
    assert not verify("secret", "²", body, good, 1772416800)
    assert not verify("secret", at, body, "v1=không", 1772416800)


def test_a_webhook_carries_what_its_receiver_needs_to_check_it(tmp_path: Path):
    line = line_of("webhook", tmp_path)
    line.channel.send(message(line))
    request = line.server.requests[0]
    line.server.close()
    assert request.path == "/hook?room=1"
    assert {TIMESTAMP.lower(), SIGNATURE.lower(), "idempotency-key"} <= set(request.headers)
    said = json.loads(request.body)
    assert said["kind"] == "problem"
    assert said["data"]["site"] == "Na Son"


def test_a_receiver_that_checks_as_the_documents_say_knows_ours_from_others(tmp_path: Path):
    line = line_of("webhook", tmp_path)
    line.channel.send(message(line))
    request = line.server.requests[0]
    line.server.close()
    text = (ROOT / "docs" / "telling.md").read_text()
    names: dict[str, object] = {}
    exec(text.split("```python")[1].split("```")[0], names)  # noqa: S102 - our own document
    headers = {name.title(): value for name, value in request.headers.items()}
    assert names["genuine"](SECRETS[2], headers, request.body)
    assert not names["genuine"](SECRETS[2], headers, request.body + b" ")
    assert not names["genuine"]("another", headers, request.body)


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("0905 111 222", "905111222"),
        ("+84905111222", "905111222"),
        ("84.905.111.222", "905111222"),
        ("0643.511935", "643511935"),
        ("905111222", None),
        ("0905", None),
        ("+1 555 0100", None),
    ],
)
def test_telephone_numbers_as_people_write_them(written: str, digits: str | None):
    assert national(written) == digits


@pytest.mark.parametrize(
    ("status", "error"),
    [(302, RefusedError), (404, RefusedError), (401, FailedError), (429, FailedError),
     (500, FailedError), (502, UncertainError), (504, UncertainError)],
)  # fmt: skip
def test_a_status_says_whether_it_helps_to_come_again(status: int, error: type[SendError]):
    server = FakeHttpServer(lambda _request: (status, b""))
    try:
        with pytest.raises(error):
            expect(Http(2).post(server.url, b"", {}))
    finally:
        server.close()


def test_the_fake_gateway_says_what_it_cannot_do():
    assert "cannot" in (FakeGateway.__doc__ or "")
