"""The service manager: told that we are ready, alive, and ending."""

from motcua_edge.drivers.systemd.fake import FakeManager
from motcua_edge.drivers.systemd.notify import Notifier
from motcua_edge.drivers.systemd.port import Manager

__all__ = ["FakeManager", "Manager", "Notifier"]
