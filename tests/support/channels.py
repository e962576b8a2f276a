"""Every channel against a server of its kind, so that one suite runs on all of them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from motcua_hub.config_sending import (
    EmailSection,
    SmsSection,
    TelegramSection,
    WebhookSection,
    ZaloSection,
    ZaloTemplate,
)
from motcua_hub.sending.channels import Channel, Outgoing
from motcua_hub.sending.channels.email import Email, FakeMailServer
from motcua_hub.sending.channels.fakes import Mood
from motcua_hub.sending.channels.http import Http
from motcua_hub.sending.channels.sms import FakeGateway, Sms
from motcua_hub.sending.channels.telegram import FakeBotApi, Telegram
from motcua_hub.sending.channels.webhook import FakeReceiver, Webhook
from motcua_hub.sending.channels.zalo import FakeZalo, Tokens, Zalo

PATIENCE_S = 0.6
SECRETS = ("bot-secret-token", "zalo-app-secret", "hook-secret-of-16", "first-refresh-token")
NAMES = ("email", "sms", "telegram", "webhook", "zalo")


class Server(Protocol):
    mood: Mood

    def close(self) -> None: ...


@dataclass
class Line:
    """A channel, the server at its other end, an address, and how much the server took."""

    channel: Channel
    server: Server
    address: str
    taken: Callable[[], int]
    knows_keys: bool
    """Whether the receiving side knows a message again."""


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def message(line: Line, key: str = "incident:7:problem:1.0.1", **changes: object) -> Outgoing:
    said = {
        "key": key,
        "address": line.address,
        "subject": "[MotCua] Na Son: máy chủ ngừng hoạt động",
        "body": "Điểm: Na Son\nSự cố: máy chủ ngừng hoạt động\n",
        "kind": "problem",
        "data": {"site": "Na Son", "code": "SC-7"},
    }
    return Outgoing(**{**said, **changes})


def line_of(name: str, folder: Path) -> Line:
    return {
        "email": _email,
        "sms": _sms,
        "telegram": _telegram,
        "webhook": _webhook,
        "zalo": _zalo,
    }[name](folder)


def _email(_folder: Path) -> Line:
    server = FakeMailServer()
    config = EmailSection(
        host="127.0.0.1",
        port=server.port,
        security="none",
        sender="hub@example.vn",
        timeout_s=PATIENCE_S,
    )
    channel = Email(config, now_ms)
    ids = lambda: len({letter.header("Message-ID") for letter in server.letters})  # noqa: E731
    return Line(channel, server, "to@example.vn", ids, knows_keys=True)


def _sms(_folder: Path) -> Line:
    server = FakeGateway()
    config = SmsSection(
        url=server.url,
        ok_field="status",
        ok_values=("ok",),
        refused_values=("invalid_number",),
        receipt_field="data.id",
        timeout_s=PATIENCE_S,
    )
    return Line(Sms(config), server, "0905 111 222", lambda: len(server.taken), knows_keys=True)


def _telegram(_folder: Path) -> Line:
    server = FakeBotApi(SECRETS[0])
    config = TelegramSection(token=SECRETS[0], api=server.url, timeout_s=PATIENCE_S)
    return Line(Telegram(config), server, "-1001", lambda: len(server.taken), knows_keys=False)


def _webhook(_folder: Path) -> Line:
    server = FakeReceiver(SECRETS[2], time.time)
    channel = Webhook(WebhookSection(secret=SECRETS[2], timeout_s=PATIENCE_S), now_ms)
    address = f"{server.url}/hook?room=1"
    return Line(channel, server, address, lambda: len(server.taken), knows_keys=True)


def _zalo(folder: Path) -> Line:
    server = FakeZalo(SECRETS[3], SECRETS[1])
    template = ZaloTemplate(id="12345", values={"diem": "site", "ma": "code", "han": "due"})
    config = ZaloSection(
        app_id="1",
        secret_key=SECRETS[1],
        refresh_token=SECRETS[3],
        templates={"default": template},
        api=server.url,
        oauth=server.url,
        timeout_s=PATIENCE_S,
    )
    http = Http(PATIENCE_S)
    tokens = Tokens(config, folder / "zalo.json", http, now_ms)
    tokens.access()
    channel = Zalo(config, tokens, http)
    return Line(channel, server, "+84 905 111 222", lambda: len(server.taken), knows_keys=True)
