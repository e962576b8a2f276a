"""The real synthesiser: what it reads, what it sounds like, how it fails."""

import subprocess
import unicodedata

import pytest

from motcua_edge.domain.speech import compose, read_number, spell_label
from motcua_edge.domain.speech.words import DIGITS, LETTERS
from motcua_edge.drivers.voice import EspeakSynth, SynthError, normalised
from support.sound import listen, program

VOICE = "vi-vn-x-south"


def phonemes(text):
    """How espeak-ng would say a text, tone numbers included, stress marks and breaks left out."""
    out = subprocess.run(
        ["espeak-ng", "-v", VOICE, "-q", "--ipa", "-b", "1", "--stdin"],
        input=text.encode(),
        capture_output=True,
        check=True,
    ).stdout.decode()
    return out.translate(str.maketrans("", "", "ˈˌ \n"))


def spelt(label):
    return ", ".join(unit.text for unit in spell_label(label))


def counter(number):
    return " ".join(unit.text for unit in read_number(number))


@pytest.mark.parametrize("label", ["A015", "1001", "U007", "B555", "C444", "D111", "A2-001"])
def test_a_label_is_read_as_the_names_of_its_characters(label):
    names = [DIGITS[int(c)] if c.isdigit() else LETTERS[c] for c in label if c != "-"]
    # a name sounds a little different before a comma than at the end of a sentence
    listed = [phonemes(f"{name}, a").removesuffix(phonemes("a")) for name in names[:-1]]
    assert phonemes(spelt(label)) == "".join([*listed, phonemes(names[-1])])


@pytest.mark.parametrize("label", ["A015", "1001", "A121"])
def test_the_label_as_it_is_printed_would_be_read_wrongly(label):
    assert phonemes(label) != phonemes(spelt(label))


def test_changed_forms_sound_different_from_base_forms():
    for changed, base in (("mốt", "một"), ("tư", "bốn"), ("lăm", "năm"), ("mươi", "mười")):
        assert phonemes(changed) != phonemes(base)


@pytest.mark.parametrize(
    ("number", "form"),
    [(21, "mốt"), (24, "tư"), (25, "lăm"), (15, "lăm"), (14, "bốn"), (11, "một")],
)
def test_a_counter_ends_with_the_sound_of_its_form(number, form):
    assert phonemes(counter(number)).endswith(phonemes(form))


def test_all_counters_of_a_large_office_sound_different():
    assert len({phonemes(counter(number)) for number in range(1, 68)}) == 67


def test_decomposed_text_is_read_wrongly_so_sentences_are_composed():
    sentence = compose("call", {"so_doc": spell_label("A015"), "quay_doc": read_number(3)})
    assert unicodedata.is_normalized("NFC", sentence.text)
    decomposed = unicodedata.normalize("NFD", sentence.text)
    assert phonemes(decomposed) != phonemes(sentence.text)


@pytest.mark.parametrize("label", ["A015", "1001", "U007"])
async def test_a_call_sounds_like_speech(label):
    sentence = compose("call", {"so_doc": spell_label(label), "quay_doc": read_number(21)})
    synth = EspeakSynth()
    for clause in sentence.clauses:
        sound = normalised(await synth.speak(clause.text, voice=VOICE, speed=130), -3)
        ear = listen(sound)
        assert ear.speech, ear
        assert ear.peak == pytest.approx(10 ** (-3 / 20), abs=0.001)


async def test_a_faster_voice_is_shorter():
    synth = EspeakSynth()
    slow = await synth.speak("Mời công dân có số", voice=VOICE, speed=100)
    fast = await synth.speak("Mời công dân có số", voice=VOICE, speed=200)
    assert fast.frames < 0.75 * slow.frames


async def test_text_that_looks_like_an_option_is_spoken():
    assert (await EspeakSynth().speak("--version", voice=VOICE, speed=130)).seconds > 0.3


async def test_an_unknown_voice_is_refused_although_espeak_would_take_it():
    with pytest.raises(SynthError, match="voice 'vi-vn-x-west' is not installed"):
        await EspeakSynth().speak("một", voice="vi-vn-x-west", speed=130)


async def test_a_missing_synthesiser_is_named_with_the_remedy(tmp_path):
    with pytest.raises(SynthError, match="install espeak-ng"):
        await EspeakSynth(str(tmp_path / "nowhere")).speak("một", voice=VOICE, speed=130)


FAKE_VOICES = 'if [ "$1" = --voices ]; then echo head; echo "5 vi x"; exit 0; fi\n'


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("exit 3", "exit code 3"),
        ("sleep 600", "no answer within"),
        ("echo noise", "not a WAV"),
        ("exit 0", "not a WAV"),
    ],
)
async def test_a_synthesiser_that_misbehaves_is_typed(tmp_path, body, message):
    script = program(tmp_path / "espeak", FAKE_VOICES + body)
    with pytest.raises(SynthError, match=message) as caught:
        await EspeakSynth(script, timeout_s=0.5).speak("một", voice="vi", speed=130)
    assert caught.value.code == "no_output"


async def test_nothing_to_say_is_an_error_and_not_a_silent_success():
    with pytest.raises(SynthError, match="no sound"):
        await EspeakSynth().speak(" ", voice=VOICE, speed=130)
