"""Which function applies which fact type: a typed table instead of a look-up by name."""

from collections.abc import Callable
from typing import Any, TypeVar

from motcua_contract.facts import Fact
from motcua_edge.domain.model import Instant, OfficeState

F = TypeVar("F", bound=Fact)


class Registry:
    """Functions by fact type, filled once at import by each family's `register`."""

    def __init__(self) -> None:
        self._table: dict[type[Fact], Callable[[OfficeState, Any, Instant], OfficeState]] = {}

    @property
    def kinds(self) -> frozenset[type[Fact]]:
        """Every fact type with a function of its own."""
        return frozenset(self._table)

    def on(self, kind: type[F], handler: Callable[[OfficeState, F, Instant], OfficeState]) -> None:
        """Use `handler` for facts of exactly this type; a second one is a programming error."""
        if kind in self._table:
            msg = f"{kind.__name__} has a handler already; a fact belongs to one family"
            raise ValueError(msg)
        self._table[kind] = handler

    def apply(self, state: OfficeState, fact: Fact, at: Instant) -> OfficeState:
        """The state after the fact; unchanged when its type has no function (a newer edge's)."""
        handler = self._table.get(type(fact))
        return state if handler is None else handler(state, fact, at)
