"""The Vietnamese lines of a slip."""

import unicodedata
from datetime import date

import msgspec
import pytest

from motcua_contract.siteconfig import (
    QueuePolicy,
    Shift,
    SiteConfig,
    TicketLayout,
)
from motcua_contract.vocabulary import Priority
from motcua_edge.services.printing.payload import SlipCode, parse, payload
from motcua_edge.services.printing.words import Words, load_texts, session_of
from support.printer import MONDAY
from support.printer import sample_site as site
from support.printer import sample_ticket as ticket

HOUR = 3_600_000


def words(configured: SiteConfig | None = None) -> Words:
    return Words(configured or site(), load_texts())


def test_a_slip_says_who_where_when_and_how_long():
    said = words().of(ticket(), 1)
    assert said.org_parent == "ỦY BAN NHÂN DÂN PHƯỜNG BẾN THÀNH"
    assert said.org == "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG BẾN THÀNH"
    assert said.title == "PHIẾU SỐ THỨ TỰ"
    assert said.number == "A015"
    assert said.field == "Lĩnh vực: Hộ tịch"
    assert said.counter == "Quầy phục vụ: 1, 3"
    assert said.area == "Khu vực: Khu A, Tầng 1"
    assert said.ahead == "Còn 4 người chờ trước Ông/Bà"
    assert said.wait == "Thời gian chờ dự kiến: khoảng 15–25 phút"
    assert said.time == "Lấy số lúc 08:05, thứ Hai, ngày 23/11/2026"
    assert said.valid == "Phiếu có giá trị trong buổi sáng ngày 23/11/2026"
    assert said.serial == "Mã phiếu: 20261123-A015"
    assert said.hotline == "Phản ánh, kiến nghị: 028 3829 7676"
    assert (said.test, said.copy, said.priority) == ("", "", "")


def test_every_slip_after_the_first_says_that_it_is_a_reprint():
    assert words().of(ticket(), 2).copy == "(BẢN IN LẠI)"
    assert words().of(ticket(), 5).copy == "(BẢN IN LẠI)"


def test_a_test_slip_says_that_it_has_no_value():
    assert words().of(ticket(test=True), 1).test == "PHIẾU IN THỬ – KHÔNG CÓ GIÁ TRỊ"


@pytest.mark.parametrize("priority", [p for p in Priority if p is not Priority.NONE])
def test_every_priority_has_its_words(priority: Priority):
    assert words().of(ticket(priority=priority), 1).priority.startswith("ƯU TIÊN – ")


def test_nobody_ahead_means_next_and_promises_no_minutes():
    said = words().of(ticket(ahead=0, wait_low_min=0, wait_high_min=5), 1)
    assert said.ahead == "Ông/Bà là người tiếp theo"
    assert said.wait == ""


def test_a_wait_without_an_estimate_is_not_promised():
    assert words().of(ticket(wait_low_min=None, wait_high_min=None), 1).wait == ""


def test_a_wait_whose_ends_are_equal_is_one_figure():
    said = words().of(ticket(wait_low_min=5, wait_high_min=5), 1)
    assert said.wait == "Thời gian chờ dự kiến: khoảng 5 phút"


def test_a_parent_that_already_names_the_committee_is_not_doubled():
    layout = TicketLayout(org_parent="Ủy ban nhân dân phường Bến Thành")
    said = words(site(ticket=layout)).of(ticket(), 1)
    assert said.org_parent == "ỦY BAN NHÂN DÂN PHƯỜNG BẾN THÀNH"


def test_the_note_names_the_calls_of_the_site():
    said = words(site(queue=QueuePolicy(max_calls=2))).of(ticket(), 1)
    assert "Gọi 2 lần" in said.note


def test_decomposed_text_is_composed_and_control_characters_never_reach_the_printer():
    name = unicodedata.normalize("NFD", "Trung tâm\x1b@ Phục\nvụ")
    said = words(site(name=name)).of(ticket(), 1)
    assert said.org == "TRUNG TÂM @ PHỤC VỤ"
    for line in msgspec.structs.asdict(said).values():
        assert line == unicodedata.normalize("NFC", line)


def test_a_service_that_the_configuration_forgot_prints_its_code():
    said = words().of(ticket(service="GONE"), 1)
    assert said.field == "Lĩnh vực: GONE"
    assert (said.counter, said.area) == ("", "")


@pytest.mark.parametrize(
    ("hours", "weekday"),
    [
        (0, "thứ Hai"),
        (24, "thứ Ba"),
        (48, "thứ Tư"),
        (72, "thứ Năm"),
        (96, "thứ Sáu"),
        (120, "thứ Bảy"),
        (144, "Chủ nhật"),
    ],
)
def test_every_weekday_has_its_name(hours: int, weekday: str):
    assert weekday in words().of(ticket(issued_at=MONDAY + hours * HOUR), 1).time


SHIFTS = (Shift(opens="07:30", closes="11:30"), Shift(opens="13:30", closes="17:00"))


@pytest.mark.parametrize(
    ("moment", "session"),
    [
        ("07:00", "morning"),
        ("11:29", "morning"),
        ("11:30", "afternoon"),
        ("12:10", "afternoon"),
        ("16:59", "afternoon"),
        ("18:00", "afternoon"),
    ],
)
def test_the_session_is_that_of_the_shift_that_runs_or_comes_next(moment: str, session: str):
    assert session_of(SHIFTS, date(2026, 11, 23), moment) == session


@pytest.mark.parametrize(("moment", "session"), [("09:00", "morning"), ("14:00", "afternoon")])
def test_a_shift_across_noon_is_split_by_noon(moment: str, session: str):
    shifts = (Shift(opens="07:00", closes="17:00"),)
    assert session_of(shifts, date(2026, 11, 23), moment) == session


@pytest.mark.parametrize(
    "base", ["", "https://motcua.example.vn/t", "https://motcua.example.vn/t/"]
)
@pytest.mark.parametrize("job", [1, 2, 11])
@pytest.mark.parametrize("ticket_id", ["20261123-A015", "20261123-1001", "20261123-TEST-001"])
def test_a_qr_code_names_the_ticket_and_which_slip_it_is(base: str, job: int, ticket_id: str):
    text = payload(base, ticket_id, job)
    assert parse(text) == SlipCode(ticket_id, job)
    assert text.startswith(base.rstrip("/"))


@pytest.mark.parametrize(
    "text", ["", "https://example.vn", "A015", "20261123-A015;r=x", "2026-A015"]
)
def test_other_texts_are_no_slips(text: str):
    assert parse(text) is None
