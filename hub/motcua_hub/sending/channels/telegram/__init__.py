"""Telegram."""

from motcua_hub.sending.channels.telegram.fake import FakeBotApi
from motcua_hub.sending.channels.telegram.real import Telegram

__all__ = ["FakeBotApi", "Telegram"]
