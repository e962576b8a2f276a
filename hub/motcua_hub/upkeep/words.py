"""The words of papers: the same file that the pages read."""

import json
from collections.abc import Mapping
from importlib.resources import files

from motcua_hub.domain.notice.text import Say


def entries() -> dict[str, Mapping[str, str]]:
    """All entries: key -> {"vi": ..., "en": ...}; `en` may be absent."""
    raw = (files("motcua_hub.upkeep") / "words.json").read_text(encoding="utf-8")
    found: dict[str, Mapping[str, str]] = json.loads(raw)
    return found


def vietnamese() -> Say:
    """Looks a text up and fills its places in; KeyError for one that is not there."""
    texts = {key: entry["vi"] for key, entry in entries().items()}

    def say(key: str, **values: object) -> str:
        return texts[key].format(**values)

    return say
