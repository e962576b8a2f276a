"""Layers of targets as people wrote them down: who is covered by which window, and since when."""

from types import SimpleNamespace

import pytest
from sqlalchemy import Connection, Engine

from motcua_hub.domain.availability.hours import ALWAYS
from motcua_hub.domain.availability.policy import DAY, HOUR
from motcua_hub.domain.calendar.planned import Scope, ScopeKind, UnfitPlanError, Wish
from motcua_hub.ledger import targets
from motcua_hub.ledger.layers import Basis, Placed, book, layers_of
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.store import plans
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.plans import EXCLUSION, WINDOW, UnknownPlanError

NOW = 1_790_000_000_000
BEGIN = NOW + 3 * DAY
TARGETS = {
    "link.a": ("site_link", "a", None),
    "kiosk.a": ("device", "a", "link.a"),
    "printer.a": ("device", "a", "kiosk.a"),
    "kiosk.b": ("device", "b", None),
    "portal": ("service", None, None),
}


def placed(name: str, *, end: int | None = None) -> Placed:
    kind, site, _ = TARGETS[name]
    return SimpleNamespace(id=name, kind=kind, site=site, life_begin=NOW - DAY, life_end=end)


@pytest.fixture
def hub(engine: Engine) -> Engine:
    with writing(engine) as connection:
        for name, (kind, site, parent) in TARGETS.items():
            made = Target(id=name, name=name, kind=Kind(kind), site=site, parent=parent)
            targets.add(connection, made, NOW - DAY)
    return engine


def asked(connection: Connection, *scopes: Scope, **changes: object) -> int:
    wish = {"begin": BEGIN, "end": BEGIN + HOUR, "reason": "Thay cáp", "scopes": scopes, **changes}
    return plans.ask_window(connection, Wish(**wish), NOW, "an")  # type: ignore[arg-type]


def covered(engine: Engine) -> set[str]:
    with reading(engine) as connection:
        found = book(connection)
    return {name for name in TARGETS if found.of(placed(name)).windows}


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(ScopeKind.TARGET, "kiosk.a"), {"kiosk.a"}),
        (Scope(ScopeKind.BRANCH, "kiosk.a"), {"kiosk.a", "printer.a"}),
        (Scope(ScopeKind.BRANCH, "link.a"), {"link.a", "kiosk.a", "printer.a"}),
        (Scope(ScopeKind.SITE, "b"), {"kiosk.b"}),
        (Scope(ScopeKind.EVERYTHING), set(TARGETS)),
    ],
)
def test_a_window_covers_what_it_is_about_once_another_person_agreed(
    hub: Engine, scope: Scope, expected: set[str]
) -> None:
    with writing(hub) as connection:
        number = asked(connection, scope)
    assert covered(hub) == set()
    with writing(hub) as connection:
        plans.approve(connection, WINDOW, number, now=NOW + 1, who="binh")
    assert covered(hub) == expected


def test_layers_are_as_they_were_on_record(hub: Engine) -> None:
    with writing(hub) as connection:
        number = asked(connection, Scope(ScopeKind.SITE, "a"))
        plans.approve(connection, WINDOW, number, now=NOW + 10, who="binh")
        plans.end(connection, WINDOW, number, "Mưa", now=NOW + 20, who="an")
    with reading(hub) as connection:
        seen = [
            len(layers_of(connection, placed("kiosk.a"), as_of=NOW + at).windows)
            for at in (9, 10, 19, 20)
        ]
    assert seen == [0, 1, 1, 0]


def test_an_approved_window_is_announced_by_that_and_keeps_an_earlier_announcement(
    hub: Engine,
) -> None:
    with writing(hub) as connection:
        first = asked(connection, Scope(ScopeKind.EVERYTHING))
        told = asked(connection, Scope(ScopeKind.EVERYTHING), told_at=NOW - DAY, paper="5/TB")
        for number in (first, told):
            plans.approve(connection, WINDOW, number, now=NOW + 7, who="binh")
        assert plans.window(connection, first).announced_at == NOW + 7
        assert plans.window(connection, told).announced_at == NOW - DAY


def test_a_second_decision_and_an_unknown_plan_are_refused(hub: Engine) -> None:
    with writing(hub) as connection:
        number = asked(connection, Scope(ScopeKind.EVERYTHING))
        plans.refuse(connection, WINDOW, number, "Trùng kỳ thi", now=NOW, who="binh")
    with writing(hub) as connection, pytest.raises(UnfitPlanError, match="decided"):
        plans.approve(connection, WINDOW, number, now=NOW, who="chi")
    with reading(hub) as connection, pytest.raises(UnknownPlanError):
        plans.window(connection, 999)
    with reading(hub) as connection, pytest.raises(UnknownPlanError):
        plans.exclusion(connection, number)


def test_an_exclusion_counts_once_agreed_to_and_until_withdrawn(hub: Engine) -> None:
    wish = Wish(
        begin=NOW - HOUR,
        end=NOW,
        reason="Bão số 9",
        paper="12/QĐ-UBND",
        scopes=(Scope(ScopeKind.SITE, "a"),),
    )
    with writing(hub) as connection:
        number = plans.ask_exclusion(connection, wish, NOW, "an")
        assert layers_of(connection, placed("kiosk.a")).exclusions == ()
        plans.approve(connection, EXCLUSION, number, now=NOW + 1, who="binh")
        assert [x.reason for x in layers_of(connection, placed("kiosk.a")).exclusions] == [
            "Bão số 9"
        ]
        assert layers_of(connection, placed("kiosk.b")).exclusions == ()
        plans.end(connection, EXCLUSION, number, "Nhầm điểm", now=NOW + 2, who="binh")
        assert layers_of(connection, placed("kiosk.a")).exclusions == ()


def test_an_old_plan_can_be_left_out_of_the_book(hub: Engine) -> None:
    with writing(hub) as connection:
        number = asked(connection, Scope(ScopeKind.EVERYTHING))
        plans.approve(connection, WINDOW, number, now=NOW + 1, who="binh")
    with reading(hub) as connection:
        assert book(connection, since=BEGIN + HOUR - 1).of(placed("portal")).windows
        assert not book(connection, since=BEGIN + HOUR).of(placed("portal")).windows


def test_devices_have_office_hours_and_servers_and_links_none(hub: Engine) -> None:
    with reading(hub) as connection:
        found = book(connection)
        assert found.of(placed("link.a")).hours == ALWAYS
        assert found.of(placed("portal")).hours == ALWAYS
        assert found.of(placed("kiosk.a")).hours == found.hours("a") != ALWAYS
        assert found.of(placed("portal"), Basis.OFFICE).hours == found.hours(None)
        assert found.of(placed("kiosk.a"), Basis.ALWAYS).hours == ALWAYS


def test_the_contracts_life_is_a_layer(hub: Engine) -> None:
    with reading(hub) as connection:
        assert layers_of(connection, placed("portal", end=NOW)).life == ((NOW - DAY, NOW),)
        assert layers_of(connection, placed("portal", end=NOW - DAY)).life == ()
        (begin, _), *_ = layers_of(connection, placed("portal")).life or ()
        assert begin == NOW - DAY
