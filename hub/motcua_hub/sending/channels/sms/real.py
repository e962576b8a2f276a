"""SMS through a gateway over HTTP: its fields and answers are in the configuration."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

import msgspec

from motcua_hub.config_sending import SmsSection
from motcua_hub.sending.channels.http import Http, Reply, expect
from motcua_hub.sending.channels.phones import national
from motcua_hub.sending.channels.port import (
    FailedError,
    Outgoing,
    RefusedError,
    UncertainError,
)

_KINDS: Final = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


class Sms:
    """The real channel. The key goes along, for gateways that know a message again by it."""

    name = "sms"

    def __init__(self, config: SmsSection) -> None:
        self._config = config
        self._http = Http(config.timeout_s, config.ca)

    def send(self, message: Outgoing) -> str:
        """See `Channel.send`; returns the gateway's name for it."""
        digits = national(message.address)
        if digits is None:
            raise RefusedError("not a Vietnamese telephone number")
        said = {
            "to": f"{self._config.numbers}{digits}",
            "text": message.body.strip(),
            "key": message.key,
        }
        fields = {name: _filled(text, said) for name, text in self._config.fields.items()}
        headers = {name: _filled(text, said) for name, text in self._config.headers.items()}
        headers = {"Content-Type": _KINDS[self._config.encoding], **headers}
        headers.setdefault("Idempotency-Key", message.key)
        body = urlencode(fields).encode() if self._is_form else msgspec.json.encode(fields)
        return self._understood(self._http.post(self._config.url, body, headers))

    @property
    def _is_form(self) -> bool:
        return self._config.encoding == "form"

    def _understood(self, reply: Reply) -> str:
        said = reply.json()
        status = str(found(said, self._config.ok_field)) if self._config.ok_field else ""
        if status and status in self._config.refused_values:
            raise RefusedError(f"the gateway says {status[:40]}")
        expect(reply, status[:40])
        if self._config.ok_field:
            if found(said, self._config.ok_field) is None:
                raise UncertainError("an answer that cannot be understood")
            if status not in self._config.ok_values:
                raise FailedError(f"the gateway says {status[:40]}")
        receipt = found(said, self._config.receipt_field) if self._config.receipt_field else None
        return "" if receipt is None else str(receipt)[:200]


def _filled(text: str, said: Mapping[str, str]) -> str:
    """The places filled in; braces that are no places stay as they are."""
    for name, value in said.items():
        text = text.replace(f"{{{name}}}", "\0" + name + "\0")
        if f"\0{name}\0" in text:
            text = text.replace(f"\0{name}\0", value)
    return text


def found(said: object, path: str) -> object:
    """What stands at a path like `data.0.id`; None when nothing does."""
    for part in path.split("."):
        if isinstance(said, dict):
            said = said.get(part)
        elif isinstance(said, list) and part.isdecimal() and int(part) < len(said):
            said = said[int(part)]
        else:
            return None
    return said
