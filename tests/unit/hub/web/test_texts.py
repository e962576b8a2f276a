"""Words come from the strings file; templates hold none of their own."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from motcua_contract.facts import FACT_TYPES
from motcua_contract.faults import FAULTS, Responsible
from motcua_contract.vocabulary import CounterState, HealthState, PrintState, TicketState
from motcua_hub.domain.health import component, site
from motcua_hub.domain.health.kinds import DeviceClass
from motcua_hub.domain.health.quantities import KEPT
from motcua_hub.domain.link import Link
from motcua_hub.store.incidents import Kind
from motcua_hub.web.security.audit import Action
from motcua_hub.web.texts import Texts, UnknownTextError, load_texts

TEMPLATES = Path(str(files("motcua_hub.web"))) / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
TAG = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
SPOKEN = re.compile(r"\b(?:title|alt|placeholder|aria-label|data-label|label)=\"([^\"]*)\"")
ATTRIBUTE = re.compile(r"[\w-]+=\"[^\"]*\"")
"""What is left of a macro that writes attributes into somebody else's tag."""
USED = re.compile(r"\b(?:t|en|bi)\(\s*[\"']([a-z0-9_.]+)[\"']\s*[,)]")


def words_outside_markup(text):
    bare = TAG.sub(" ", re.sub(r"&\w+;", " ", JINJA.sub(" ", text)))
    return re.findall(r"[^\W\d_]{2,}", ATTRIBUTE.sub(" ", bare))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_a_template_has_no_words_of_its_own(page):
    text = page.read_text(encoding="utf-8")
    assert words_outside_markup(text) == []
    attributes = (JINJA.sub("", value) for value in SPOKEN.findall(text))
    assert [value for value in attributes if re.search(r"[^\W\d_]{2,}", value)] == []


def test_the_guard_sees_words():
    assert words_outside_markup("<p title='x'>Xin chào {{ t('a') }}</p>") == ["Xin", "chào"]


def test_every_key_a_template_asks_for_has_words():
    texts = load_texts()
    asked = {key for page in PAGES for key in USED.findall(page.read_text(encoding="utf-8"))}
    assert len(asked) > 100
    assert asked - texts.keys() == set()


@pytest.mark.parametrize(
    ("family", "names"),
    [
        ("link", list(Link)),
        ("state", list(HealthState)),
        ("ticket.state", list(TicketState)),
        ("print.state", list(PrintState)),
        ("counter.state", list(CounterState)),
        ("incident.kind", list(Kind)),
        ("audit.action", list(Action)),
        ("responsible", list(Responsible)),
        ("class", list(DeviceClass)),
        ("quantity", list(KEPT)),
        ("rule.component", [rule.name for rule in component.RULES]),
        ("todo", ["nothing", *(r.name for r in component.RULES if r.state is HealthState.UNKNOWN)]),
        ("rule.site", [rule.name for rule in site.RULES]),
        ("rule.link", list(Link)),
        ("device", sorted({fault.device for fault in FAULTS})),
        ("event", [name.partition("/")[0] for name in FACT_TYPES]),
    ],
)
def test_every_member_of_a_vocabulary_has_words(family, names):
    texts = load_texts()
    assert [name for name in names if f"{family}.{name}" not in texts] == []


def test_every_entry_is_vietnamese_first_and_its_places_agree():
    for key, entry in load_texts().items():
        assert entry["vi"].strip(), key
        assert set(entry) <= {"vi", "en"}, key
        places = set(re.findall(r"{(\w+)}", entry["vi"]))
        assert set(re.findall(r"{(\w+)}", entry.get("en", ""))) <= places, key


def test_vietnamese_is_stored_composed():
    raw = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.parent.glob("*.json"))
    assert not re.search(r"[\u0300-\u036f]", raw)


def test_a_missing_key_is_refused_and_a_missing_name_is_shown_as_it_is():
    texts = Texts({"a": {"vi": "A {n}"}, "family.x": {"vi": "ích"}})
    assert texts.vi("a", n=3) == "A 3"
    assert texts.en("a") == ""
    assert (texts.named("family", "x"), texts.named("family", "y")) == ("ích", "y")
    with pytest.raises(UnknownTextError):
        texts.vi("b")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.device}.{fault.code}")
def test_every_threshold_is_told_in_vietnamese_as_the_catalogue_has_it(fault):
    """When this fails the catalogue's rule changed: translate it anew in strings_rules.json."""
    entry = load_texts()[f"threshold.{fault.device}.{fault.code}"]
    assert entry["en"] == fault.rule
    assert entry["vi"] != fault.rule
