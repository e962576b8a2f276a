"""The history of a target for people: each version, and what it changed in words."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from motcua_hub.ledger.described import Target, Version
from motcua_hub.web.views import target_forms

NAMED = ("kind", "sli", "unknown", "blips")
"""Fields whose values have words of their own."""
OTHER = "history.other"


class Change(msgspec.Struct, frozen=True):
    """A field that became another one; both as the form shows them, empty for nothing."""

    field: str
    before: str
    after: str


class Entry(msgspec.Struct, frozen=True):
    """One version. `first`: the target was added by it; `retired`: its life was ended."""

    version: Version
    first: bool
    retired: bool
    changes: tuple[Change, ...]


def history(versions: Sequence[Version]) -> tuple[Entry, ...]:
    """Versions, newest first, with what each changed of the one before."""
    entries = []
    for new, old in pairwise([*versions, None]):
        if new is None:
            continue
        if old is None:
            entries.append(Entry(new, first=True, retired=False, changes=()))
            continue
        retired = new.target.retired_at is not None and old.target.retired_at is None
        changes = tuple(_changes(old.target, new.target))
        entries.append(Entry(new, first=False, retired=retired, changes=changes))
    return tuple(entries)


def _changes(old: Target, new: Target) -> list[Change]:
    before, after = target_forms.of(old), target_forms.of(new)
    found = [
        Change(field, before[field], after[field])
        for field in after
        if before[field] != after[field]
    ]
    told = any(change.field in target_forms.RULES for change in found)
    if old.rules != new.rules and not told:
        found.append(Change(OTHER, "", ""))
    return found
