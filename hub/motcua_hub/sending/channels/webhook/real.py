"""Messages for programs, signed. See `signing` for how they are checked."""

from collections.abc import Callable

import msgspec

from motcua_hub.config_sending import WebhookSection
from motcua_hub.sending.channels.http import Http, expect
from motcua_hub.sending.channels.port import Outgoing
from motcua_hub.sending.channels.webhook.signing import KEY, SIGNATURE, TIMESTAMP, sign


class Webhook:
    """The real channel. The address is the receiver's URL."""

    name = "webhook"

    def __init__(self, config: WebhookSection, now_ms: Callable[[], int]) -> None:
        self._config = config
        self._now_ms = now_ms
        self._http = Http(config.timeout_s, config.ca)

    def send(self, message: Outgoing) -> str:
        """See `Channel.send`; returns nothing: receivers have no name for it."""
        said = {
            "key": message.key,
            "kind": message.kind,
            "subject": message.subject,
            "text": message.body,
            "data": dict(message.data),
        }
        body = msgspec.json.encode(said)
        timestamp = str(self._now_ms() // 1000)
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: timestamp,
            SIGNATURE: sign(self._secret(message.address), timestamp, body),
            KEY: message.key,
        }
        expect(self._http.post(message.address, body, headers))
        return ""

    def _secret(self, url: str) -> str:
        """The receiver's own secret: that of the longest beginning of its URL."""
        fitting = [prefix for prefix in self._config.secrets if url.startswith(prefix)]
        return self._config.secrets[max(fitting, key=len)] if fitting else self._config.secret
