"""How slips look and how many bytes they take."""

import unicodedata

import pytest
from PIL import Image, ImageChops

from motcua_contract.siteconfig import SiteConfig, TicketLayout
from motcua_contract.vocabulary import Priority
from motcua_edge.config import PrinterSection
from motcua_edge.domain.model import Ticket
from motcua_edge.drivers.printer import (
    BigText,
    Encoder,
    Feed,
    Mode,
    PrinterConfigError,
    QrCode,
    Slip,
    compose,
)
from motcua_edge.drivers.printer.emulator.machine import Machine
from motcua_edge.services.printing.slips import SlipMaker
from motcua_edge.services.printing.typeface import FontMissingError, Typeface
from support.printer import decoded_qr
from support.printer import sample_site as site
from support.printer import sample_ticket as ticket

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯ₫–"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LONG = SiteConfig(
    **{
        **{name: getattr(site(), name) for name in ("services", "counters")},
        "name": "Trung tâm Phục vụ hành chính công đặc khu Bạch Long Vĩ và các xã lân cận",
        "ticket": TicketLayout(org_parent="x" * 80, hotline="028 3829 7676", qr_base_url=""),
    }
)


def made(
    kind: str, tick: Ticket, job: int = 1, width: int = 576, configured: SiteConfig | None = None
) -> Slip:
    section = PrinterSection(kind=kind, width_px=width, profile=_profile(width))
    return SlipMaker(configured or site(), section).make(tick, job)


def _profile(width: int) -> str:
    return "TM-T20II" if width > 384 else "POS-5890"


def printed(slip: Slip, mode: Mode, profile: str = "TM-T20II") -> Machine:
    machine = Machine(slip.width)
    machine.receive(Encoder(profile, slip.width, mode).encode(slip))
    machine.tear()
    return machine


@pytest.mark.parametrize("kind", ["serial", "network"])
@pytest.mark.parametrize("width", [576, 384])
@pytest.mark.parametrize("priority", [Priority.NONE, Priority.CHILD])
def test_nothing_is_wider_than_the_paper(kind: str, width: int, priority: Priority):
    slip = made(kind, ticket(priority=priority, test=True, label="TEST-001"), 2, width, LONG)
    for part in slip.parts:
        if not isinstance(part, Feed):
            assert part.image.width <= width


def test_a_long_name_is_wrapped_and_no_word_is_lost():
    typeface = Typeface()
    lines = typeface.balanced(LONG.name, 28, 400, bold=True)
    assert len(lines) > 1
    assert " ".join(lines) == LONG.name
    assert all(typeface.font(28, bold=True).getlength(line) <= 400 for line in lines)


def test_a_word_longer_than_the_paper_is_cut_and_not_lost():
    lines = Typeface().wrap("Q" * 100, 28, 400, bold=False)
    assert len(lines) > 1
    assert "".join(lines) == "Q" * 100


def test_every_vietnamese_letter_has_a_shape_of_its_own():
    typeface = Typeface()
    whole = {unicodedata.normalize("NFC", a + t) for a in LETTERS for t in TONES}
    letters = {letter for letter in whole if len(letter) == 1}
    missing = typeface.line("\U0010fffd", 40, bold=False)[0].tobytes()
    shapes = {letter: typeface.line(letter, 40, bold=False)[0].tobytes() for letter in letters}
    assert len(letters) > 100
    assert missing not in shapes.values()


def test_accents_on_capitals_are_not_cropped():
    image, _, _ = Typeface().line("Ế", 40, bold=True)
    plain, _, _ = Typeface().line("E", 40, bold=True)
    assert image.height > plain.height + 8


def test_a_missing_font_names_the_package_to_install():
    with pytest.raises(FontMissingError, match="apt install fonts-noto-core"):
        Typeface(("/nonexistent",))


