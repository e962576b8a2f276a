"""SMS."""

from motcua_hub.sending.channels.sms.fake import FakeGateway
from motcua_hub.sending.channels.sms.real import Sms

__all__ = ["FakeGateway", "Sms"]
