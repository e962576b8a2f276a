"""What people read: short enough for a telephone, with its accents, and never without its mark."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_hub.domain.routing.book import Kind
from motcua_hub.domain.routing.words import MOST_SEGMENTS, Matter, fit, segments, words

AT = 1_772_416_800_000


def matter(**changes: object) -> Matter:
    said = {
        "incident": 42,
        "site": "Trung tâm PVHCC phường Bến Thành",
        "thing": "Đường truyền cáp quang",
        "kind": "site_link",
        "severity": 1,
        "since": AT,
        "cause": "wan",
        "confidence": 990,
        "responsible": "link",
        "holder": "Viễn thông",
        "due_at": AT + 4 * 3_600_000,
        "url": "https://hub.example.vn/incidents/42",
    }
    return Matter(**{**said, **changes})


def test_a_problem_says_what_where_since_who_and_until_when():
    text = words(Kind.PROBLEM, matter())
    assert text.short == (
        "[MotCua] Trung tâm PVHCC phường Bến Thành: Đường truyền cáp quang mất kết nối từ"
        " 09:00 02/03. Mã SC-42. Đề nghị Viễn thông xử lý trước 13:00 02/03. Nguyên nhân: đứt đường"
        " truyền phía nhà mạng (99%)."
    )
    assert "Làm gì bây giờ: Kiểm tra đèn của modem" in text.body
    assert "https://hub.example.vn/incidents/42" in text.body


def test_what_is_not_sure_is_told_as_such():
    text = words(Kind.PROBLEM, matter(cause="link", confidence=500, provisional=True))
    assert "đường truyền (tạm thời, 50%)" in text.body
    assert "Nguyên nhân: chưa rõ" in words(Kind.PROBLEM, matter(cause="unknown")).body


def test_one_message_lists_what_cannot_be_reached():
    masked = tuple(f"Máy lấy số {n}" for n in range(1, 9))
    text = words(Kind.PROBLEM, matter(masked=masked))
    assert "Máy lấy số 5 và 3 mục khác" in text.body


def test_the_end_and_the_transfer_say_so():
    end = words(Kind.RECOVERY, matter(ended_at=AT + 600_000))
    assert end.subject.startswith("[MotCua] ĐÃ KHẮC PHỤC")
    assert "đã hoạt động lại lúc 09:10 02/03" in end.short
    moved = words(Kind.MOVED, matter(holder="Điện lực"))
    assert "đã chuyển Điện lực" in moved.short
    assert words(Kind.REMINDER, matter()).short.startswith("[MotCua] NHẮC: ")


@pytest.mark.parametrize(("length", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (201, 3)])
def test_parts_are_counted_as_telephones_do(length: int, parts: int):
    assert segments("ế" * length) == parts


def test_a_character_beyond_the_plane_counts_twice_and_is_not_cut_in_two():
    assert segments("😀" * 36) == 2
    cut = fit(["a" + "😀" * 200])
    assert segments(cut) <= MOST_SEGMENTS
    assert cut.endswith("😀…")


_names = st.text(min_size=0, max_size=300)


@given(_names, _names, _names, st.sampled_from(list(Kind)), st.integers(0, 40))
def test_no_message_to_a_telephone_takes_more_than_three_parts(
    site: str, thing: str, holder: str, kind: Kind, masked: int
):
    made = matter(site=site, thing=thing, holder=holder, masked=("x",) * masked)
    text = words(kind, made)
    assert 1 <= segments(text.short) <= MOST_SEGMENTS
    assert text.short.startswith("[MotCua]")
    assert text.short == unicodedata.normalize("NFC", text.short)


def test_decomposed_letters_are_put_together_before_they_are_counted():
    text = words(Kind.PROBLEM, matter(site=unicodedata.normalize("NFD", "Bến Thành")))
    assert "Bến Thành" in text.short
    assert "Bến Thành" in text.body
