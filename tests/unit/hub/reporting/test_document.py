"""Documents: the golden month, sums, bounds, what is not proven, what a new version says."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua_hub.domain.availability.layers import Exclusion, Layers, Window
from motcua_hub.domain.availability.policy import DAY, HOUR
from motcua_hub.domain.availability.reports import intact
from motcua_hub.domain.reporting.build import Source, build
from motcua_hub.domain.reporting.changes import differences, in_words, revisions
from motcua_hub.domain.reporting.document import Document, canonical, fingerprint, read
from motcua_hub.domain.reporting.finding import Attributed, Finding, Made
from motcua_hub.domain.reporting.periods import period_of
from motcua_hub.reporting.words import load
from support.availability import said
from support.reporting import MONTH, found

WORDS = load()
BEGIN, END = MONTH.interval
MINUTE = 60_000
AT = BEGIN + 5 * DAY + 3 * HOUR


def golden() -> Finding:
    """R9: 31 days, 90 minutes down, 40 minutes of which nothing is known."""
    dark = END - 2 * DAY
    return found(
        [
            said(BEGIN, AT),
            said(AT, AT + 90 * MINUTE, "down", cause="power"),
            said(AT + 90 * MINUTE, dark),
            said(dark + 40 * MINUTE, END),
        ],
        unit="Trung tâm CNTT",
        carrier="VNPT",
    )


def document(*findings: Finding, **more) -> Document:
    return build(
        Source(
            **{
                "number": "TGHD-2026-0001",
                "version": 1,
                "period": MONTH,
                "as_of": END + 1,
                "findings": findings,
                **more,
            }
        ),
        WORDS,
    )


def cell(told: Document, table: str, row: str, column: str) -> str:
    held = told.table(table)
    at = [each.key for each in held.columns].index(column)
    return next(each for each in held.rows if each.key == row).cells[at].text


def test_the_golden_month_with_and_without_what_nobody_knows():
    told = document(golden())
    expected = {
        "full": "744:00:00",
        "base": "744:00:00",
        "down": "1:30:00",
        "unknown": "0:40:00",
        "availability": "99,7982 %",
        "lower": "99,7087 %",
        "upper": "99,7983 %",
        "coverage": "99,9103 %",
        "started": "1",
        "mttr": "1:30:00",
        "met": "0",
        "breached": "1",
    }
    assert {key: cell(told, "summary", key, "always") for key in expected} == expected


def test_every_table_of_parts_adds_up_to_the_whole():
    told = document(
        golden(),
        found([said(BEGIN, END)], name="kiosk-1", kind="device", by_office=True, site="tay-ho"),
        found([said(BEGIN, AT), said(AT, END, "down")], name="link-1", kind="site_link"),
    )
    for key in ("units", "sites", "kinds", "causes"):
        table = told.table(key)
        for at, column in enumerate(table.columns):
            if column.key in ("targets", "down", "unknown", "office_down", "started", "outages"):
                parts = [row.cells[at].value for row in table.rows if not row.total]
                whole = [row.cells[at].value for row in table.rows if row.total]
                assert [sum(parts)] == whole, (key, column.key)


def test_time_down_is_booked_under_the_desks_word_before_the_evidences():
    told = golden()
    assert told.always.by_cause == {"power": 90 * MINUTE}
    desk = Attributed(number=7, begin=AT, end=AT + 90 * MINUTE, cause="wan", late=True)
    asked = found(
        [
            said(BEGIN, AT),
            said(AT, AT + 90 * MINUTE, "down", cause="power"),
            said(AT + 90 * MINUTE, END),
        ],
        attributed=[desk],
    )
    assert asked.always.by_cause == {"wan": 90 * MINUTE}
    assert [(each.number, each.cause) for each in asked.outages] == [(7, "wan")]
    assert (asked.always.handled.on_time, asked.always.handled.late) == (0, 1)
    unsure = found(
        [said(BEGIN, AT), said(AT, END, "down", cause="power")],
        attributed=[msgspec.structs.replace(desk, cause="unknown", end=None)],
    )
    assert set(unsure.always.by_cause) == {"power"}


def test_below_the_floor_nothing_is_said_to_be_met():
    told = document(found([said(BEGIN, BEGIN + 30 * DAY)], unit="A"))
    assert cell(told, "units", "A", "verdict") == "Không đủ chứng cứ"
    assert cell(told, "targets", "may-chu-1", "verdict") == "Không đủ chứng cứ"
    assert cell(told, "summary", "not_proven", "always") == "1"
    assert cell(told, "summary", "availability", "always") == "100,0000 %"
    assert cell(told, "summary", "lower", "always") == "96,7741 %"


def test_what_lacks_is_listed_and_the_document_provisional_until_journals_are_in():
    told = document(found([said(BEGIN, END - DAY)], journals=False))
    assert told.standing == "provisional"
    assert told.official == "Số liệu tạm tính"
    assert [row.cells[4].text for row in told.table("missing").rows] == ["24:00:00"]
    assert "còn 1 đối tượng" in told.notes[0]
    final = document(golden())
    assert final.standing == "final"
    assert "Số liệu chính thức" in final.official
    assert "phiên bản 1" in final.official


def test_planned_work_and_force_majeure_are_told_apart_from_what_counts():
    layers = Layers(
        windows=(Window(begin=AT, end=AT + HOUR, announced_at=AT - 2 * DAY),),
        exclusions=(Exclusion(begin=AT + HOUR, end=AT + 2 * HOUR),),
    )
    told = document(
        found(
            [said(BEGIN, AT), said(AT, AT + 3 * HOUR, "down"), said(AT + 3 * HOUR, END)],
            layers=layers,
        )
    )
    expected = {
        "gross": "3:00:00",
        "down_planned": "1:00:00",
        "down_excluded": "1:00:00",
        "down": "1:00:00",
        "maintenance": "1:00:00",
        "base": "742:00:00",
    }
    assert {key: cell(told, "summary", key, "always") for key in expected} == expected


def test_a_device_of_an_office_is_judged_in_its_hours():
    night = BEGIN + 12 * HOUR + 7 * HOUR
    evidence = [said(BEGIN, night), said(night, night + HOUR, "down"), said(night + HOUR, END)]
    kiosk = found(evidence, name="kiosk", kind="device", by_office=True)
    assert kiosk.office.amounts.down == 0
    assert kiosk.always.amounts.down == HOUR
    assert kiosk.contract is kiosk.office
    assert [each.lost for each in kiosk.outages] == [0]
    assert document(kiosk).table("outages").rows == ()


def test_a_year_without_official_notice_is_told_below_the_report():
    told = document(golden(), unofficial=(2027,))
    assert any("năm 2027: chưa có thông báo chính thức" in note for note in told.notes)


def test_the_file_of_a_document_is_the_same_again_and_its_hash_what_any_tool_finds():
    told = document(golden())
    raw = canonical(told)
    assert read(raw) == told
    assert canonical(read(raw)) == raw
    assert fingerprint(raw) == fingerprint(canonical(document(golden())))
    assert fingerprint(raw) != fingerprint(canonical(document(golden(), version=2)))


def late() -> tuple[Finding, Finding]:
    """A night without news, first as it looked, then with the journal that came later."""
    first = [said(BEGIN, AT), said(AT + 12 * HOUR, END)]
    before = found(first, as_of=END + 1)
    journal = [
        said(AT, AT + 9 * HOUR + 30 * MINUTE, rank=80, vantage="a", received_at=END + DAY),
        said(
            AT + 570 * MINUTE,
            AT + 12 * HOUR,
            "down",
            rank=80,
            vantage="a",
            received_at=END + DAY,
            cause="power",
        ),
    ]
    made = Made(before.always_report, before.office_report)
    return before, found([*first, *journal], as_of=END + 2 * DAY, before=made)


def test_a_new_version_shows_what_late_evidence_changed_and_names_it():
    before, after = late()
    old, new = document(before), document(after, version=2)
    table = differences(old, new, WORDS)
    shown = {row.key: [each.text for each in row.cells[-2:]] for row in table.rows}
    assert shown["summary/down/always"] == ["0:00:00", "2:30:00"]
    assert shown["summary/unknown/always"] == ["12:00:00", "0:00:00"]
    assert shown["causes/power"] == ["(không có)", "Nguồn điện"]
    lines = revisions([after], {"may-chu-1": 1}, WORDS)
    assert [row.cells[2].text for row in lines.rows] == [
        "12 giờ không có số liệu → 9,5 giờ hoạt động, 2,5 giờ gián đoạn Nguồn điện"
    ]
    assert after.always_report.revision == 2
    assert after.always_report.previous == before.always_report.sha256
    assert intact(after.always_report)


def test_a_version_that_says_the_same_has_no_differences():
    told = document(golden())
    assert differences(told, told, WORDS).rows == ()
    same = golden()
    made = Made(same.always_report, same.office_report)
    again = found(
        [
            said(BEGIN, AT),
            said(AT, AT + 90 * MINUTE, "down", cause="power"),
            said(AT + 90 * MINUTE, END - 2 * DAY),
            said(END - 2 * DAY + 40 * MINUTE, END),
        ],
        as_of=END + 9 * DAY,
        before=made,
    )
    assert again.always_report == same.always_report


def test_a_line_of_change_keeps_words_it_does_not_know():
    assert in_words("3 s UP → 3 s UNKNOWN foo", WORDS) == (
        "3 giây hoạt động → 3 giây không có số liệu foo"
    )


def test_a_quarter_is_computed_from_time_and_not_from_its_months():
    quarter = period_of("quarter:2026-4")
    begin, end = quarter.interval
    evidence = [said(begin, begin + DAY, "down"), said(begin + DAY, end)]
    whole = found(evidence, period=quarter)
    months, month = [], period_of("month:2026-10")
    for _ in range(3):
        months.append(found(evidence, period=month, as_of=end + 1))
        month = month.following
    assert whole.always.amounts.down == sum(each.always.amounts.down for each in months) == DAY
    shares = [each.always.figures.availability for each in months]
    assert sum(shares) / 3 != whole.always.figures.availability


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 743), st.integers(1, 30), st.sampled_from(["up", "down"]),
                  st.sampled_from(["", "power", "wan", "nobody-knows"])),
        max_size=8,
    )
)  # fmt: skip
def test_causes_add_up_to_all_the_time_down_and_outages_to_no_more(pieces):
    evidence = [
        said(BEGIN + at * HOUR, BEGIN + (at + long) * HOUR, claim, cause=cause)
        for at, long, claim, cause in pieces
    ]
    one = found(evidence)
    for side in (one.always, one.office):
        assert sum(side.by_cause.values()) == side.amounts.down
    assert sum(each.lost for each in one.outages) == one.contract.amounts.down
    assert sum(one.contract.outages.values()) == sum(1 for each in one.outages if each.lost)


@pytest.mark.parametrize("key", ["summary", "units", "sites", "kinds", "carriers", "causes"])
def test_an_empty_report_has_its_tables_too(key):
    told = document()
    assert told.table(key).title
    with pytest.raises(KeyError):
        told.table("none")
