"""The slips of a roll are counted, so that a change can be planned; nothing is guessed."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.paper import LEAST, Roll, left, printed, said
from motcua_edge.services.printing.paper import PaperMeter
from support.hall import HealthNotes

BAD, OK = HealthState.CRITICAL, HealthState.OK


def after(*steps: int | str, roll: Roll | None = None) -> Roll:
    """A roll after so many slips (a number) or what the printer said (a code)."""
    roll = roll or Roll()
    for step in steps:
        if isinstance(step, str):
            roll = said(roll, step)
        else:
            for _ in range(step):
                roll = printed(roll)
    return roll


def test_a_roll_that_was_not_seen_from_its_beginning_has_no_forecast():
    assert left(after(50), 600) is None
    assert left(after(50), 0) is None


def test_a_new_roll_is_as_long_as_the_office_says():
    roll = after(10, "paper_out", "", 100)
    assert left(roll, 600) == 500
    assert left(after(700, roll=roll), 600) == 0


def test_the_length_is_learnt_from_whole_rolls():
    roll = after("paper_out", "", 500, "paper_low", 40, "paper_out", "", 100)
    assert roll.rolls == (540,)
    assert left(roll, 0) == 440


def test_a_roll_changed_at_paper_low_begins_anew_and_teaches_nothing():
    roll = after("paper_out", "", 500, "paper_low", "", 5)
    assert (roll.slips, roll.rolls, roll.whole) == (5, (), True)


def test_looking_under_the_cover_changes_no_roll():
    roll = after("paper_out", "", 300, "cover_open", "", 10)
    assert roll.slips == 310


def test_the_cover_that_is_opened_to_change_an_empty_roll_does_not_hide_the_change():
    roll = after("paper_out", "", 300, "paper_out", "cover_open", "", 10)
    assert (roll.slips, roll.rolls) == (10, (300,))


def test_an_empty_printer_has_none_left():
    assert left(after("paper_out", "", 300, "paper_out"), 600) == 0
    assert left(after("paper_out", "", 300, "paper_out", "cover_open"), 600) == 0


def test_a_jam_right_after_a_change_teaches_nothing():
    assert after("paper_out", "", LEAST - 1, "paper_out").rolls == ()


CODES = st.sampled_from(["", "paper_low", "paper_out", "cover_open", "offline"])


@given(st.lists(st.one_of(st.integers(0, 50), CODES), max_size=40), st.integers(0, 800))
def test_a_forecast_is_never_negative_and_never_more_than_a_roll(steps, capacity):
    roll = after(*steps)
    slips = left(roll, capacity)
    if slips is not None:
        assert 0 <= slips <= max((capacity, *roll.rolls))
    assert len(roll.rolls) <= 5


async def test_the_meter_passes_reports_on_and_survives_a_restart(tmp_path: Path):
    notes, file = HealthNotes(), tmp_path / "paper.json"
    meter = PaperMeter(file, 600, notes)
    await meter.report("printer", BAD, "paper_out", "no paper")
    await meter.report("printer", OK)
    for _ in range(10):
        meter.printed()
    assert [state for _, state, _ in notes.notes] == [BAD, OK]
    again = PaperMeter(file, 600, notes)
    assert again.numbers() == {
        "printer.slips_on_roll": 10.0,
        "printer.paper_left_slips": 590.0,
    }


async def test_a_damaged_count_begins_anew_and_a_full_disk_stops_nothing(tmp_path: Path):
    file = tmp_path / "paper.json"
    file.write_text("{broken")
    meter = PaperMeter(file, 600, HealthNotes())
    assert meter.numbers() == {"printer.slips_on_roll": 0.0}
    lost = PaperMeter(tmp_path / "no" / "folder" / "paper.json", 600, HealthNotes())
    for _ in range(10):
        lost.printed()
    assert lost.numbers()["printer.slips_on_roll"] == 10
