"""Facts of commands of the hub and of technicians: the site's own audit trail (R25)."""

from typing import ClassVar

import msgspec

from motcua_contract.facts.base import BaseFact


class CommandTaken(BaseFact, frozen=True, kw_only=True):
    """A named command is about to be done; recorded before anything is done.

    `actor` is the account that gave it at the hub, or the officer at this office.
    """

    TYPE: ClassVar[str] = "command.taken/1"
    correlation: str
    name: str
    arguments: dict[str, str] = msgspec.field(default_factory=dict)
    actor: str = ""


class CommandDone(BaseFact, frozen=True, kw_only=True):
    """How it ended. `data_sha256` is the hash of what went with the answer and is not kept here."""

    TYPE: ClassVar[str] = "command.done/1"
    correlation: str
    name: str
    ok: bool
    detail: str = ""
    data_sha256: str = ""
