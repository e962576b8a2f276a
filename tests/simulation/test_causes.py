"""Why things were down: what the rules say of every outage of the quarter, against the script."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from motcua_hub.domain.incident.attribution import Attribution, attribute
from motcua_hub.domain.incident.vocabulary import Cause
from support.province import causes
from support.province.causes import Case
from support.province.feed import Feed

LONG_AFTER = 40 * 86_400_000


@dataclass(frozen=True)
class Word:
    """What the rules say of a case at one moment."""

    case: Case
    now: int
    said: Attribution

    @property
    def right(self) -> bool:
        """Whether it is exactly the fault of the script."""
        return self.said.cause is self.case.truth_at(self.now)


@dataclass(frozen=True)
class Words:
    """All of them: while it lasts, and when everything is in."""

    early: list[Word]
    final: list[Word]


@pytest.fixture(scope="module")
def words(quarter: Feed) -> Words:
    """Every outage of the quarter looked at several times."""
    return told(quarter)


def told(feed: Feed) -> Words:
    found = Words([], [])
    last = feed.period[1] + LONG_AFTER
    for case, look in looks(feed):
        found.early.extend(Word(case, now, attribute(look(now))) for now in case.stages())
        found.final.append(Word(case, last, attribute(look(last))))
    return found


def looks(feed: Feed) -> Iterator[tuple[Case, object]]:
    for office in feed.offices:
        for case in causes.office_cases(feed, office):
            yield case, lambda now, o=office, c=case: causes.circumstances(feed, o, c, now)
    for server, _ in feed.servers:
        for case in causes.server_cases(feed, server):
            yield case, lambda now, s=server, c=case: causes.server_circumstances(feed, s, c, now)


def test_the_quarter_holds_every_cause_that_the_rules_can_tell(words: Words) -> None:
    seen = Counter(word.case.truth for word in words.final)
    told_of = set(Cause) - {Cause.LINK, Cause.SECURITY, Cause.UNKNOWN}
    assert set(seen) == told_of
    assert len(words.final) > 2_000


def test_the_cause_is_right_in_99_of_100_outages(words: Words) -> None:
    wrong = [word for word in words.final if not word.right]
    share = 1 - len(wrong) / len(words.final)
    assert share >= 0.99, Counter((w.case.truth, w.said.cause) for w in wrong)


def test_nothing_wrong_is_ever_told_as_a_fact(words: Words) -> None:
    wrong = [word for word in (*words.early, *words.final) if not word.right]
    assert wrong, "rules that are never wrong have not been tried"
    sure = [(w.case.target, w.case.truth, w.said) for w in wrong if w.said.confident]
    assert sure == []


def test_while_it_lasts_a_cause_is_provisional_and_afterwards_it_is_not(words: Words) -> None:
    lasting = [word for word in words.early if word.now < word.case.end]
    assert lasting
    assert all(word.said.provisional for word in lasting)
    assert not any(word.said.provisional for word in words.final)


def test_what_was_said_early_with_confidence_stands_when_the_journal_is_in(words: Words) -> None:
    final = {(word.case.target, word.case.onset): word for word in words.final}
    turned = [
        (word.case, word.said.cause)
        for word in words.early
        if word.said.confident
        and word.now > word.case.planned_until
        and final[word.case.target, word.case.onset].said.cause is not word.said.cause
    ]
    assert turned == []


def test_every_cause_names_what_it_rests_on(words: Words) -> None:
    bare = [w for w in words.final if w.said.cause is not Cause.UNKNOWN and not w.said.evidence]
    assert bare == []
