"""Every sentence that a device's code says has its texts, and no text is left that nobody says."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import motcua_edge
from motcua_contract.sentences import TEXTS

SOURCES = Path(motcua_edge.__file__).parent
ELSEWHERE = {"text", "link.why"}
"""Said by the contract itself and by the hub."""


def fields(key: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(TEXTS[key][0]) if name is not None}


def sayings() -> Iterator[tuple[str, str, set[str | None]]]:
    """Where, which key, and the names of the values of every `say(...)` in the agent."""
    for path in SOURCES.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "from motcua_contract.sentences import" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if called and node.func.id == "say":
                key = node.args[0]
                assert isinstance(key, ast.Constant), f"{path}:{node.lineno}: not a plain key"
                names = {keyword.arg for keyword in node.keywords}
                yield f"{path.name}:{node.lineno}", key.value, names


def test_every_saying_gives_what_its_text_asks_for():
    wrong = [where for where, key, names in sayings() if key not in TEXTS or names != fields(key)]
    assert wrong == []


def test_every_text_is_said_somewhere():
    assert {key for _, key, _ in sayings()} | ELSEWHERE == set(TEXTS)
