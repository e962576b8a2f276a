"""What journals tell of commands: the answer may have been lost, the fact never is."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from motcua_contract.facts import Fact
from motcua_contract.facts.remote import CommandDone
from motcua_hub.domain.tickets import Stamp
from motcua_hub.store import commands

Items = Sequence[tuple[Fact, Stamp]]


def advance_outcomes(connection: Connection, told: Mapping[str, Items]) -> None:
    """End the commands that these facts tell of. Commands that nobody gave here are no row."""
    for site, items in told.items():
        for fact, at in items:
            if isinstance(fact, CommandDone):
                commands.end(
                    connection,
                    site,
                    fact.correlation,
                    at.wall,
                    ok=fact.ok,
                    detail=fact.detail,
                )
