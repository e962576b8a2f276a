"""Commands that the hub gives a site: recorded, done once, answered."""

from motcua_edge.services.remote.service import Doer, DoFailedError, Done, RemoteCommands

__all__ = ["DoFailedError", "Doer", "Done", "RemoteCommands"]
