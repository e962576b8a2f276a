"""From rows to figures: subjects of periods, and what everything is right now."""

from fractions import Fraction

import msgspec
import pytest
from sqlalchemy import Engine

from motcua_hub.domain.availability.evidence import Sli, State
from motcua_hub.domain.availability.reports import report, revised
from motcua_hub.domain.incident.state import Entry
from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.ledger import alive, claims, described, now, targets
from motcua_hub.ledger.reading import View
from motcua_hub.ledger.rules import Rules
from motcua_hub.ledger.subjects import subject, subjects
from motcua_hub.ledger.targets import Kind
from motcua_hub.ledger.timelines import segments
from motcua_hub.store import timelines
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.incidents import Opening, open_incident
from support.ledger import DAY, HOUR, MINUTE, SECOND, T0, added, claim, piece, tell

PERIOD = (T0, T0 + DAY)


def test_a_day_is_measured_from_the_rows(engine: Engine) -> None:
    with writing(engine) as connection:
        added(connection)
        tell(connection, piece(0, 6 * HOUR), piece(6 * HOUR, 9 * HOUR, "down", cause="power"))
        tell(connection, piece(9 * HOUR, 24 * HOUR))
    with reading(engine) as connection:
        found = report(subject(connection, "web", PERIOD), PERIOD, T0 + 2 * DAY)
    assert (found.numbers["up"], found.numbers["down"]) == (21 * HOUR, 3 * HOUR)
    assert found.numbers["availability"] == str(Fraction(21, 24))
    assert [each.cause for each in found.incidents] == ["power"]


def test_a_target_that_is_not_there_is_an_error(engine: Engine) -> None:
    with reading(engine) as connection, pytest.raises(KeyError):
        subject(connection, "nobody", PERIOD)


def test_an_outage_of_a_week_is_not_cut_by_the_day_asked_for(engine: Engine) -> None:
    """Evidence comes in pieces of a day: what was read at first does not reach the beginning."""
    with writing(engine) as connection:
        added(connection, now=T0 - 30 * DAY)
        tell(connection, piece(-20 * DAY, -10 * DAY))
        for day in range(-10, 9):
            tell(connection, piece(day * DAY, (day + 1) * DAY, "down"))
        tell(connection, piece(9 * DAY, 10 * DAY))
    with reading(engine) as connection:
        found = report(subject(connection, "web", PERIOD), PERIOD, T0 + 20 * DAY)
    assert [(e.begin - T0, e.end - T0) for e in found.incidents] == [(-10 * DAY, 9 * DAY)]


