"""The directory as a list: all of it or nothing, the same again here and elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, func, select

from motcua_hub.domain.routing import listed
from motcua_hub.domain.routing.directory import Directory, Duty, Step, Unit, following
from motcua_hub.domain.routing.listed import UnlistedError
from motcua_hub.store import directory, directory_edits, schema
from motcua_hub.store.directory_import import take_in
from motcua_hub.store.engine import open_engine, reading, writing
from motcua_hub.store.migrate import upgrade
from support.directories import BOSS, HARDWARE, LINK, SOFTWARE, province
from support.telling import write_directory

TABLES = (schema.unit, schema.contact, schema.route, schema.escalation_step, schema.oncall)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_engine(database_url)
    upgrade(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Engine]:
    """Another hub."""
    opened = open_engine(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    upgrade(opened)
    yield opened
    opened.dispose()


def contact(connection: Connection, unit: int, position: int) -> int:
    found = directory.load(connection).contacts
    return next(c.id for c in found if (c.unit, c.position) == (unit, position) and not c.ends)


def fill(engine: Engine) -> None:
    """Every kind of row, names that a spreadsheet would take for formulas, and all that changes."""
    with writing(engine) as connection:
        write_directory(connection, province(), 1)
        first, second = (contact(connection, HARDWARE, n) for n in (1, 2))
        steps = [
            Step(unit=HARDWARE, position=1, wait_s=0, contact=second),
            Step(unit=HARDWARE, position=2, wait_s=150, contact=first, channel="email"),
            Step(unit=HARDWARE, position=3, wait_s=600, contact=first, channel="sms", tier=3),
        ]
        directory_edits.set_steps(connection, HARDWARE, steps, 2)
        for day, session in (("2026-03-02", "off"), ("2026-03-03", "morning")):
            duty = Duty(unit=HARDWARE, day=day, session=session, contact=second)
            directory_edits.set_duty(connection, duty, None, 3)
        held = next(c for c in directory.load(connection).contacts if c.id == first)
        changed = replace(held, name="=HYPERLINK(1)", phones=("+84 905",), duty="-1+1")
        directory_edits.change_contact(connection, changed, "2026-03-10", 4)
        new = Unit(id=0, name="@VNPT mới", short="'=x", begins="2026-04-01")
        directory_edits.succeed(connection, [LINK], new, 5)
        directory.set_fallback(connection, SOFTWARE, 6)


def written(engine: Engine) -> str:
    with reading(engine) as connection:
        return listed.write(directory.load(connection))


def read_in(engine: Engine, text: str) -> tuple[int, int]:
    with writing(engine) as connection:
        return take_in(connection, listed.read(text), 9)


def rows(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return [connection.scalar(select(func.count()).select_from(t)) or 0 for t in TABLES]


def test_read_in_again_it_changes_nothing(engine: Engine):
    fill(engine)
    text, before = written(engine), rows(engine)
    assert read_in(engine, text) == (0, 0)
    assert written(engine) == text
    assert rows(engine) == before


def test_another_hub_that_takes_it_in_writes_the_same_list(engine: Engine, elsewhere: Engine):
    fill(engine)
    text = written(engine)
    added, changed = read_in(elsewhere, text)
    assert changed == 1, "only the fallback was somewhere else"
    assert added == sum(rows(engine))
    assert written(elsewhere) == text
    assert read_in(elsewhere, text) == (0, 0)


def whole(engine: Engine) -> Directory:
    with reading(engine) as connection:
        return directory.load(connection)


def test_what_the_list_says_of_steps_and_sessions_is_told_by_name(engine: Engine):
    fill(engine)
    lines = written(engine).splitlines()
    steps = [line for line in lines if line.startswith("step,")]
    assert len(steps) == 3
    assert ",2:30," in steps[1]
    assert len([line for line in lines if line.startswith("duty,")]) == 2
    assert not [c for line in lines for c in line.split(",") if c[:1] in tuple("=+-@")]


def test_steps_of_a_unit_in_the_list_are_its_whole_order(engine: Engine):
    fill(engine)
    lines = written(engine).splitlines()
    kept = [line for line in lines if not line.startswith("step,")]
    first = next(line for line in lines if line.startswith("step,"))
    assert read_in(engine, "\r\n".join([*kept, first, ""])) == (0, 2)
    assert [one.position for one in whole(engine).steps] == [1]
    # a list without any step of a unit says nothing of its order
    assert read_in(engine, "\r\n".join([*kept, ""])) == (0, 0)
    assert [one.position for one in whole(engine).steps] == [1]


HEAD = "record,unit,begins,name,contact,position,wait,day,session,successor\n"


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("step,Phòng CNTT,,,Ai đó,1,5", "contact", "dir.wrong.no_contact"),
        ("step,Không đâu,,,Người 2.1,1,5", "unit", "dir.wrong.no_unit"),
        ("duty,Phòng CNTT,,,Ai đó,,,2026-03-02,off", "contact", "dir.wrong.no_contact"),
        ("contact,Không đâu,2026-01-01,A", "unit", "dir.wrong.no_unit"),
        ("contact,Phòng CNTT,2026-01-01,A,B", "contact", "dir.wrong.no_contact"),
        ("unit,Mới,2026-01-01,,,,,,,Mới", "successor", "dir.wrong.circle"),
        ("fallback,Không đâu", "unit", "dir.wrong.no_unit"),
    ],
)
def test_one_wrong_line_is_named_and_nothing_is_taken_in(
    engine: Engine, line: str, column: str, code: str
):
    fill(engine)
    before = written(engine)
    good = "unit,Đơn vị mới,2026-01-01\ncontact,Đơn vị mới,2026-01-01,Người mới\n"
    with pytest.raises(UnlistedError) as told:
        read_in(engine, HEAD + good + line + "\n")
    assert (told.value.line, told.value.column, told.value.code) == (4, column, code)
    assert written(engine) == before


def test_a_contact_that_changes_keeps_its_place_in_the_order_and_its_sessions(engine: Engine):
    fill(engine)
    held = whole(engine)
    old = next(s.contact for s in held.steps if s.channel == "sms")
    before, after = (following(held, old, day) for day in ("2026-03-09", "2026-03-10"))
    assert before is not None
    assert after is not None
    assert (before.id, after.name) == (old, "=HYPERLINK(1)")


def test_a_unit_that_is_renamed_takes_its_order_and_its_sessions_along(engine: Engine):
    fill(engine)
    with writing(engine) as connection:
        new = Unit(id=0, name="Ban QLDA mới", begins="2026-05-01")
        made = directory_edits.succeed(connection, [HARDWARE], new, 9)
        held = directory.load(connection)
    mine = sorted((s for s in held.steps if s.unit == made), key=lambda s: s.position)
    assert [(s.wait_s, s.channel, s.tier) for s in mine] == [
        (0, "", 0), (150, "email", 0), (600, "sms", 3),
    ]  # fmt: skip
    units = {c.id: c.unit for c in held.contacts}
    assert {units[s.contact] for s in mine} == {made}
    assert {d.day for d in held.duties if d.unit == made} == {"2026-03-02", "2026-03-03"}


def test_units_that_merge_lose_an_order_that_only_one_of_them_has(engine: Engine):
    fill(engine)
    with writing(engine) as connection:
        new = Unit(id=0, name="Ban chung", begins="2026-05-01")
        made = directory_edits.succeed(connection, [HARDWARE, BOSS], new, 9)
        held = directory.load(connection)
    # contacts one after another: nobody who was told before is left out
    assert [s for s in held.steps if s.unit == made] == []
    assert len([c for c in held.contacts if c.unit == made]) == 4
