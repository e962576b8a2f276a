"""What is recorded of named commands, from the hub or from a technician of the office."""

import msgspec

from motcua_edge.domain.commands import Command


class TakeCommand(Command, frozen=True, kw_only=True):
    """A named command is about to be done, once for each `correlation`."""

    correlation: str
    name: str
    arguments: dict[str, str] = msgspec.field(default_factory=dict)
    actor: str = ""


class FinishCommand(Command, frozen=True, kw_only=True):
    """It was done, or it failed, and how."""

    correlation: str
    name: str
    ok: bool
    detail: str = ""
    data_sha256: str = ""
