"""Several faults of one device, each with its own patience; the worst that lasts is told."""

from collections.abc import Mapping, Sequence

import msgspec

from motcua_contract.sentences import joined, say
from motcua_edge.domain.steady import OK, Patience, Reading, Steady, badness, look


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One fault: its reading when it is there, and how long it and its absence must last."""

    code: str
    patience: Patience


class Looked(msgspec.Struct, frozen=True):
    """The steady verdict of every rule so far, by code."""

    steady: Mapping[str, Steady] = {}

    @property
    def standing(self) -> tuple[Reading, ...]:
        """Faults that last, worst first; among equals the order of the rules decides."""
        told = [each.told for each in self.steady.values() if each.told is not None]
        return tuple(sorted((r for r in told if badness(r) > 0), key=lambda r: -badness(r)))

    def worst(self, device: str) -> Reading:
        """What to tell of a kind of device: the worst fault, the others named in its detail."""
        first, *others = self.standing or (OK,)
        if not others:
            return first
        also = say("also", codes=", ".join(f"{device}.{reading.code}" for reading in others))
        return Reading(first.state, first.code, joined(first.detail, also))


def looked(
    before: Looked, rules: Sequence[Rule], found: Mapping[str, Reading], mono: int
) -> Looked:
    """One look at `mono` (boot-time clock, ms): `found` holds the faults seen now, by code."""
    return Looked(
        {
            rule.code: look(
                before.steady.get(rule.code, Steady()),
                found.get(rule.code, OK),
                mono,
                rule.patience,
            )
            for rule in rules
        }
    )
