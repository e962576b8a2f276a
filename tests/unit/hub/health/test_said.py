"""What a component says reaches the hub's pages in Vietnamese, or marked as the English it is."""

from motcua_contract.facts.office import HealthChanged
from motcua_contract.sentences import Phrase, joined, say
from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.said import kept, shown
from motcua_hub.domain.latest import health_values
from motcua_hub.web.render import told

SAID = joined(say("ups.charge", percent=83.5), say("ups.load", percent=12.0))


def test_phrases_are_kept_as_they_came_and_shown_in_vietnamese():
    assert shown(kept(SAID.phrases)) == "Ắc quy 83,5 %; tải 12 %"
    assert kept(()) == "" == shown("")


def test_what_cannot_be_shown_leaves_the_english():
    unknown = kept((Phrase("of.a.newer.site", {"n": 1}),))
    assert shown(unknown) == shown("no json") == shown('{"key": 1}') == ""
    assert told(unknown, "<b>new</b>") == '<span lang="en">&lt;b&gt;new&lt;/b&gt;</span>'
    assert told(kept(SAID.phrases), str(SAID)) == "Ắc quy 83,5 %; tải 12 %"
    assert told("", "") == ""


def test_a_flood_of_phrases_is_not_stored():
    assert kept(tuple(Phrase("text", {"text": "x" * 100}) for _ in range(100))) == ""


def test_the_journal_says_it_too():
    fact = HealthChanged(
        component="ups", state=HealthState.OK, since=1, detail=str(SAID), said=SAID.phrases
    )
    values = health_values(fact)
    assert values is not None
    assert shown(values["said"]) == "Ắc quy 83,5 %; tải 12 %"
