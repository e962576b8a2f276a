"""Whole announcements: text, clauses and clips."""

import re
import unicodedata
from pathlib import Path

import pytest

from motcua_contract.siteconfig import (
    CounterConfig,
    QueuePolicy,
    ServiceField,
    SiteConfig,
    VoicePolicy,
    VolumeStep,
)
from motcua_contract.vocabulary import Priority, Purpose
from motcua_edge.domain.model import Ticket
from motcua_edge.domain.speech import (
    FREE_TEXT,
    TEXTS,
    SpeechError,
    announcement,
    call_sentence,
    clip_texts,
    compose,
    read_number,
    spell_label,
    volume_db,
    word_clips,
)

PLAIN = CounterConfig(number=21, services=("DD",))
PLACED = CounterConfig(number=3, services=("DD",), area="A1", floor="2")


def site(sentence="call", max_calls=3):
    return SiteConfig(
        name="Trung tâm",
        services=(ServiceField(code="DD", name="Đất đai", series="A"),),
        counters=(PLAIN, PLACED),
        voice=VoicePolicy(sentence=sentence),
        queue=QueuePolicy(max_calls=max_calls),
    )


def ticket(**changes):
    values = {
        "id": "20261123-A015",
        "label": "A015",
        "day": "2026-11-23",
        "series": "A",
        "number": 15,
        "service": "DD",
        "order_key": 0,
        "issued_at": 0,
        "first_waiting_at": 0,
        "waiting_since": 0,
    }
    return Ticket(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "times", "text"),
    [
        ({}, 1, "Mời công dân có số a, không, một, năm, đến quầy số hai mươi mốt."),
        (
            {},
            2,
            (
                "Mời công dân có số a, không, một, năm, đến quầy số hai mươi mốt. "
                "Đây là lần gọi thứ hai."
            ),
        ),
        (
            {},
            3,
            "Mời công dân có số a, không, một, năm, đến quầy số hai mươi mốt. Đây là lần gọi cuối.",
        ),
        (
            {"priority": Priority.ELDERLY},
            1,
            "Mời công dân thuộc diện ưu tiên, có số a, không, một, năm, đến quầy số hai mươi mốt.",
        ),
        (
            {"hops": 1, "priority": Priority.ELDERLY},
            1,
            "Công dân có số a, không, một, năm, vui lòng chuyển sang quầy số hai mươi mốt.",
        ),
        (
            {"purpose": Purpose.RESULT},
            1,
            "Mời công dân có số a, không, một, năm, đến quầy số hai mươi mốt để nhận kết quả.",
        ),
        (
            {"label": "TEST-004", "test": True},
            1,
            "Mời công dân có số thử, không, không, bốn, đến quầy số hai mươi mốt.",
        ),
    ],
)
def test_the_text_of_a_call(changes, times, text):
    assert call_sentence(ticket(**changes), times, PLAIN, site()).text == text


def test_a_site_may_call_in_few_words():
    sentence = call_sentence(ticket(), 1, PLAIN, site("call_short"))
    assert sentence.text == "Mời số a, không, một, năm, đến quầy số hai mươi mốt."


def test_a_site_may_say_where_the_counter_stands():
    sentence = call_sentence(ticket(), 1, PLACED, site("call_area"))
    assert sentence.text == (
        "Mời công dân có số a, không, một, năm, đến quầy số ba, khu a, một, tầng hai."
    )


def test_a_counter_without_a_place_is_called_without_one():
    assert call_sentence(ticket(), 1, PLAIN, site("call_area")).name == "call"


def test_an_area_with_a_name_of_its_own_is_said_as_written_and_has_no_clip():
    counter = CounterConfig(number=1, services=("DD",), area="Nhà Xanh", floor="trệt")
    sentence = call_sentence(ticket(), 1, counter, site("call_area"))
    assert sentence.text.endswith("khu Nhà Xanh, tầng trệt.")
    assert sentence.keys.count(FREE_TEXT) == 2


def test_the_fourth_of_many_calls_is_counted_with_tu():
    sentence = call_sentence(ticket(), 4, PLAIN, site(max_calls=9))
    assert sentence.text.endswith("Đây là lần gọi thứ tư.")


def test_the_number_ends_a_clause_so_that_it_can_be_rendered_before_the_counter_is_known():
    one = call_sentence(ticket(), 1, PLAIN, site())
    other = call_sentence(ticket(), 1, PLACED, site())
    assert one.clauses[0] == other.clauses[0]
    assert one.clauses[1] != other.clauses[1]


@pytest.mark.parametrize("name", ["open", "stop_issue", "outage", "restored", "rate", "test"])
def test_an_announcement_about_no_ticket_is_its_text(name):
    assert announcement(name).text == TEXTS[name]


def test_closing_needs_the_half_day():
    assert announcement("closing", "sáng").text.endswith("giờ làm việc buổi sáng.")
    with pytest.raises(SpeechError, match="buoi_doc"):
        announcement("closing")


def test_an_unknown_announcement_is_refused_with_the_list():
    with pytest.raises(SpeechError, match="'opening' is unknown: one of call, "):
        announcement("opening")


def test_a_call_cannot_be_announced_without_its_ticket():
    with pytest.raises(SpeechError, match="so_doc"):
        announcement("call")


def test_text_in_any_form_is_spoken_in_nfc():
    counter = CounterConfig(
        number=1, services=("DD",), area=unicodedata.normalize("NFD", "Nhà Xanh"), floor="1"
    )
    sentence = call_sentence(ticket(), 1, counter, site("call_area"))
    assert unicodedata.is_normalized("NFC", sentence.text)
    assert "khu Nhà Xanh" in sentence.text


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_can_be_said_with_clips_and_loses_nothing(name):
    fillings = {
        "so_doc": spell_label("A015"),
        "quay_doc": read_number(15),
        "khu_doc": spell_label("B2"),
        "tang_doc": read_number(1),
        "lan_doc": read_number(2),
        "buoi_doc": (read_number(1)),
    }
    sentence = compose(name, fillings)
    clips = clip_texts() | word_clips()
    assert [clips[key] for key in sentence.keys] == [
        u.text for c in sentence.clauses for u in c.units
    ]
    plain = TEXTS[name].format(
        **{k: " ".join(f"{u.text}{u.stop}" for u in v) for k, v in fillings.items()}
    )
    assert sentence.text == plain


def test_the_volume_follows_the_time_of_day():
    policy = VoicePolicy(
        volume_db=-3,
        volume_steps=(VolumeStep(at="13:30", volume_db=-6), VolumeStep(at="07:30", volume_db=-9)),
    )
    local = [("07:29", -3), ("07:30", -9), ("13:29", -9), ("13:30", -6), ("23:59", -6)]
    midnight_utc = 1_795_305_600_000 - 7 * 3_600_000
    for clock, expected in local:
        hours, minutes = map(int, clock.split(":"))
        assert volume_db(policy, midnight_utc + (hours * 60 + minutes) * 60_000) == expected


def test_the_page_on_voice_packs_lists_every_clip_with_its_words():
    page = (Path(__file__).parents[4] / "docs" / "voice-pack.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (.+) \|$", page, re.MULTILINE))
    assert listed == clip_texts() | word_clips()