def test_late_evidence_makes_a_revision_and_the_past_view_stays(engine: Engine) -> None:
    with writing(engine) as connection:
        added(connection)
        tell(connection, piece(0, 12 * HOUR))
        claims.settle(connection, T0 + DAY)
    with reading(engine) as connection:
        first = report(subject(connection, "web", PERIOD, T0 + DAY), PERIOD, T0 + DAY)
    with writing(engine) as connection:
        late = 30 * HOUR
        tell(connection, piece(12 * HOUR, 43 * HOUR // 2, received_at=late, rank=80))
        down = piece(43 * HOUR // 2, DAY, "down", received_at=late, rank=80, cause="power")
        tell(connection, down)
        # dated back before the report by whoever brought it
        tell(connection, piece(0, MINUTE, "down", received_at=HOUR, rank=80))
    with reading(engine) as connection:
        again = report(subject(connection, "web", PERIOD, T0 + DAY), PERIOD, T0 + DAY)
        second = revised(subject(connection, "web", PERIOD, T0 + 2 * DAY), first, T0 + 2 * DAY)
    assert again == first
    assert second is not None
    assert second.revision == 2
    assert second.changes == (
        "12 h UNKNOWN → 9.5 h UP, 2.5 h DOWN power",
        "1 min UP → 1 min DOWN",
    )


def test_many_subjects_are_those_of_each(engine: Engine) -> None:
    names = [f"t{n}" for n in range(7)]
    with writing(engine) as connection:
        added(connection, "up")
        for n, name in enumerate(names):
            added(connection, name, parent="up" if n % 2 else None)
            tell(connection, piece(n * HOUR, 24 * HOUR, target=name))
        tell(connection, piece(0, 3 * HOUR, "down", target="up"))
    with reading(engine) as connection:
        many = list(subjects(connection, names, PERIOD))
        single = [subject(connection, name, PERIOD) for name in names]
    assert [_plain(each) for each in many] == [_plain(each) for each in single]


def _plain(found: object) -> object:
    return msgspec.structs.replace(found, evidence=tuple(sorted(found.evidence, key=repr)))  # type: ignore[attr-defined, arg-type, type-var]


def test_an_outage_further_up_explains_what_the_hub_saw(engine: Engine) -> None:
    with writing(engine) as connection:
        added(connection, "link", Kind.SITE_LINK)
        added(connection, "pi", Kind.DEVICE, parent="link")
        added(connection, "kiosk", Kind.SERVICE, parent="pi")
        tell(connection, piece(0, HOUR, "down", target="link"))
        tell(connection, piece(0, HOUR, "down", target="kiosk"))
    with reading(engine) as connection:
        found = subject(connection, "kiosk", (T0, T0 + HOUR))
        told = report(found, (T0, T0 + HOUR), T0 + HOUR)
    assert [each.name for each in found.ancestors] == ["pi", "link"]
    assert [each.cause for each in told.incidents] == ["ancestor"]


def test_while_the_hub_was_away_it_saw_nothing(engine: Engine) -> None:
    record = alive.AliveRecord(engine, "boot", "run")
    for at in (*range(0, 601, 10), *range(1200, 1801, 10)):
        record.beat(T0 + at * SECOND, at * SECOND)
    with writing(engine) as connection:
        added(connection)
        tell(connection, piece(0, 30 * MINUTE))
    with reading(engine) as connection:
        found = report(subject(connection, "web", PERIOD), (T0, T0 + 30 * MINUTE), T0 + HOUR)
    assert found.numbers["unknown"] == 10 * MINUTE


def test_a_target_is_what_it_was_in_the_period_as_far_as_was_known_then(engine: Engine) -> None:
    """Renamed, handed over, promised more and moved at noon of the second day, told at once."""
    noon = T0 + 36 * HOUR
    with writing(engine) as connection:
        added(connection, "hub-line")
        web = added(connection)
        rules = Rules(slo="99/100")
        other = msgspec.structs.replace(
            web, name="cổng mới", unit="2", rules=rules, parent="hub-line"
        )
        targets.change(connection, other, noon, "an")
        tell(connection, piece(0, 48 * HOUR, "down", target="hub-line"))
    second = (PERIOD[1], PERIOD[1] + DAY)
    with reading(engine) as connection:
        first = subject(connection, "web", PERIOD)
        then = subject(connection, "web", second, noon - 1)
        today = subject(connection, "web", second)
        named = [View(connection, at=at).target("web") for at in (noon - 1, noon)]
        unknown = View(connection, noon - 1, at=noon).target("web")
    for found in (first, then):
        assert (found.policy.version, found.policy.slo) == ("1", Fraction(999, 1000))
    assert then.ancestors == ()
    assert (today.policy.version, today.policy.slo) == ("2", Fraction(99, 100))
    # one looks a day beyond the period on both sides, but the line explains from noon on only
    for found in (first, today):
        assert [(each.name, each.down) for each in found.ancestors] == [
            ("hub-line", ((noon, T0 + 2 * DAY),))
        ]
    assert [(each.name, each.unit) for each in named] == [("web", ""), ("cổng mới", "2")]
    assert (unknown.name, unknown.unit) == ("web", "")


def test_what_was_never_otherwise_holds_for_the_past_as_well(engine: Engine) -> None:
    """A mistake in the description is mended from the beginning; reports made before keep it."""
    with writing(engine) as connection:
        added(connection, "hub-line")
        web = added(connection)
        mended = msgspec.structs.replace(web, rules=Rules(slo="99/100"), parent="hub-line")
        targets.change(connection, mended, T0 + 2 * DAY, "an", valid_from=0, why="nhập nhầm")
        with pytest.raises(targets.TargetError, match="valid_from"):
            targets.change(connection, web, T0 + DAY, "an", valid_from=T0 + DAY + 1)
    with reading(engine) as connection:
        then = subject(connection, "web", PERIOD, T0 + DAY)
        today = subject(connection, "web", PERIOD, T0 + 3 * DAY)
        told = described.versions_of(connection, "web")
    assert (then.policy.version, then.ancestors) == ("1", ())
    assert today.policy.version == "2"
    assert [each.name for each in today.ancestors] == ["hub-line"]
    assert [(v.number, v.valid_from, v.recorded_by, v.why) for v in told] == [
        (2, 0, "an", "nhập nhầm"),
        (1, 0, "ledger", ""),
    ]


def test_the_end_of_a_contract_changes_no_report_made_before(engine: Engine) -> None:
    noon = T0 + 12 * HOUR
    with writing(engine) as connection:
        web = added(connection)
        tell(connection, piece(0, 24 * HOUR))
        claims.settle(connection, T0 + DAY)
        shorter = msgspec.structs.replace(web, life_end=noon)
        # told at the very moment of the report: dated after it
        targets.change(connection, shorter, T0 + DAY, "an")
    with reading(engine) as connection:
        before = report(subject(connection, "web", PERIOD, T0 + DAY), PERIOD, T0 + DAY)
        after = report(subject(connection, "web", PERIOD, T0 + 2 * DAY), PERIOD, T0 + 2 * DAY)
    assert (before.numbers["full"], after.numbers["full"]) == (DAY, 12 * HOUR)


def test_what_was_moved_back_and_forth_closes_no_circle(engine: Engine) -> None:
    """Two that depended on each other, one after the other."""
    with writing(engine) as connection:
        one, two = added(connection, "one"), added(connection, "two")
        targets.change(connection, msgspec.structs.replace(one, parent="two"), T0 + HOUR)
        targets.change(connection, msgspec.structs.replace(one, parent=None), T0 + 2 * HOUR)
        targets.change(connection, msgspec.structs.replace(two, parent="one"), T0 + 3 * HOUR)
        for name in ("one", "two"):
            tell(connection, piece(0, 24 * HOUR, "down", target=name))
        # what was below it then cannot have been above it at the same time
        wrong = msgspec.structs.replace(two, parent="one")
        with pytest.raises(targets.TargetError, match="parent"):
            targets.change(connection, wrong, T0 + 4 * HOUR, valid_from=T0 + HOUR)
    with reading(engine) as connection:
        lines = {name: View(connection).places.lines(name, PERIOD) for name in ("one", "two")}
        masked = {
            name: [
                (s.begin - T0, s.end - T0, s.masked_by) for s in segments(connection, name, PERIOD)
            ]
            for name in ("one", "two")
        }
    assert [line for _, line in lines["one"]] == [(), ("two",), ()]
    assert masked == {
        "one": [(0, HOUR, ""), (HOUR, 2 * HOUR, "two"), (2 * HOUR, DAY, "")],
        "two": [(0, 3 * HOUR, ""), (3 * HOUR, DAY, "one")],
    }


def test_now_is_what_vantages_say(engine: Engine) -> None:
    with writing(engine) as connection:
        for name in ("up", "down", "silent"):
            added(connection, name)
        confirmed = T0 + 15 * SECOND
        claims.turn(
            connection,
            [
                claim(0, MINUTE, target="up"),
                claim(0, MINUTE, "down", target="down", confirmed_at=confirmed, cause="refused"),
                claim(-HOUR, -30 * MINUTE, target="silent"),
            ],
            T0 + MINUTE,
        )
    with reading(engine) as connection:
        found = now.states(connection, T0 + 2 * MINUTE)
    reachable = Sli.REACHABLE
    assert found["up", reachable][:2] == (State.UP, T0)
    assert found["down", reachable] == (State.DOWN, T0, "refused", confirmed, "")
    assert found["silent", reachable].state is State.UNKNOWN
    assert len(found) == 3


def test_settled_words_are_still_said(engine: Engine) -> None:
    with writing(engine) as connection:
        added(connection)
        claims.turn(connection, [claim(-3 * HOUR, MINUTE)], T0 + MINUTE)
        claims.settle(connection, T0 + MINUTE)
    with reading(engine) as connection:
        found = now.states(connection, T0 + 90 * SECOND)
    assert found["web", Sli.REACHABLE][:2] == (State.UP, T0 - 3 * HOUR)


def test_right_after_a_hole_nothing_is_called_down(engine: Engine) -> None:
    record = alive.AliveRecord(engine, "boot", "run")
    for at in (0, 10, 300, 310, 320):
        record.beat(T0 + at * SECOND, at * SECOND)
    with writing(engine) as connection:
        added(connection)
        claims.turn(connection, [claim(305 * SECOND, 320 * SECOND, "down")], T0 + 320 * SECOND)
    with reading(engine) as connection:
        early = now.states(connection, T0 + 325 * SECOND)["web", Sli.REACHABLE]
        assert early.state is State.UNKNOWN
    for at in range(330, 420, 10):
        record.beat(T0 + at * SECOND, at * SECOND)
    with writing(engine) as connection:
        for at in (360 * SECOND, 400 * SECOND):
            claims.turn(connection, [claim(at, at, "down")], T0 + at)
    with reading(engine) as connection:
        later = now.states(connection, T0 + 410 * SECOND)["web", Sli.REACHABLE]
    assert later[:2] == (State.DOWN, T0 + 305 * SECOND)


def test_marks_stay_with_the_outage_that_the_journal_moves(engine: Engine) -> None:
    """Seen from 6 h on; the journal says later that it began at half past five and fell apart."""
    with writing(engine) as connection:
        added(connection)
        tell(connection, piece(0, 6 * HOUR), piece(6 * HOUR, 9 * HOUR, "down"))
        tell(connection, piece(9 * HOUR, 24 * HOUR))
        onset, sure = T0 + 6 * HOUR, T0 + 6 * HOUR + MINUTE
        opening = Opening(kind="down", target="web", onset=onset, confirmed=sure)
        number = open_incident(connection, opening, sure)
        taken = Entry(happening=Happening.ACKNOWLEDGED, at=sure + 5 * MINUTE, actor="an")
        ended = {"ended": T0 + 9 * HOUR}
        over = Entry(happening=Happening.RESTORED, at=T0 + 9 * HOUR + MINUTE, detail=ended)
        timelines.append(connection, number, [taken, over])
        claims.settle(connection, T0 + DAY)
    with reading(engine) as connection:
        first = report(subject(connection, "web", PERIOD, T0 + DAY), PERIOD, T0 + DAY)
    with writing(engine) as connection:
        journal = {"rank": 80, "received_at": 30 * HOUR}
        tell(connection, piece(11 * HOUR // 2, 7 * HOUR, "down", **journal))
        tell(connection, piece(7 * HOUR, 8 * HOUR, **journal))
        tell(connection, piece(8 * HOUR, 9 * HOUR, "down", **journal))
        again = Entry(happening=Happening.RELAPSED, at=T0 + 31 * HOUR, detail={"merged": True})
        timelines.append(connection, number, [again])
    with reading(engine) as connection:
        same = report(subject(connection, "web", PERIOD, T0 + DAY), PERIOD, T0 + DAY)
        second = revised(subject(connection, "web", PERIOD, T0 + 2 * DAY), first, T0 + 2 * DAY)
    assert (first.numbers["mttd"], first.numbers["mtta"]) == (str(MINUTE), str(5 * MINUTE))
    assert same == first
    assert second is not None
    assert [(e.begin - T0, e.end - T0) for e in second.incidents] == [
        (11 * HOUR // 2, 7 * HOUR),
        (8 * HOUR, 9 * HOUR),
    ]
    assert (second.numbers["detected"], second.numbers["answered"]) == (1, 1)
    assert (second.numbers["mttd"], second.numbers["mtta"]) == (str(31 * MINUTE), str(5 * MINUTE))
