"""Zalo notifications (ZNS): a template that Zalo approved, filled in with our values."""

import hashlib
from typing import Final

import msgspec

from motcua_hub.config_sending import ZaloSection, ZaloTemplate
from motcua_hub.sending.channels.http import Http, Reply, expect
from motcua_hub.sending.channels.phones import national
from motcua_hub.sending.channels.port import (
    FailedError,
    Outgoing,
    RefusedError,
    UncertainError,
)
from motcua_hub.sending.channels.sms.real import found
from motcua_hub.sending.channels.zalo.token import Tokens

_DEFAULT: Final = "default"
_STALE: Final = frozenset({-124, -216})
"""Codes that mean: this access token does not hold."""
_LATER: Final = frozenset({-100, -101, -102, -103, -104, -105, -115, -144, -147})
"""Codes about Zalo, our application or our quota; all others are about the message."""
_MOST: Final = 100
"""Characters that a value of a template may have at most."""


class Zalo:
    """The real channel. `tracking_id` is made of the key."""

    name = "zalo"

    def __init__(self, config: ZaloSection, tokens: Tokens, http: Http) -> None:
        self._config = config
        self._tokens = tokens
        self._http = http

    def send(self, message: Outgoing) -> str:
        """See `Channel.send`; returns Zalo's message id."""
        digits = national(message.address)
        template = self._config.templates.get(message.kind) or self._config.templates.get(_DEFAULT)
        if digits is None:
            raise RefusedError("not a Vietnamese telephone number")
        if template is None:
            raise RefusedError(f"no template for messages of kind {message.kind}")
        asked = {
            "phone": f"84{digits}",
            "template_id": template.id,
            "template_data": _values(template, message),
            "tracking_id": hashlib.sha256(message.key.encode()).hexdigest()[:32],
        }
        body = msgspec.json.encode(asked)
        reply = self._ask(body, self._tokens.access())
        if found(reply.json(), "error") in _STALE:
            reply = self._ask(body, self._tokens.renew())
        return _understood(reply)

    def _ask(self, body: bytes, token: str) -> Reply:
        headers = {"Content-Type": "application/json", "access_token": token}
        reply = self._http.post(f"{self._config.api}/message/template", body, headers)
        expect(reply)
        return reply


def _values(template: ZaloTemplate, message: Outgoing) -> dict[str, str]:
    """The template's values, from the message's data, its text or its subject."""
    held = {"text": message.body.strip(), "subject": message.subject, **message.data}
    filled = {name: held.get(source, "") for name, source in template.values.items()}
    empty = [name for name, value in filled.items() if not value]
    if empty:
        # Zalo refuses empty values; people read a dash
        filled |= dict.fromkeys(empty, "–")
    return {name: value[:_MOST] for name, value in filled.items()}


def _understood(reply: Reply) -> str:
    said = reply.json()
    error = found(said, "error")
    if error == 0:
        return str(found(said, "data.msg_id") or "")
    if not isinstance(error, int):
        raise UncertainError("an answer that cannot be understood")
    if error in _LATER or error in _STALE:
        raise FailedError(f"Zalo says {error}")
    raise RefusedError(f"Zalo says {error}")
