"""What the documents say is what the code does: settings, topics, generated files."""

import ast
import re
import subprocess

import pytest

from generate import __main__ as generate
from generate import settings
from motcua_contract import topics
from motcua_contract.topics import Down, Up
from support import metrics
from support.tree import ROOT, code, name, parsed, tracked

DOCS = ROOT / "docs"
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)[^)]*\)")


def test_no_generated_document_is_older_than_the_code() -> None:
    assert generate.stale() == [], "run: make docs"


@pytest.mark.parametrize("file", settings.FILES)
def test_every_setting_is_documented(file: str) -> None:
    text = (DOCS / "configuration.md").read_text()
    kind = settings.FILES[file][1]
    missing = [s.path for s in settings.settings(kind) if f"| `{s.path}` |" not in text]
    assert missing == []


def test_every_setting_has_one_meaning() -> None:
    assert settings.disagreements() == []


def attributes() -> set[str]:
    """Every attribute that code reads; in configuration modules, what a struct reads of itself."""
    found: set[str] = set()
    for path in code():
        if name(path).startswith("tools/"):
            continue
        own = path.name in {"config.py", "siteconfig.py"}
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Attribute) and (not own or ast.unparse(node.value) == "self"):
                found.add(node.attr)
    return found


def test_every_setting_is_read_by_something() -> None:
    read = attributes()
    pages = "".join(path.read_text() for path in (*tracked(".html"), *tracked(".js")))
    unread = [
        f"{file}: {setting.path}"
        for file, (_, kind) in settings.FILES.items()
        for setting in settings.settings(kind)
        if (key := setting.path.split(".")[-1].removesuffix("[]")) not in read and key not in pages
    ]
    assert not unread, unread


def test_every_metric_named_in_the_code_is_documented() -> None:
    named = {
        node.value
        for path in code()
        if "prometheus_client" in path.read_text() and not name(path).startswith("tools/")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"motcua_[a-z_]*[a-z]", node.value)
    }
    assert named
    assert named - metrics.documented() == set()


def test_an_undocumented_metric_in_a_scrape_is_found() -> None:
    scrape = "# TYPE motcua_tickets gauge\n# TYPE motcua_moods gauge\n# TYPE python_info gauge\n"
    assert metrics.undocumented(scrape) == {"motcua_moods"}


def test_every_topic_is_published() -> None:
    text = (DOCS / "asyncapi.yaml").read_text()
    addresses = [topics.up("site", kind) for kind in Up] + [topics.down("site", k) for k in Down]
    for address in [*addresses, topics.HUB_STATUS]:
        assert f"address: {address.replace('/site/', '/{site}/')}" in text


def test_every_link_in_the_documents_leads_to_a_file() -> None:
    broken = [
        f"{name(path)}: {target}"
        for path in tracked(".md")
        for target in LINK.findall(path.read_text())
        if not (path.parent / target.strip()).exists()
    ]
    assert not broken, broken


def test_make_alone_lists_every_target() -> None:
    shown = subprocess.run(
        ["make", "-s", "-C", str(ROOT)], capture_output=True, text=True, check=True
    ).stdout
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    listed = {line.split()[0] for line in shown.splitlines()}
    assert listed == set(phony[1].split())
