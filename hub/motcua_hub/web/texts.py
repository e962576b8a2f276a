"""The words of the pages: packaged files, Vietnamese first with small English beside it."""

import json
from collections.abc import Mapping
from importlib.resources import files

from motcua_hub.upkeep.words import entries as entries_of_papers

Entry = Mapping[str, str]


class UnknownTextError(KeyError):
    """A page asked for words that the strings file does not have."""


def load_texts() -> dict[str, Entry]:
    """All entries of the packaged `strings*.json`: key -> {"vi": ..., "en": ...}.

    `en` may be absent.
    """
    entries: dict[str, Entry] = {}
    for file in sorted(files("motcua_hub.web").iterdir(), key=lambda each: each.name):
        if file.name.startswith("strings") and file.name.endswith(".json"):
            entries |= json.loads(file.read_text(encoding="utf-8"))
    return entries | entries_of_papers()


class Texts:
    """Looks words up by key; a missing key is a fault of ours and says so."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries

    def vi(self, key: str, **values: object) -> str:
        """The Vietnamese words of `key`, its `{places}` filled in."""
        return self._words(key, "vi").format(**values)

    def en(self, key: str, **values: object) -> str:
        """The English words of `key`, or an empty text when there are none."""
        return self._entry(key).get("en", "").format(**values)

    def named(self, family: str, name: str) -> str:
        """The words of `family.name`, or `name` itself: an office may know more than this hub."""
        entry = self._entries.get(f"{family}.{name}")
        return entry["vi"] if entry else name

    def has(self, key: str) -> bool:
        """Whether there are words for `key`."""
        return key in self._entries

    def _entry(self, key: str) -> Entry:
        try:
            return self._entries[key]
        except KeyError as error:
            raise UnknownTextError(key) from error

    def _words(self, key: str, language: str) -> str:
        return self._entry(key)[language]
