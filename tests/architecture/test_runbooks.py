"""Whatever asks staff to act has a page that says what to do, in both languages."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from motcua_contract.faults import DRIVER_FAILED, FAULTS
from motcua_contract.vocabulary import PrintFailure
from motcua_edge.domain.refusals import RefusalCode
from motcua_edge.services.printing import watch
from motcua_edge.web import errors
from motcua_hub.domain.incident.watch import CERTIFICATE
from motcua_hub.store.incidents import Kind
from support.tree import ROOT, code, name, parsed

FOLDER: Final = ROOT / "docs" / "runbooks"
PAGES: Final = sorted(p for p in FOLDER.glob("*.md") if p.name != "README.md")
ELSEWHERE: Final = {"incident", "refusal", "access"}
"""Prefixes that are no components."""
INCIDENTS: Final = {*(kind.value for kind in Kind), CERTIFICATE}
"""Kinds of incidents with pages of their own; an outage goes by what is down."""
HEADINGS: Final = (
    *("**Nhìn thấy gì.**", "**Nghĩa là gì.**", "**Làm gì ngay.**", "**Ai làm.**"),
    *("**What you see.**", "**What it means.**", "**What to do now.**", "**Who.**"),
)
VIETNAMESE: Final = re.compile(r"[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđ]", re.IGNORECASE)

PROBED: Final = {"server", "service"}
"""Kinds whose faults are found by the hub's probes, which come with their own pages."""
SPOKEN: Final = {"code", "_NO_SOUND"}
"""What the codes of the voice are called where they are written."""
SAYS_IT_ALL: Final = {
    RefusalCode.SCREEN_UNKNOWN,
    *(RefusalCode.UNKNOWN_SERVICE, RefusalCode.SERVICE_CLOSED, RefusalCode.SERVICE_SUSPENDED),
    *(RefusalCode.SERVICE_PENDING, RefusalCode.OUT_OF_HOURS, RefusalCode.HOLIDAY),
    *(RefusalCode.ISSUE_STOPPED, RefusalCode.QUOTA_FULL, RefusalCode.CAPACITY_LOW),
    *(RefusalCode.TOO_FAST, RefusalCode.PRIORITY_UNKNOWN, RefusalCode.PURPOSE_UNKNOWN),
    *(RefusalCode.UNKNOWN_TICKET, RefusalCode.UNKNOWN_COUNTER, RefusalCode.UNKNOWN_OFFICER),
    *(RefusalCode.WRONG_STATE, RefusalCode.CHANGED_MEANWHILE, RefusalCode.COUNTER_NOT_OPEN),
    *(RefusalCode.COUNTER_TAKEN, RefusalCode.OFFICER_ELSEWHERE, RefusalCode.NOT_YOUR_COUNTER),
    *(RefusalCode.TICKET_OPEN, RefusalCode.QUEUE_EMPTY, RefusalCode.TOO_SOON),
    *(RefusalCode.TOO_MANY_CALLS, RefusalCode.NOT_ANNOUNCED, RefusalCode.TOO_LATE),
    *(RefusalCode.TOO_MANY_REJOINS, RefusalCode.TOO_MANY_HELD, RefusalCode.TOO_MANY_HOPS),
    *(RefusalCode.REASON_REQUIRED, RefusalCode.OUTCOME_REQUIRED, RefusalCode.NOTHING_TO_UNDO),
    *(RefusalCode.NOT_ALLOWED, RefusalCode.RATING_CLOSED, RefusalCode.RATING_FORGED),
    *(RefusalCode.RATING_LEVEL, RefusalCode.ALREADY_RATED, RefusalCode.PRINT_BUSY),
    *(RefusalCode.TEXT_TOO_LONG, RefusalCode.NO_CHANGE),
}
"""Refusals of everyday work: the sentence on the screen is the remedy."""
ACCESS_SAYS_IT_ALL: Final = {"not_logged_in", "forbidden", "too_many"}


def documented(page: Path) -> set[str]:
    """The codes that a page says it is about."""
    line = next(x for x in page.read_text().splitlines() if x.startswith("Codes:"))
    return set(re.findall(r"`([a-z_]+\.[a-z_]+)`", line))


ALL: Final = set().union(*map(documented, PAGES))


def _bad_state(node: ast.AST) -> bool:
    return any(
        isinstance(part, ast.Attribute)
        and part.attr in ("PROBLEM", "CRITICAL")
        and ast.unparse(part.value) == "HealthState"
        for part in ast.walk(node)
    )


