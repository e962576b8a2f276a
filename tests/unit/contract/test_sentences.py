"""What devices say of themselves: once, as keys and values, in two languages."""

from string import Formatter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.faults import find
from motcua_contract.sentences import (
    TEXTS,
    Phrase,
    Sentence,
    english,
    joined,
    phrases_of,
    say,
    vietnamese,
)

VALUES = st.one_of(st.text(), st.integers(), st.floats())


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def in_vietnamese(text: str) -> str:
    return vietnamese(phrases_of(text))


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_vietnamese_says_no_figures_that_english_does_not(key: str) -> None:
    first, second = TEXTS[key]
    assert fields(first) >= fields(second)


def test_a_sentence_is_english_for_whoever_knows_nothing_of_phrases() -> None:
    said = say("screen.silent", seconds=42)
    assert said == "silent for 42 s"
    assert said.phrases == (Phrase("screen.silent", {"seconds": 42}),)
    assert type(str(said)) is str


def test_sentences_are_joined_and_empty_ones_left_out() -> None:
    said = joined(say("zone", zone="sảnh"), "", say("sound.judged", officer="hoa"), "boom")
    assert said == "zone sảnh; said by hoa; boom"
    assert in_vietnamese(said) == "Khu vực sảnh; theo lời hoa; “boom”"
    assert joined() == "" == vietnamese(())
    assert phrases_of("") == ()


def test_figures_have_a_decimal_comma_in_vietnamese() -> None:
    skew = say("controller.skew", seconds=5.25)
    assert skew == "+5.2 s against the hub"
    assert in_vietnamese(skew) == "Lệch +5,2 giây so với máy chủ tỉnh"
    assert in_vietnamese(say("camera.bright", share=0.75)).startswith("75 % điểm ảnh")


def test_words_of_vocabularies_and_names_of_faults_are_vietnamese() -> None:
    assert in_vietnamese(say("printer.paper", paper="out")) == "Giấy: hết"
    assert in_vietnamese(say("printer.paper", paper="folded")) == "Giấy: folded"
    hot = find("controller", "hot")
    assert hot is not None
    both = say("also", codes="controller.hot, controller.news")
    assert both == "also hot, news"
    assert in_vietnamese(both) == f"Ngoài ra: {hot.card.title.lower()}, news"
    dark = find("camera", "dark")
    assert dark is not None
    many = say("camera.together", count=3, of=4, codes="2 camera.dark", names="a, b")
    assert many == "3 of 4 cameras together (2 dark): a, b"
    assert f"(2 {dark.card.title.lower()})" in in_vietnamese(many)


def test_what_a_tool_said_is_explained_when_it_is_well_known_and_quoted_in_any_case() -> None:
    refused = say("camera.offline", why="[Errno 111] Connection refused")
    assert refused == "[Errno 111] Connection refused"
    assert (
        in_vietnamese(refused) == "Máy bên kia từ chối kết nối (“[Errno 111] Connection refused”)"
    )
    assert in_vietnamese(say("driver.ended", error="ValueError: x")) == (
        "Trình điều khiển dừng: “ValueError: x”"
    )


def test_what_nobody_has_texts_for_cannot_be_said() -> None:
    with pytest.raises(KeyError):
        say("never.heard")
    with pytest.raises(KeyError):
        say("screen.silent", minutes=1)


def test_phrases_of_a_newer_site_are_left_to_their_english() -> None:
    assert vietnamese((Phrase("from.the.future", {"x": 1}),)) == ""
    assert vietnamese((Phrase("screen.silent", {}),)) == ""
    assert vietnamese((Phrase("controller.throttled", {"bits": "no number"}),)) == ""


@given(st.sampled_from(sorted(TEXTS)), st.data())
def test_no_values_whatever_make_vietnamese_fail(key: str, data: st.DataObject) -> None:
    names = sorted(fields(TEXTS[key][0]))
    values = data.draw(st.fixed_dictionaries(dict.fromkeys(names, VALUES)))
    text = vietnamese((Phrase(key, values),) * 20)
    assert len(text) < 20_000


def test_phrases_go_over_the_wire_and_come_back() -> None:
    said = joined(say("ups.charge", percent=83.0), say("ups.runtime", seconds=1800))
    wire = msgspec.json.encode(said.phrases)
    back = msgspec.json.decode(wire, type=tuple[Phrase, ...])
    assert english(back) == said == Sentence(back)
    assert vietnamese(back) == "Ắc quy 83 %; còn chạy được 1800 giây"


def test_conversions_of_format_strings_work_as_ever() -> None:
    assert english((Phrase("text", {"text": "x"}),)) == "x"
    assert vietnamese((Phrase("text", {"text": 5}),)) == "“5”"
