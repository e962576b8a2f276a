"""Commands of the hub leave two facts: taken, before anything is done, and done."""

from motcua_contract.facts.remote import CommandDone, CommandTaken
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.remote import FinishCommand, TakeCommand


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(TakeCommand, take)
    rulebook.on(FinishCommand, finish)


def take(situation: Situation, command: TakeCommand) -> Facts:
    """Commands come at any time; whether this one came before is for the answer kept by its key."""
    del situation
    return [
        CommandTaken(
            correlation=command.correlation,
            name=command.name,
            arguments=command.arguments,
            actor=command.actor,
        )
    ]


def finish(situation: Situation, command: FinishCommand) -> Facts:
    """The outcome of a command that was taken."""
    del situation
    return [
        CommandDone(
            correlation=command.correlation,
            name=command.name,
            ok=command.ok,
            detail=command.detail,
            data_sha256=command.data_sha256,
        )
    ]
