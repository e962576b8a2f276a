"""Labels, numbers and ordinals in words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_edge.domain.speech import (
    SpeechError,
    read_number,
    read_ordinal,
    spell_label,
    word_clips,
)
from motcua_edge.domain.speech.words import DIGITS


def said(units):
    return " ".join(f"{unit.text}{unit.stop}" for unit in units)


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("A015", "a, không, một, năm"),
        ("1001", "một, không, không, một"),
        ("U007", "u, không, không, bảy"),
        ("B121", "bê, một, hai, một"),
        ("C234", "xê, hai, ba, bốn"),
        ("D555", "đê, năm, năm, năm"),
        ("A110", "a, một, một, không"),
        ("A0689", "a, không, sáu, tám, chín"),
        ("AB012", "a, bê, không, một, hai"),
        ("A2-001", "a, hai, không, không, một"),
        ("12-001", "một, hai, không, không, một"),
        ("TEST-001", "thử, không, không, một"),
    ],
)
def test_a_label_is_spelt_character_by_character_in_base_forms(label, words):
    assert said(spell_label(label)) == words


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ("ABCDE", "a, bê, xê, đê, e"),
        ("GHK", "giê, hát, ca"),
        ("LMN", "e-lờ, em-mờ, en-nờ"),
        ("PQRTU", "pê, quy, e-rờ, tê, u"),
        ("VX", "vê, ích-xì"),
        ("FIJOSWYZ", "ép-phờ, i, di, o, ét-sì, vê kép, i dài, dét"),
    ],
)
def test_every_letter_has_its_school_name(letters, words):
    assert [said(spell_label(f"{c}1"))[:-5] for c in letters] == words.split(", ")


@given(st.from_regex(r"[A-Z]{1,2}[0-9]{3,4}", fullmatch=True))
def test_no_digit_of_a_label_ever_changes_its_form(label):
    spelt = [unit.text for unit in spell_label(label)]
    assert len(spelt) == len(label)
    assert spelt[-3:] == [DIGITS[int(c)] for c in label[-3:]]
    assert not {"mốt", "tư", "lăm", "mười", "mươi", "linh"} & set(spelt)


@pytest.mark.parametrize(
    "label", ["", "A", "a015", "A-", "Đ001", "A01 5", "A015\n", "TEST", "ABC001"]
)
def test_a_label_that_cannot_be_spelt_is_refused_by_name(label):
    with pytest.raises(SpeechError, match="cannot be spelt"):
        spell_label(label)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "một"),
        (4, "bốn"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (12, "mười hai"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (31, "ba mươi mốt"),
        (44, "bốn mươi tư"),
        (55, "năm mươi lăm"),
        (67, "sáu mươi bảy"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (104, "một trăm linh bốn"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (111, "một trăm mười một"),
        (115, "một trăm mười lăm"),
        (121, "một trăm hai mươi mốt"),
        (254, "hai trăm năm mươi tư"),
        (999, "chín trăm chín mươi chín"),
    ],
)
def test_a_counter_is_read_as_a_number(number, words):
    assert said(read_number(number)) == words


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_a_number_outside_the_counters_is_refused(number):
    with pytest.raises(SpeechError, match=f"number {number} cannot be read"):
        read_number(number)


def test_all_numbers_sound_different():
    assert len({said(read_number(n)) for n in range(1, 1000)}) == 999


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "nhất"), (2, "hai"), (3, "ba"), (4, "tư"), (5, "năm"), (15, "mười lăm")],
)
def test_an_ordinal_has_its_own_word_for_first_and_fourth(number, words):
    assert said(read_ordinal(number)) == words


def test_every_word_that_can_be_said_has_a_clip_of_one_text():
    clips = word_clips()
    for units in (*map(read_number, range(1, 1000)), *map(spell_label, ["A015", "TEST-001"])):
        for unit in units:
            assert clips[unit.key] == unit.text
    assert all(unicodedata.is_normalized("NFC", text) for text in clips.values())
