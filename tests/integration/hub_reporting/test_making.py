"""Reports made from a database: archived once, never edited, corrected by new versions."""

import csv
import hashlib
import io
import json
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import msgspec
import openpyxl
import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from motcua_hub.domain.availability.evidence import Evidence, Rank
from motcua_hub.domain.availability.policy import DAY, HOUR
from motcua_hub.domain.calendar.planned import Scope, ScopeKind, Wish
from motcua_hub.domain.reporting.document import Document, Kind, read
from motcua_hub.domain.reporting.periods import PeriodKind, period_of
from motcua_hub.ledger import evidence as ledger_evidence
from motcua_hub.ledger import targets
from motcua_hub.ledger.targets import Target
from motcua_hub.reporting import making
from motcua_hub.reporting.drawn import html, rows, sheet
from motcua_hub.reporting.drawn.pdf import DrawingError
from motcua_hub.reporting.duties import LOOK_AGAIN
from motcua_hub.reporting.making import Order, make
from motcua_hub.reporting.schedule import Schedule
from motcua_hub.store import archive, plans, reporting, schema
from motcua_hub.store.archive import Entry, Filters
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.plans import EXCLUSION, WINDOW
from motcua_hub.store.reporting import ReportPlan, Template
from support.availability import said

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONTH = period_of("month:2026-10")
BEGIN, END = MONTH.interval
MINUTE = 60_000
AFTER = END + 4 * DAY


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()) * 1000


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting type takes seconds; one test here does it, the others look at something else."""
    monkeypatch.setattr(making.pdf, "drawn", lambda _document, _sha: b"%PDF-quick")


def add(engine: Engine, own_id: str, pieces: Sequence[Evidence], **facts: object) -> None:
    said_of: dict[str, object] = {"kind": targets.Kind.SERVER, "name": own_id, **facts}
    target = Target(id=own_id, life_begin=BEGIN - 60 * DAY, **said_of)  # type: ignore[arg-type]
    with writing(engine) as connection:
        targets.add(connection, target, BEGIN - DAY, "an")
    hear(engine, own_id, pieces)


def hear(engine: Engine, name: str, pieces: Sequence[Evidence]) -> None:
    told = [msgspec.structs.replace(each, id=f"{name} {each.id}", target=name) for each in pieces]
    with writing(engine) as connection:
        ledger_evidence.add(connection, told)


def alive(engine: Engine, begin: int, end: int) -> None:
    """The hub itself was there all the time."""
    with writing(engine) as connection:
        row = {"begin_at": begin, "end_at": end, "run": "r", "rows": 2}
        connection.execute(insert(schema.hub_alive_span).values(row))


@pytest.fixture
def province(engine: Engine) -> Engine:
    """A golden server, a portal that is fine, and a link with a name that wants to be a formula."""
    alive(engine, BEGIN - 70 * DAY, AFTER + 400 * DAY)
    at, dark = BEGIN + 5 * DAY + 3 * HOUR, END - 2 * DAY
    golden = [
        said(BEGIN - DAY, at),
        said(at, at + 90 * MINUTE, "down", cause="power"),
        said(at + 90 * MINUTE, dark),
        said(dark + 40 * MINUTE, END + HOUR),
    ]
    add(engine, "server-1", golden, unit="Trung tâm CNTT")
    add(engine, "portal", [said(BEGIN - DAY, END + HOUR)], kind=targets.Kind.SERVICE)
    link = [said(BEGIN - DAY, at), said(at, at + HOUR, "down"), said(at + HOUR, END + HOUR)]
    evil = {"name": '=HYPERLINK("http://x";"y")', "carrier": "@VNPT", "unit": "+TT"}
    add(engine, "link-a", link, kind=targets.Kind.SITE_LINK, **evil)
    return engine


def made(engine: Engine, now: int = AFTER, **order: object) -> Entry:
    found = make(engine, Order(period=MONTH, **order), now)  # type: ignore[arg-type]
    assert found is not None
    return found


def document(engine: Engine, entry: Entry) -> Document:
    with reading(engine) as connection:
        return read(archive.document(connection, entry))


def shown(told: Document, table: str, row: str, column: str) -> str:
    held = told.table(table)
    at = [each.key for each in held.columns].index(column)
    return next(each for each in held.rows if each.key == row).cells[at].text


@pytest.mark.timeout(590)
def test_all_four_forms_of_a_report_say_the_same_figures(province: Engine, tmp_path: Path) -> None:
    with writing(province) as connection:
        held = Template(parent="UBND tỉnh", org="Trung tâm PVHCC", place="Vũng Tàu", signer="GĐ")
        reporting.set_template(connection, held, "00" * 32, 1, "an")
    entry = made(province)
    told = document(province, entry)
    with reading(province) as connection:
        raw = archive.document(connection, entry)
        files = {
            f.kind: archive.body(connection, entry, f.kind)
            for f in archive.files(connection, entry)
        }
        hashes = {f.kind: f.sha256 for f in archive.files(connection, entry)}
    assert hashlib.sha256(raw).hexdigest() == entry.sha256
    assert {k: hashlib.sha256(v or b"").hexdigest() for k, v in files.items()} == hashes
    screen = html.body(told, entry.sha256)
    assert shown(told, "targets", "server-1", "availability") == "99,7982 %"
    assert shown(told, "targets", "server-1", "lower") == "99,7087 %"
    _same_in_csv(told, files["csv"] or b"")
    _same_in_xlsx(told, files["xlsx"] or b"")
    _same_in_pdf(told, files["pdf"] or b"", tmp_path, entry.sha256)
    for table in told.tables:
        for row in table.rows:
            for cell in row.cells:
                assert _escaped(cell.text) in screen


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&#34;").replace("<", "&lt;")


def _same_in_csv(told: Document, raw: bytes) -> None:
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    for table in told.tables:
        start = next(n for n, line in enumerate(lines) if line[:1] == [f"[{table.key}]"]) + 2
        for row, line in zip(table.rows, lines[start:], strict=False):
            assert [cell.text for cell in row.cells] == [cell.removeprefix("'") for cell in line]
    dangerous = [c for line in lines for c in line if c.startswith(("=", "+", "@", "-", "\t"))]
    assert dangerous == []


def _same_in_xlsx(told: Document, raw: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    assert all(cell.data_type != "f" for page in book for line in page.iter_rows() for cell in line)
    for table, page in zip(told.tables, book.worksheets[1:], strict=True):
        for row, line in zip(table.rows, page.iter_rows(min_row=2), strict=True):
            for at, (cell, place) in enumerate(zip(row.cells, line, strict=True)):
                assert _read_back(place, table.kind(row, at)) in (cell.text, f"'{cell.text}")


@pytest.mark.usefixtures("quick")
def test_a_workbook_is_ready_to_be_read_and_printed(province: Engine) -> None:
    told = document(province, made(province))
    book = openpyxl.load_workbook(io.BytesIO(sheet.drawn(told, "ab" * 32)))
    front = book.worksheets[0]
    links = [cell.hyperlink.location for (cell,) in front.iter_rows() if cell.hyperlink]
    assert links == [f"'{page.title}'!A1" for page in book.worksheets[1:]]
    for table, page in zip(told.tables, book.worksheets[1:], strict=True):
        last = f"{openpyxl.utils.get_column_letter(len(table.columns))}{len(table.rows) + 1}"
        assert page.dimensions == f"A1:{last}"
        assert page.print_area == f"'{page.title}'!$A$1:${last[0]}${last[1:]}"
        assert page.print_title_rows == "$1:$1"
        assert page.freeze_panes == "B2"
        assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
        assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
        assert table.title in page.oddHeader.center.text
        widths = [page.column_dimensions[cell.column_letter].width for cell in page[1]]
        assert all(8 <= width <= 60 for width in widths)
        for row, line in zip(table.rows, page.iter_rows(min_row=2), strict=True):
            for at, place in enumerate(line):
                if isinstance(place.value, str):
                    assert place.quotePrefix, "what is typed into it later is text too"
                elif table.kind(row, at) is Kind.PERCENT:
                    assert place.number_format == "0.0000%"


@pytest.mark.parametrize("words", ["=1+1", "_x0041_", '<a> & "b"', " spaced ", "'=x"])
def test_any_text_of_a_workbook_is_read_back_as_it_was(words: str) -> None:
    raw = b"".join(rows.lines([[(words, 0), (1.5, 0)]], ("A", "B"), 1))
    sheet = f"<sheetData>{raw.decode()}</sheetData>"
    (said,) = ElementTree.fromstring(sheet).iter("t")  # noqa: S314 - ours
    assert said.text is not None
    assert said.text.replace("_x005F_", "_") == words
    assert "<f>" not in sheet


def _read_back(place: object, kind: Kind) -> str:
    """What a cell of a workbook shows, from its number alone."""
    value = place.value  # type: ignore[attr-defined]
    if isinstance(value, str):
        return value
    if kind is Kind.PERCENT:
        return (
            f"{value:.6f}"[:1].replace("1", "100") + ",0000 %"
            if value in (0, 1)
            else (f"{value * 100:.4f} %".replace(".", ","))
        )
    if kind is Kind.COUNT:
        return f"{value:,}".replace(",", ".")
    if kind is Kind.MOMENT:
        return f"{value:%H:%M:%S %d/%m/%Y}"
    length = value.total_seconds() if hasattr(value, "total_seconds") else value * 86_400
    whole = round(length * 1000)
    seconds, rest = divmod(whole, 1000)
    hours = f"{seconds // 3600:,}".replace(",", ".")
    text = f"{hours}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text},{rest:03d}" if rest else text


def _same_in_pdf(told: Document, raw: bytes, folder: Path, sha256: str) -> None:
    path = folder / "report.pdf"
    path.write_bytes(raw)
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True
    )
    flat = "".join(done.stdout.split())
    for table in told.tables:
        for row in table.rows:
            for cell in row.cells:
                if cell.value is not None:
                    assert "".join(cell.text.split()) in flat, (table.key, cell)
    for words in ("CỘNGHÒAXÃHỘICHỦNGHĨAVIỆTNAM", "Độclập-Tựdo-Hạnhphúc", "Trang1/", sha256):
        assert words in flat
    info = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True)
    assert "841.89 x 595.276" in info.stdout.replace("841.89 x 595.28", "841.89 x 595.276")


@pytest.mark.usefixtures("quick")
def test_the_archive_is_never_edited(province: Engine) -> None:
    entry = made(province)
    held = schema.sla_report
    for change in (
        update(held).values(reason="x"),
        delete(schema.sla_report_file),
        update(schema.sla_report_file).values(size=1),
        delete(held),
    ):
        with pytest.raises(DBAPIError, match="append-only"), writing(province) as connection:
            connection.execute(change)
    with reading(province) as connection:
        assert archive.versions(connection, entry.number) == (entry,)


@pytest.mark.usefixtures("quick")
def test_numbers_follow_each_other_and_filters_limit_what_is_in(province: Engine) -> None:
    whole = made(province)
    part = made(province, filters=Filters(kind="server"))
    assert (whole.number, part.number) == ("TGHD-2026-0001", "TGHD-2026-0002")
    told = document(province, part)
    assert [row.key for row in told.table("targets").rows] == ["server-1"]
    assert told.filters == ("loại Máy chủ",)
    assert len(document(province, whole).table("targets").rows) == 3


@pytest.mark.usefixtures("quick")
def test_late_evidence_never_changes_a_closed_report_and_the_next_version_shows_it(
    province: Engine,
) -> None:
    schedule = Schedule(province)
    first = made(province, job=MONTH.key)
    before = document(province, first)
    assert (first.standing, before.version) == ("final", 1)
    assert list(schedule.correct(AFTER)) == []
    dark = END - 2 * DAY
    late = [
        said(dark, dark + 30 * MINUTE, rank=Rank.JOURNAL, vantage="server-1"),
        said(dark + 30 * MINUTE, dark + 40 * MINUTE, "down", rank=Rank.JOURNAL, cause="power"),
    ]
    hear(province, "server-1", [msgspec.structs.replace(e, received_at=AFTER + DAY) for e in late])
    assert len(list(schedule.correct(AFTER + 2 * DAY))) == 1
    assert list(schedule.correct(AFTER + 3 * DAY)) == [], "once is enough"
    with reading(province) as connection:
        versions = archive.versions(connection, first.number)
    assert [each.version for each in versions] == [1, 2]
    assert document(province, first) == before
    told = document(province, versions[1])
    assert told.previous == first.sha256
    assert told.reason == "Có bằng chứng đến sau khi chốt số liệu."
    shown_rows = {
        row.key: [cell.text for cell in row.cells[-2:]] for row in told.table("differences").rows
    }
    assert shown_rows["targets/server-1/unknown"] == ["0:40:00", "0:00:00"]
    assert shown_rows["targets/server-1/down"] == ["1:30:00", "1:40:00"]
    assert [row.cells[2].text for row in told.table("revisions").rows] == [
        "40 phút không có số liệu → 30 phút hoạt động, 10 phút gián đoạn Nguồn điện"
    ]


@pytest.mark.usefixtures("quick")
def test_evidence_that_says_nothing_new_makes_no_version(province: Engine) -> None:
    schedule = Schedule(province)
    made(province, job=MONTH.key)
    same = said(BEGIN + DAY, BEGIN + 2 * DAY, rank=Rank.JOURNAL, received_at=AFTER + DAY)
    hear(province, "portal", [same])
    assert list(schedule.correct(AFTER + 2 * DAY)) == []


@pytest.mark.usefixtures("quick")
def test_a_report_without_all_journals_is_provisional_until_they_had_their_time(
    province: Engine,
) -> None:
    with writing(province) as connection:
        connection.execute(insert(schema.site).values(id="tay-ho", name="Tây Hồ", created_at=1))
    add(province, "kiosk", [said(BEGIN - DAY, END - DAY)], kind=targets.Kind.DEVICE, site="tay-ho")
    early = END + 7 * HOUR
    first = made(province, now=early, job=MONTH.key)
    told = document(province, first)
    assert first.standing == "provisional"
    assert told.official == "Số liệu tạm tính"
    assert [row.cells[1].text for row in told.table("missing").rows][-1] == "Tây Hồ"
    schedule = Schedule(province)
    assert list(schedule.finalise(END + 71 * HOUR)) == []
    (final,) = schedule.finalise(END + 72 * HOUR)
    assert (final.number, final.version, final.standing) == (first.number, 2, "final")
    assert list(schedule.finalise(END + 80 * HOUR)) == []


@pytest.mark.usefixtures("quick")
def test_what_the_calendar_owes_is_made_once_and_caught_up_after_an_absence(
    province: Engine,
) -> None:
    with writing(province) as connection:
        reporting.begin(connection, ms("2026-08-20 10:00"))
    schedule = Schedule(province)
    assert list(schedule.make_owed(ms("2026-09-01 06:59"))) == []
    done = list(schedule.make_owed(ms("2026-10-02 12:00")))
    assert [each.job for each in done] == ["month:2026-08", "month:2026-09", "quarter:2026-3"]
    assert list(Schedule(province).make_owed(ms("2026-10-02 12:01"))) == []
    later = list(schedule.make_owed(ms("2027-01-01 07:00")))
    assert [each.job for each in later] == [
        "month:2026-10",
        "month:2026-11",
        "month:2026-12",
        "quarter:2026-4",
        "half:2026-2",
        "year:2026",
    ]


@pytest.mark.usefixtures("quick")
def test_a_crash_before_the_commit_leaves_nothing_and_the_report_is_made_after_it(
    province: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(province) as connection:
        reporting.begin(connection, BEGIN)
        reporting.set_plan(
            connection,
            ReportPlan(kind=PeriodKind.MONTH, recipients=("a@tinh.vn", "b@tinh.vn")),
            BEGIN,
            "an",
        )

    class Died(BaseException):
        pass

    def dies(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(making.trail, "write", dies)
        with pytest.raises(Died):
            list(Schedule(province).make_owed(AFTER))
    with reading(province) as connection:
        assert archive.listing(connection) == ()
        assert connection.execute(select(schema.outbox)).all() == []
    assert len(list(Schedule(province).make_owed(AFTER))) == 1
    assert list(Schedule(province).make_owed(AFTER + 1)) == []
    with reading(province) as connection:
        sent = connection.execute(select(schema.outbox.c.address, schema.outbox.c.body)).all()
    assert sorted(row.address for row in sent) == ["a@tinh.vn", "b@tinh.vn"]
    assert "Tỷ lệ sẵn sàng" in sent[0].body
    assert "TGHD-2026-0001" in sent[0].body


@pytest.mark.usefixtures("quick")
def test_two_workers_make_an_owed_report_once(province: Engine) -> None:
    order = Order(period=MONTH, job=MONTH.key)
    draft = making._draft(province, order, AFTER)
    first = make(province, order, AFTER)
    with pytest.raises(DBAPIError):
        making._archived(province, order, draft, AFTER)
    assert make(province, order, AFTER + 1) == first
    with reading(province) as connection:
        assert len(archive.listing(connection)) == 1


@pytest.mark.usefixtures("quick")
def test_what_people_ask_for_is_made_or_refused_with_a_reason(province: Engine) -> None:
    asked = [
        {"period": "month:2026-10", "filters": Filters(), "number": "", "reason": ""},
        {"period": "month:2026-10", "filters": Filters(), "number": "", "reason": ""},
        {"period": "month:2099-10", "filters": Filters(), "number": "", "reason": ""},
        {"period": "week:2026-1", "filters": Filters(), "number": "", "reason": ""},
        {"period": "month:2026-10", "filters": Filters(), "number": "X", "reason": "y"},
        {
            "period": "month:2026-10",
            "filters": Filters(),
            "number": "TGHD-2026-0001",
            "reason": "Sửa tên",
        },
    ]
    with writing(province) as connection:
        for each in asked:
            archive.ask(connection, each, AFTER, "binh")
    entries = list(Schedule(province).answer(AFTER))
    assert [(e.number, e.version, e.made_by) for e in entries] == [
        ("TGHD-2026-0001", 1, "binh"),
        ("TGHD-2026-0001", 2, "binh"),
    ]
    with reading(province) as connection:
        ended = archive.requests(connection, waiting=False)
        assert archive.requests(connection, waiting=True) == ()
    assert [each.trouble for each in reversed(ended)] == [
        "",
        "reports.fault.exists",
        "reports.fault.running",
        "reports.fault.period",
        "reports.fault.number",
        "",
    ]
    told = document(province, entries[1])
    assert told.reason == "Sửa tên"
    assert told.table("differences").rows == ()


def test_a_pdf_that_cannot_be_drawn_is_said_and_tried_again(
    province: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_document: Document, _sha: str) -> bytes:
        msg = "no pango"
        raise DrawingError(msg)

    monkeypatch.setattr(making.pdf, "drawn", broken)
    with writing(province) as connection:
        reporting.begin(connection, BEGIN)
        archive.ask(
            connection,
            {"period": "month:2026-09", "filters": Filters(), "number": "", "reason": ""},
            AFTER,
            "an",
        )
    schedule = Schedule(province)
    assert list(schedule.work(AFTER)) == []
    assert list(schedule.work(AFTER + 1000)) == []
    assert caplog.text.count("reports cannot be made") == 1
    with reading(province) as connection:
        (request,) = archive.requests(connection, waiting=False)
    assert request.trouble == "reports.fault.drawing"
    monkeypatch.setattr(making.pdf, "drawn", lambda _document, _sha: b"%PDF-quick")
    assert list(schedule.work(AFTER + 2000)) == [], "not every second"
    assert [each.job for each in schedule.work(AFTER + LOOK_AGAIN)] == ["month:2026-10"]


@pytest.mark.usefixtures("quick")
def test_planned_work_and_force_majeure_stand_in_the_report_with_their_papers(
    province: Engine,
) -> None:
    at = BEGIN + 5 * DAY + 3 * HOUR
    server = (Scope(ScopeKind.TARGET, "server-1"),)
    other = (Scope(ScopeKind.TARGET, "no-such"),)
    with writing(province) as connection:
        window = plans.ask_window(
            connection,
            Wish(begin=at, end=at + HOUR, reason="Thay UPS", scopes=server),
            at - 3 * DAY,
            "an",
        )
        plans.approve(connection, WINDOW, window, now=at - 2 * DAY, who="binh")
        elsewhere = plans.ask_window(
            connection,
            Wish(begin=at, end=at + HOUR, reason="Khác", scopes=other),
            at - 3 * DAY,
            "an",
        )
        plans.approve(connection, WINDOW, elsewhere, now=at - 2 * DAY, who="binh")
        storm = plans.ask_exclusion(
            connection,
            Wish(begin=at + HOUR, end=at + 2 * HOUR, reason="Bão", paper="12/QĐ", scopes=server),
            END,
            "an",
        )
        plans.approve(connection, EXCLUSION, storm, now=END + 1, who="binh")
    told = document(province, made(province))
    rows = [[cell.text for cell in row.cells] for row in told.table("plans").rows]
    assert [(row[0], row[3], row[5]) for row in rows] == [
        ("Bảo trì", "server-1", "–"),
        ("Bất khả kháng", "server-1", "12/QĐ"),
    ]
    assert shown(told, "targets", "server-1", "down") == "0:00:00"
    assert shown(told, "summary", "down_planned", "always") == "1:00:00"
    assert shown(told, "summary", "down_excluded", "always") == "0:30:00"


@pytest.mark.usefixtures("quick")
def test_the_file_of_all_targets_holds_every_sealed_report(province: Engine) -> None:
    entry = made(province)
    with reading(province) as connection:
        raw = archive.body(connection, entry, "targets") or b""
        kept = making.kept_of(connection, entry)
    lines = [json.loads(line) for line in raw.splitlines()]
    assert [line["target"] for line in lines] == ["link-a", "portal", "server-1"]
    assert document(province, entry).targets == hashlib.sha256(raw).hexdigest()
    assert set(kept) == {"link-a", "portal", "server-1"}
