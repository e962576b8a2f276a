"""User-visible texts: Vietnamese first, English beside it. Kept as data in `strings/`."""

from importlib.resources import files
from typing import Final

import msgspec

_PLACE: Final = files("motcua_edge.web") / "strings"


class _Blank(dict[str, str]):
    """Leaves a figure out rather than failing a whole page for it."""

    def __missing__(self, key: str) -> str:
        return "…"


class Texts:
    """All texts by key. Read once, when the web application is built."""

    def __init__(self) -> None:
        self.vi = self._read("strings_vi.json")
        self.en = self._read("strings_en.json")

    @staticmethod
    def _read(name: str) -> dict[str, str]:
        return msgspec.json.decode((_PLACE / name).read_bytes(), type=dict[str, str])

    def say(self, key: str, /, **values: str) -> str:
        """The Vietnamese text of a key, with its figures put in; KeyError for an unknown key."""
        return self.vi[key].format_map(_Blank(values))

    def bundle(self, *prefixes: str) -> dict[str, tuple[str, str]]:
        """Both languages of every key under some prefixes, for a page."""
        return {
            key: (text, self.en.get(key, ""))
            for key, text in self.vi.items()
            if key.startswith(prefixes)
        }
