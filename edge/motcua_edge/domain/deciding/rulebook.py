"""Which function decides which command: a typed table instead of a look-up by name."""

from collections.abc import Callable
from typing import Any, TypeVar

from motcua_edge.domain.commands import Command
from motcua_edge.domain.deciding.situation import Facts, Situation

C = TypeVar("C", bound=Command)


class UnknownCommandError(TypeError):
    """A command without a rule: a programming error, never the user's."""


class Rulebook:
    """Functions by command type, filled once at import by each family's `register`."""

    def __init__(self) -> None:
        self._table: dict[type[Command], Callable[[Situation, Any], Facts]] = {}

    @property
    def kinds(self) -> frozenset[type[Command]]:
        """Every command type with a rule."""
        return frozenset(self._table)

    def on(self, kind: type[C], rule: Callable[[Situation, C], Facts]) -> None:
        """Use `rule` for commands of exactly this type; a second one is a programming error."""
        if kind in self._table:
            msg = f"{kind.__name__} has a rule already; a command belongs to one family"
            raise ValueError(msg)
        self._table[kind] = rule

    def decide(self, situation: Situation, command: Command) -> Facts:
        """The facts of a command; raises Refusal, or UnknownCommandError without a rule."""
        rule = self._table.get(type(command))
        if rule is None:
            msg = f"{type(command).__name__} has no rule; register it in its family"
            raise UnknownCommandError(msg)
        return rule(situation, command)
