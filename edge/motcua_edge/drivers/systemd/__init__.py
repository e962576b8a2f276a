"""The service manager: told that we are ready, alive, and ending."""

from motcua_edge.drivers.systemd.fake import FakeJobs, FakeManager
from motcua_edge.drivers.systemd.jobs import SystemdJobs
from motcua_edge.drivers.systemd.notify import Notifier
from motcua_edge.drivers.systemd.port import Jobs, Manager

__all__ = ["FakeJobs", "FakeManager", "Jobs", "Manager", "Notifier", "SystemdJobs"]
