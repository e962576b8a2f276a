"""Webhooks: other people's programs."""

from motcua_hub.sending.channels.webhook.fake import FakeReceiver
from motcua_hub.sending.channels.webhook.real import Webhook

__all__ = ["FakeReceiver", "Webhook"]
