"""Every text that can be asked for exists, in both languages, and says what was agreed."""

import json
import re
from pathlib import Path

import pytest

import motcua_edge.web
from motcua_edge.domain.refusals import RefusalCode
from motcua_edge.web.errors import _ACCESS_STATUS, _STATUS
from motcua_edge.web.texts import Texts

WEB = Path(motcua_edge.web.__file__).parent
SHARED = Path(__file__).parents[5] / "shared" / "domain" / "strings_vi.json"
_LITERAL = re.compile(
    r"""\b(?:t|en|both|press|panel|ask|row)\((?:"[a-z-]+", )?["`]([a-z]+\.[\w.]+)["`]"""
)


@pytest.fixture(scope="module")
def texts():
    return Texts()


@pytest.mark.parametrize("code", list(RefusalCode))
def test_every_refusal_is_said_in_vietnamese_and_english(texts, code):
    key = f"refusal.{code.value}"
    assert len(texts.say(key)) > 8
    assert texts.en[key]


@pytest.mark.parametrize("code", sorted(_ACCESS_STATUS))
def test_everybody_who_is_not_let_in_is_told_why(texts, code):
    assert texts.say(f"error.{code}")


def test_every_bad_request_code_in_the_source_has_a_text(texts):
    source = "".join(path.read_text() for path in WEB.glob("*.py"))
    codes = set(re.findall(r'BadRequestError\(\s*\d+, "(\w+)"', source))
    codes |= set(re.findall(r'Problem\(code="(\w+)"', source))
    assert len(codes) >= 8
    assert not {code for code in codes if f"error.{code}" not in texts.vi}


def test_both_languages_have_the_same_keys_and_the_same_figures(texts):
    assert set(texts.vi) == set(texts.en)
    for key, said in texts.vi.items():
        figures = set(re.findall(r"\{(\w+)\}", said))
        assert set(re.findall(r"\{(\w+)\}", texts.en[key])) <= figures, key


def test_a_missing_figure_does_not_fail_a_page(texts):
    assert "…" in texts.say("kiosk.too_fast")


@pytest.mark.skipif(not SHARED.exists(), reason="the shared texts are not beside this checkout")
def test_texts_that_were_agreed_for_all_are_used_word_for_word(texts):
    agreed = json.loads(SHARED.read_text(encoding="utf-8"))
    changed = {k for k, said in agreed.items() if k in texts.vi and texts.vi[k] != said}
    assert not changed
    assert len(agreed.keys() & texts.vi.keys()) > 100


def _keys_in_scripts():
    scripts = sorted((WEB / "static" / "js").glob("*.js"))
    return {key for path in scripts for key in _LITERAL.findall(path.read_text(encoding="utf-8"))}


def test_every_text_that_a_script_names_exists(texts):
    keys = _keys_in_scripts()
    assert len(keys) > 80
    assert not {key for key in keys if key not in texts.vi}


def test_every_text_that_a_page_names_exists(texts):
    pages = "".join(path.read_text() for path in (WEB / "templates").glob("*.html"))
    keys = set(re.findall(r'\bt\["([\w.]+)"\]', pages)) | set(
        re.findall(r'en\["([\w.]+)"\]', pages)
    )
    assert keys
    assert not {key for key in keys if key not in texts.vi}


def test_no_status_says_success_for_a_refusal():
    assert all(400 <= status < 500 for status in [*_STATUS.values(), *_ACCESS_STATUS.values()])


def test_pages_load_nothing_from_elsewhere():
    files = [p for p in WEB.rglob("*") if p.suffix in {".html", ".css", ".js", ".svg"}]
    assert len(files) > 15
    for path in files:
        found = set(re.findall(r"https?://[^\s\"')]+", path.read_text(encoding="utf-8")))
        assert found <= {"http://www.w3.org/2000/svg"}, path


def test_pages_carry_no_script_or_style_inside_them():
    for path in (WEB / "templates").glob("*.html"):
        text = path.read_text()
        assert not re.search(r"<style|style=|\son\w+=", text), path
        scripts = re.findall(r"<script[^>]*>", text)
        assert all("src=" in s or "application/json" in s for s in scripts), path