def _constants(path: Path) -> dict[str, str]:
    found = {}
    for node in parsed(path).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
            found[target.id] = value.value
    return found


def _reports(path: Path) -> Iterator[ast.expr]:
    """The code in every report of a bad state: what follows the state, or is named `code`."""
    for node in ast.walk(parsed(path)):
        parts = node.args if isinstance(node, ast.Call) else getattr(node, "elts", [])
        for state, told in pairwise(parts):
            if _bad_state(state) and not _bad_state(told):
                yield told
        named = {k.arg: k.value for k in node.keywords} if isinstance(node, ast.Call) else {}
        if "code" in named and any(_bad_state(value) for value in named.values()):
            yield named["code"]


def reported() -> dict[str, str]:
    """Every fault code written in the edge's code, with the place."""
    found: dict[str, str] = {}
    for path in code():
        if not name(path).startswith("edge/"):
            continue
        constants = _constants(path)
        for told in _reports(path):
            value = told.value if isinstance(told, ast.Constant) else constants.get(_named(told))
            if isinstance(value, str) and value:
                found[value] = name(path)
    return found | _printing() | _speaking()


def _named(node: ast.expr) -> str:
    return ast.unparse(node)


def _printing() -> dict[str, str]:
    return {c.value: "PrintFailure" for c in PrintFailure if c not in watch._NOT_HEALTH}


def _speaking() -> dict[str, str]:
    """What the voice's errors call themselves, and what is said when nothing can be played."""
    found = {}
    for path in code():
        if "/voice/" not in name(path) and "/announcing/" not in name(path):
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                called, value = ast.unparse(node.targets[0]), str(node.value.value)
                found |= {value: name(path)} if called in SPOKEN else {}
    return found


def catalogue() -> set[str]:
    """Every fault of the contract's catalogue that an office can tell of, as a page names it."""
    return {f"{fault.device}.{fault.code}" for fault in FAULTS if fault.device not in PROBED}


def test_every_code_that_is_reported_is_in_the_catalogue() -> None:
    codes = reported()
    assert {"paper_out", "paper_low", "clip_missing", "journal_full", "muted"} <= set(codes)
    known = {fault.code for fault in FAULTS} | {DRIVER_FAILED}
    missing = {code: where for code, where in codes.items() if code not in known}
    assert not missing, f"add to motcua_contract/faults: {missing}"


def test_every_fault_has_a_page() -> None:
    missing = sorted(catalogue() - ALL)
    assert not missing, f"write docs/runbooks for: {missing}"


def test_every_incident_has_a_page() -> None:
    assert {f"incident.{kind}" for kind in INCIDENTS} <= ALL


def test_every_refusal_has_a_page_or_says_it_all() -> None:
    paged = {RefusalCode(c.split(".")[1]) for c in ALL if c.startswith("refusal.")}
    assert not paged & SAYS_IT_ALL
    missing = set(RefusalCode) - paged - SAYS_IT_ALL
    assert not missing, f"write a page, or add to SAYS_IT_ALL what needs nobody's help: {missing}"


def test_everybody_who_is_not_let_in_finds_a_page_or_a_sentence() -> None:
    paged = {c.split(".")[1] for c in ALL if c.startswith("access.")}
    assert paged | ACCESS_SAYS_IT_ALL == set(errors._ACCESS_STATUS)


def test_no_page_is_about_what_is_no_more() -> None:
    pages = {code for code in ALL if code.split(".")[0] not in ELSEWHERE}
    assert pages <= catalogue()
    assert {c.split(".")[1] for c in ALL if c.startswith("incident.")} == INCIDENTS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_short_and_says_all_four_things_in_both_languages(page: Path) -> None:
    text = page.read_text()
    places = [text.find(heading) for heading in HEADINGS]
    assert min(places) > 0, f"lacks {HEADINGS[places.index(min(places))]}"
    assert places == sorted(places)
    vietnamese, english = text.split("## English")
    assert VIETNAMESE.search(vietnamese)
    assert len(text.split()) <= 700, "short enough to be read beside a broken machine"
    steps = re.compile(r"^\d\. ", re.MULTILINE)
    assert len(steps.findall(vietnamese)) == len(steps.findall(english)) >= 3


def test_the_index_names_every_page_once_with_its_codes() -> None:
    lines = (FOLDER / "README.md").read_text().splitlines()
    for page in PAGES:
        (line,) = [line for line in lines if f"({page.name})" in line]
        assert set(re.findall(r"`([a-z_]+\.[a-z_]+)`", line)) == documented(page)
