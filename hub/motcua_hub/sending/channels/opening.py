"""The channels of a configuration."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from motcua_hub.config_sending import Channels
from motcua_hub.sending.channels.email import Email
from motcua_hub.sending.channels.http import Http
from motcua_hub.sending.channels.port import Channel, Outgoing, RefusedError
from motcua_hub.sending.channels.sms import Sms
from motcua_hub.sending.channels.telegram import Telegram
from motcua_hub.sending.channels.webhook import Webhook
from motcua_hub.sending.channels.zalo import Tokens, Zalo

NAMES: Final = ("email", "sms", "telegram", "webhook", "zalo")


class Missing:
    """A way that the configuration does not have: every message is a dead letter at once."""

    def __init__(self, name: str) -> None:
        self.name = name

    def send(self, message: Outgoing) -> str:
        """Never."""
        raise RefusedError(f"channel {self.name} is not configured; {message.kind} not sent")


def open_channels(
    config: Channels, state_dir: Path, now_ms: Callable[[], int]
) -> tuple[Channel, ...]:
    """One channel of every name; those without a section refuse everything."""
    made: dict[str, Channel] = {}
    if config.email is not None:
        made["email"] = Email(config.email, now_ms)
    if config.sms is not None:
        made["sms"] = Sms(config.sms)
    if config.telegram is not None:
        made["telegram"] = Telegram(config.telegram)
    if config.webhook is not None:
        made["webhook"] = Webhook(config.webhook, now_ms)
    if config.zalo is not None:
        http = Http(config.zalo.timeout_s, config.zalo.ca)
        tokens = Tokens(config.zalo, state_dir / "zalo.json", http, now_ms)
        made["zalo"] = Zalo(config.zalo, tokens, http)
    return tuple(made.get(name) or Missing(name) for name in NAMES)
