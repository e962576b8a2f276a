"""Messages of a Telegram bot. Its API knows no key: a message sent again is read twice."""

from typing import Final

import msgspec

from motcua_hub.config_sending import TelegramSection
from motcua_hub.sending.channels.http import Http, Reply, expect
from motcua_hub.sending.channels.port import FailedError, Outgoing, UncertainError
from motcua_hub.sending.channels.sms.real import found

MOST: Final = 4096
_TOO_MANY: Final = 429
_JSON: Final = {"Content-Type": "application/json"}


class Telegram:
    """The real channel. The token stands in every URL: no URL is ever told to anybody."""

    name = "telegram"

    def __init__(self, config: TelegramSection) -> None:
        self._url = f"{config.api}/bot{config.token}/sendMessage"
        self._http = Http(config.timeout_s, config.ca)

    def send(self, message: Outgoing) -> str:
        """See `Channel.send`; returns Telegram's message id."""
        text = f"{message.subject}\n\n{message.body}".strip()[:MOST]
        asked = {
            "chat_id": message.address,
            "text": text,
            "link_preview_options": {"is_disabled": True},
        }
        return _understood(self._http.post(self._url, msgspec.json.encode(asked), _JSON))


def _understood(reply: Reply) -> str:
    said = reply.json()
    if reply.status == _TOO_MANY:
        after = found(said, "parameters.retry_after")
        wait = float(after) if isinstance(after, int | float) else reply.retry_after_s
        raise FailedError("HTTP 429", wait)
    expect(reply, str(found(said, "description") or "")[:120])
    if found(said, "ok") is not True:
        raise UncertainError("an answer that cannot be understood")
    return str(found(said, "result.message_id") or "")
