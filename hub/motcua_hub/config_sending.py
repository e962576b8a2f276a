"""Sections of the configuration about telling people. Secrets stand here and nowhere else.

The hub and the watchman on a second machine have the same channels.
"""

from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=120)]
Url = Annotated[str, msgspec.Meta(pattern="^https?://[^/ ]+")]


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections: unknown keys are refused."""


class _Far(_Section, frozen=True, kw_only=True):
    """Something over the network; `ca` vouches for its certificate, or the system does."""

    ca: str = ""


class EmailSection(_Far, frozen=True, kw_only=True):
    """The mail server. `none` sends in the clear: on the machine itself only."""

    host: str
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    sender: Annotated[str, msgspec.Meta(pattern="^[^@ ]+@[^@ ]+$")]
    timeout_s: Seconds = 20


class SmsSection(_Far, frozen=True, kw_only=True):
    """An SMS gateway over HTTP: how its request is made, and how its answer is read.

    In `fields` and `headers`, `{to}`, `{text}` and `{key}` are filled in.
    """

    url: Url
    encoding: Literal["json", "form"] = "json"
    fields: dict[str, str] = msgspec.field(
        default_factory=lambda: {"to": "{to}", "text": "{text}", "id": "{key}"}
    )
    headers: dict[str, str] = {}
    numbers: Literal["+84", "84", "0"] = "84"
    ok_field: str = ""
    ok_values: tuple[str, ...] = ()
    refused_values: tuple[str, ...] = ()
    receipt_field: str = ""
    timeout_s: Seconds = 20


class TelegramSection(_Far, frozen=True, kw_only=True):
    """A Telegram bot; addresses are chat ids."""

    token: str
    api: Url = "https://api.telegram.org"
    timeout_s: Seconds = 20


class WebhookSection(_Far, frozen=True, kw_only=True):
    """Programs of others; addresses are URLs. `secrets` of single receivers go before `secret`."""

    secret: str
    secrets: dict[str, str] = {}
    timeout_s: Seconds = 15


class ZaloTemplate(_Section, frozen=True, kw_only=True):
    """A template that Zalo has approved: its id, and from what each of its values is taken."""

    id: str
    values: dict[str, str]


class ZaloSection(_Far, frozen=True, kw_only=True):
    """Zalo notifications (ZNS): only templates can be sent. Addresses are phone numbers.

    `refresh_token` is the first one; each is good for one use, and the newest is kept in
    `state_dir/zalo.json`. `templates` are by kind of message; `default` is for all others.
    """

    app_id: str
    secret_key: str
    refresh_token: str
    templates: dict[str, ZaloTemplate]
    api: Url = "https://business.openapi.zalo.me"
    oauth: Url = "https://oauth.zaloapp.com"
    timeout_s: Seconds = 20


class Channels(_Section, frozen=True, kw_only=True):
    """The ways there are to reach people; a section that is missing is a way that is not there."""

    email: EmailSection | None = None
    sms: SmsSection | None = None
    telegram: TelegramSection | None = None
    webhook: WebhookSection | None = None
    zalo: ZaloSection | None = None


class PingSection(_Far, frozen=True, kw_only=True):
    """The watchman on a second machine: he speaks up when the hub is silent."""

    url: Url
    secret: Annotated[str, msgspec.Meta(min_length=16)]
    name: str = "hub"
    every_s: Annotated[float, msgspec.Meta(ge=0.2, le=600)] = 30


class SendingSection(Channels, frozen=True, kw_only=True):
    """Telling people of incidents.

    Attributes:
        url: The hub's own address, for links.
        attempts: Tries until a message is a dead letter.
        first_wait_s: Wait after the first failure; doubled with each, up to `longest_wait_s`.
        per_hour: Messages to one address in an hour; more wait, but for severity 1.
        settle_s: Wait before the first message, in which a parent incident may be found; six times
            as long for a device of an office.
        ping: The watchman.
    """

    url: str = ""
    attempts: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    first_wait_s: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 10
    longest_wait_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 900
    per_hour: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 60
    settle_s: Annotated[float, msgspec.Meta(ge=0, le=600)] = 10
    ping: PingSection | None = None


AnyChannels = TypeVar("AnyChannels", bound=Channels)


def absolute(channels: AnyChannels, full: Callable[[str], str]) -> AnyChannels:
    """The same with every path of a certificate made absolute by `full`."""
    sections = {
        name: msgspec.structs.replace(section, ca=full(section.ca))
        for name, section in msgspec.structs.asdict(channels).items()
        if isinstance(section, _Far)
    }
    return msgspec.structs.replace(channels, **sections)
