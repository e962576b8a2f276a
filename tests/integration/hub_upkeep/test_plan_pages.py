"""The yearly plan: the registry's rows, its files, its steps."""

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from motcua_hub.store import schema, servicing
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.servicing import Life
from motcua_hub.upkeep import plans
from support.hub_seed import DAY_MS, HOUR, NOW, proof_of, seed_show
from support.outages import another

YEAR = 2027
PATH = f"/maintenance/plan/{YEAR}"
EVIL = "=cmd|' /C calc'!A0"


@pytest.fixture
def client(hub):
    seed_show(hub)
    with writing(hub.engine) as connection:
        table = schema.asset
        connection.execute(table.update().values(added_at=NOW - 700 * DAY_MS))
        connection.execute(table.update().where(table.c.id == 2).values(name=EVIL, serial="+84"))
        lives = {
            1: Life(asset=1, bought_on="2018-01-01"),
            3: Life(asset=3, bought_on="2025-01-15", warranty_until="2027-06-30", unit="@Sở"),
        }
        for life in lives.values():
            servicing.set_life(connection, life, actor="quan-tri", now=NOW)
        failures(connection)
    return hub.signed_in()


def failures(connection):
    """The printer was critical three more times this year, once in a drill."""
    for number, drill in enumerate((False, False, True), start=1):
        row = {"site": "ben-thanh", "component": "printer", "by_jid": "ab" * 16, "by_seq": number}
        row |= {"by_depth": 1, "before": "ok", "state": "critical", "code": "cutter_error"}
        row |= {"drill": drill, "since": NOW - number * HOUR, "until": NOW}
        connection.execute(schema.health_span.insert().values(row))


def planned(hub):
    with reading(hub.engine) as connection:
        return plans.plan_of(connection, YEAR)


def press(client, what, **data):
    proof = proof_of(client.get("/maintenance/models").text)
    return client.post(f"{PATH}/{what}", data={"proof": proof, **data})


def test_the_plan_of_the_registry_is_as_expected(hub, client):
    del client
    rows = planned(hub).rows
    assert len(rows) == sum(1 for row in hub.rows("asset") if row["retired_at"] is None)
    expected = {
        1: ("replace", "worn", 108, "unknown", 0),
        3: ("warranty", "warranty", 23, "ends", 0),
        11: ("repair", "failing", None, "unknown", 3),
        12: ("service", "usual", None, "unknown", 0),
    }
    got = {
        row.asset: (row.action.value, row.why, row.age_months, row.warranty.value, row.failures)
        for row in rows
    }
    assert {asset: got[asset] for asset in expected} == expected
    assert [row.asset for row in rows][:2] == [1, 11]
    for row in rows:
        assert [date.fromisoformat(day).year for day in row.due] == [YEAR, YEAR]
        assert (row.done, row.asked) == (0, 2)


def test_csv_and_xlsx_say_the_same_and_hold_no_formula(client):
    text = client.get(f"{PATH}.csv").data.decode("utf-8-sig")
    listed = list(csv.reader(io.StringIO(text)))
    book = load_workbook(io.BytesIO(client.get(f"{PATH}.xlsx").data))
    sheet = book.active
    table = [list(row) for row in sheet.iter_rows(min_row=6)]
    assert [cell.value for cell in table[0]] == listed[0]
    for row, line in zip(table[1:], listed[1:], strict=True):
        assert [str(cell.value if cell.value is not None else "") for cell in row] == line
    for row in sheet.iter_rows():
        assert all(cell.data_type != "f" for cell in row)
    flat = [cell for line in listed for cell in line]
    assert f"'{EVIL}" in flat
    assert "'+84" in flat
    assert "'@Sở" in flat
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in flat)


def test_a_plan_that_was_handed_in_no_longer_follows_the_registry(hub, client):
    assert press(client, "submit").status_code == 303
    before = planned(hub)
    assert (before.state.value, len(before.sha256)) == ("appraisal", 64)
    with writing(hub.engine) as connection:
        connection.execute(schema.asset.update().values(name="Tên khác"))
    assert planned(hub).rows == before.rows
    other = another(hub, "chu-tich")
    assert press(other, "return", note="Thiếu thuyết minh kinh phí").status_code == 303
    assert {row.name for row in planned(hub).rows} == {"Tên khác"}


def test_the_steps_are_kept_with_who_and_when(hub, client):
    assert press(client, "approve", note="12/QĐ-UBND").status_code == 409
    press(client, "submit")
    assert press(client, "approve", note="12/QĐ-UBND").status_code == 409
    other = another(hub, "chu-tich")
    assert press(other, "approve", note="").status_code == 409
    hub.clock.now += HOUR
    assert press(other, "approve", note="12/QĐ-UBND").status_code == 303
    assert press(other, "return", note="muộn").status_code == 409
    steps = [(one.step, one.actor, one.at, one.note) for one in planned(hub).steps]
    assert steps == [
        ("submit", "quan-tri", NOW, ""),
        ("approve", "chu-tich", NOW + HOUR, "12/QĐ-UBND"),
    ]
    page = client.get(PATH).text
    assert "Đã phê duyệt" in page
    assert "12/QĐ-UBND" in page
    told = [line for line in hub.rows("audit") if line["action"] == "plan_step"]
    assert [line["subject"] for line in told] == ["plan 2027"] * 2


def test_years_that_nobody_plans_are_not_there(client):
    assert client.get("/maintenance/plan/1999").status_code == 404
    assert client.get("/maintenance/plan/99999.csv").status_code == 404
