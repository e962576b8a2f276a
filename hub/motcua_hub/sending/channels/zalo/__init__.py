"""Zalo notifications."""

from motcua_hub.sending.channels.zalo.fake import FakeZalo
from motcua_hub.sending.channels.zalo.real import Zalo
from motcua_hub.sending.channels.zalo.token import Tokens

__all__ = ["FakeZalo", "Tokens", "Zalo"]
