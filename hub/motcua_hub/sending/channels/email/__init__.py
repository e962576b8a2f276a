"""E-mail."""

from motcua_hub.sending.channels.email.fake import FakeMailServer
from motcua_hub.sending.channels.email.real import Email

__all__ = ["Email", "FakeMailServer"]