@pytest.mark.parametrize("width", [576, 384])
def test_a_full_picture_comes_out_pixel_for_pixel(width: int):
    slip = made("network", ticket(), 1, width)
    slips = printed(slip, Mode.PICTURE, _profile(width)).slips
    expected = compose(width, slip.parts)
    got = slips[0].image.crop((0, 0, width, expected.height))
    assert ImageChops.difference(got.convert("L"), expected.convert("L")).getbbox() is None


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("serial", Mode.HYBRID), ("network", Mode.RASTER), ("file", Mode.RASTER)],
)
def test_a_camera_reads_the_qr_code_of_every_kind_of_slip(kind: str, mode: Mode):
    slip = made(kind, ticket(), 2)
    machine = printed(slip, mode)
    assert machine.slips[0].codes == ("20261123-A015;r=2",)
    assert decoded_qr(machine.slips[0].image) == "20261123-A015;r=2"


def test_a_printer_without_qr_codes_of_its_own_gets_a_picture_of_it():
    slip = made("serial", ticket(), 1, 384)
    machine = printed(slip, Mode.HYBRID, "POS-5890")
    assert machine.slips[0].codes == ()
    assert machine.slips[0].texts[0] == "A015"
    assert decoded_qr(machine.slips[0].image) == "20261123-A015"


@pytest.mark.parametrize(("baudrate", "most"), [(9600, 8_000), (19_200, 8_000), (115_200, 20_000)])
def test_a_hybrid_slip_bears_the_number_as_text_and_fits_the_speed_of_its_line(
    baudrate: int, most: int
):
    slip = SlipMaker(site(), PrinterSection(kind="serial", baudrate=baudrate)).make(ticket(), 1)
    data = Encoder("TM-T20II", 576, Mode.HYBRID).encode(slip)
    assert len(data) < most
    assert b"A015" in data
    assert len(Encoder("TM-T20II", 576, Mode.RASTER).encode(slip)) > 3 * len(data)


def test_lines_that_are_the_same_on_every_slip_are_drawn_once():
    maker = SlipMaker(site(), PrinterSection(kind="network"))
    first, second = maker.make(ticket(), 1), maker.make(ticket(ahead=9), 1)
    shared = [part for part in first.parts if any(part is other for other in second.parts)]
    assert len(shared) > len(first.parts) // 2


def test_a_reprint_differs_from_the_first_slip_by_its_mark():
    first, second = made("network", ticket()), made("network", ticket(), 2)
    assert second.height > first.height
    codes = [[p.payload for p in s.parts if isinstance(p, QrCode)] for s in (first, second)]
    assert codes == [["20261123-A015"], ["20261123-A015;r=2"]]


def test_the_number_is_the_tallest_thing_on_the_slip():
    slip = made("network", ticket())
    number = next(p for p in slip.parts if isinstance(p, BigText))
    others = [p for p in slip.parts if not isinstance(p, (BigText, QrCode))]
    assert number.height > 3 * max(p.height for p in others)


def test_a_width_that_the_profile_cannot_print_is_refused_with_the_remedy():
    with pytest.raises(PrinterConfigError, match="lower width_px"):
        Encoder("POS-5890", 576, Mode.HYBRID)


def test_an_unknown_profile_is_refused():
    with pytest.raises(PrinterConfigError, match="not known"):
        Encoder("TM-NONE", 576, Mode.HYBRID)


def test_pictures_are_one_bit():
    slip = made("network", ticket())
    assert all(isinstance(p, Feed) or p.image.mode == "1" for p in slip.parts)
    assert isinstance(compose(576, slip.parts), Image.Image)


@pytest.mark.parametrize("configured", [None, LONG])
@pytest.mark.parametrize("job", [1, 2])
def test_a_qr_code_takes_the_room_that_it_says_before_it_is_drawn(configured, job):
    slip = made("network", ticket(), job, configured=configured)
    (code,) = [part for part in slip.parts if isinstance(part, QrCode)]
    assert code.height == code.image.height == code.image.width
