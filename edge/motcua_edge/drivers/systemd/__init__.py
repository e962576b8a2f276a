"""The service manager: told that we are ready, alive, and ending."""

from motcua_edge.drivers.systemd.notify import Notifier

__all__ = ["Notifier"]
