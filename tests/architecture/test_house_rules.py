"""Sizes, habits and things that must not be in the tree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.tree import ROOT, code, name, parsed, suites, tracked

MODULE, FUNCTION = 400, 60
Function = ast.FunctionDef | ast.AsyncFunctionDef
BINARY = {".png", ".jpg", ".wav", ".woff2", ".ttf", ".ico", ".bin"}
# written in pieces, so that this file is not what it looks for
HOSTS = [
    "".join(parts)
    for parts in (
        ("python", "hosted"),
        ("py", "pi.org"),
        ("registry.npm", "js"),
        ("deb.deb", "ian.org"),
        ("crates", ".io"),
    )
]
HOMES = "|".join(("wor" + "k", "roo" + "t", "hom" + "e"))
MACHINE = re.compile(rf"(?<![\w.~/-])/(?:{HOMES})/[\w.]")
MARKS = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")))


def written() -> list[Path]:
    """Our code without the database's migrations, which are written once by a tool."""
    return [path for path in code() if path.parent.name != "versions"]


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, Function))


def dotted(node: ast.AST) -> str:
    """`a.b.c` of names and their attributes; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        above = dotted(node.value)
        return f"{above}.{node.attr}" if above else ""
    return ""


def calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, dotted(node.func)


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


def test_no_module_is_too_long_to_read() -> None:
    lengths = {name(path): len(lines(path)) for path in written()}
    assert {path: length for path, length in lengths.items() if length > MODULE} == {}


def test_no_function_is_too_long_to_read() -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in written()
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno >= FUNCTION
    ]
    assert long == []


def test_no_file_names_a_package_host_or_somebodys_machine() -> None:
    found = [
        f"{name(path)}:{number}: {line.strip()[:80]}"
        for path in tracked()
        if path.suffix not in BINARY
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if MACHINE.search(line) or any(host in line for host in HOSTS)
    ]
    assert found == []


def test_nothing_unfinished_is_left_in_the_code() -> None:
    found = [
        f"{name(path)}:{number}"
        for path in (*code(), *suites())
        for number, line in enumerate(lines(path), 1)
        if MARKS.search(line) or ("raise NotImplemented" in line and path in code())
    ]
    assert found == []


def test_tests_wait_for_something_and_never_just_sleep() -> None:
    waiting = ROOT / "tests" / "support" / "waiting.py"
    sleeps = [
        f"{name(path)}:{line}"
        for path in suites()
        if path != waiting and "bench" not in path.parts
        for line, called in calls(path)
        # a sleep that is the point of a test (where a kill falls) says so on its line
        if called in {"time.sleep", "sleep"} and "#" not in lines(path)[line - 1]
    ]
    assert sleeps == []


def test_nothing_waits_in_a_way_that_forgets_to_end() -> None:
    """Of Python 3.11, it forgets a cancellation that comes together with what it waits for."""
    waits = [
        f"{name(path)}:{line}"
        for path in code()
        for line, called in calls(path)
        if called == "asyncio.wait_for"
    ]
    assert waits == [], "say `async with asyncio.timeout(seconds)`"


def test_every_skip_gives_its_reason() -> None:
    silent = [f"{name(path)}:{line}" for path in suites() for line in _silent_skips(path)]
    assert silent == []


def _silent_skips(path: Path) -> list[int]:
    """Lines that skip, or expect to fail, and do not say why."""
    nodes = list(ast.walk(parsed(path)))
    reasoned = {
        node.func
        for node in nodes
        if isinstance(node, ast.Call) and any(each.arg == "reason" for each in node.keywords)
    }
    return [
        node.lineno
        for node in nodes
        if isinstance(node, ast.Attribute)
        and dotted(node).startswith(("pytest.mark.skip", "pytest.mark.xfail"))
        and node not in reasoned
    ]


def test_a_skip_without_a_reason_is_found(tmp_path: Path) -> None:
    file = tmp_path / "test_x.py"
    file.write_text(
        "import pytest\n"
        "@pytest.mark.skip\ndef test_a(): ...\n"
        "@pytest.mark.skipif(1 > 0)\ndef test_b(): ...\n"
        "@pytest.mark.skipif(1 > 0, reason='x')\ndef test_c(): ...\n"
    )
    assert _silent_skips(file) == [2, 4]


def test_every_test_is_collected_under_a_name_that_says_something() -> None:
    short = [
        f"{name(path)}: {node.name}"
        for path in suites()
        if path.name.startswith("test_")
        for node in functions(path)
        if node.name.startswith("test_") and node.name.count("_") < 2
    ]
    assert short == []


@pytest.mark.parametrize("name_", ["LICENSE", "README.md", "CHANGELOG.md", "Makefile", ".ci/run"])
def test_the_house_has_its_signposts(name_: str) -> None:
    assert (ROOT / name_).is_file()


def test_what_is_run_can_be_run() -> None:
    for script in (".ci/run", "tools/setup", "tools/lock"):
        assert (ROOT / script).stat().st_mode & 0o111, script
