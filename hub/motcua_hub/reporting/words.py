"""The words of reports, packaged: one set for the whole province, part of the template's hash."""

import json
from importlib.resources import files


def load() -> dict[str, str]:
    """All words, by key."""
    text = (files("motcua_hub.reporting") / "words.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found
