"""Nothing is said that nobody hears: facts, commands and topics have both ends."""

import ast
import re

from motcua_contract.facts import FACT_TYPES
from motcua_contract.topics import Down, Up
from motcua_edge.domain import commands
from motcua_edge.domain.decide import DECIDED
from motcua_edge.domain.fold import HANDLED
from support.tree import ROOT, code, name, parsed

EDGE, HUB = "edge/", "hub/"


def names_in(folder: str, *, without: str = "") -> set[str]:
    """Every name and attribute that code below a folder mentions (imports do not count)."""
    found: set[str] = set()
    for path in code():
        where = name(path)
        if not where.startswith(folder) or (without and without in where):
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
    return found


def test_every_fact_changes_the_state() -> None:
    assert set(HANDLED) == set(FACT_TYPES.values())


def test_every_fact_is_stated_by_something() -> None:
    stated = names_in(EDGE, without="/folding/")
    assert [fact.__name__ for fact in FACT_TYPES.values() if fact.__name__ not in stated] == []


def all_commands() -> set[type]:
    """The commands that can be given, wherever they are written: those that are nobody's base."""
    kinds = below(commands.Command)
    return {kind for kind in kinds if not below(kind)}


def below(kind: type) -> set[type]:
    """Every class of the product that derives from this one."""
    own = {each for each in kind.__subclasses__() if each.__module__.startswith("motcua_edge.")}
    return own.union(*map(below, own))


def test_every_command_is_decided() -> None:
    assert set(DECIDED) == all_commands()


def test_every_command_is_given_by_something() -> None:
    given = names_in(EDGE, without="/domain/")
    assert sorted(kind.__name__ for kind in all_commands() if kind.__name__ not in given) == []


def test_the_hub_hears_every_topic_and_the_edge_every_answer() -> None:
    hub = "".join(path.read_text() for path in code() if name(path).startswith(HUB))
    assert re.search(r"topics\.all_sites\(kind\).* for kind in Up", hub)
    edge = "".join(path.read_text() for path in code() if name(path).startswith(EDGE))
    assert "topics.down_filter(" in edge
    for kind in (Down.RESUME, Down.ACK, Down.NAK, Down.COMMAND):
        assert f"Down.{kind.name}" in edge, f"the edge does not listen to {kind}"
    for kind in Up:
        assert f"Up.{kind.name}" in hub, f"the hub does not read {kind}"


def test_the_document_of_decisions_lists_every_decision() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text()
    missing = [p.name for p in folder.glob("0*.md") if p.stem[:4] not in listed]
    assert missing == []
