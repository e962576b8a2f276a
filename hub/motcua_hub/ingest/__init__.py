"""Taking in what sites say: durable first, acknowledged second."""

from motcua_hub.ingest.messages import Incoming, Reply
from motcua_hub.ingest.receiver import Receiver

__all__ = ["Incoming", "Receiver", "Reply"]
