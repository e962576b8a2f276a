"""Printers for tests: the emulator on a pty or a port, sample slips, and what is on paper.

Other suites use `paper(folder)` after running the emulator as a program: every slip in order, with
the ticket and whether it bears the reprint mark, for the checks U1 and U2.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw

from motcua_contract.siteconfig import CounterConfig, ServiceField, SiteConfig, TicketLayout
from motcua_edge.domain.model import Ticket
from motcua_edge.drivers.printer import (
    BigText,
    Feed,
    Printer,
    PrinterStatus,
    QrCode,
    Slip,
    SmallText,
    Strip,
)
from motcua_edge.drivers.printer.emulator.cables import PtyCable, TcpCable
from motcua_edge.drivers.printer.emulator.machine import Machine
from motcua_edge.drivers.printer.emulator.paper import qr_picture
from motcua_edge.drivers.printer.emulator.records import read_folder
from motcua_edge.drivers.printer.emulator.serving import Serving
from motcua_edge.services.printing.payload import parse

MONDAY = int(datetime(2026, 11, 23, 1, 5, tzinfo=UTC).timestamp() * 1000)
"""08:05 in Vietnam, UTC ms."""


def sample_site(**more: object) -> SiteConfig:
    """An office with two fields; `more` replaces parts of it."""
    plain = {
        "name": "Trung tâm Phục vụ hành chính công phường Bến Thành",
        "services": (
            ServiceField(code="HT", name="Hộ tịch", series="A", area="Khu A", floor="Tầng 1"),
            ServiceField(code="DD", name="Đất đai", series="B"),
        ),
        "counters": (
            CounterConfig(number=1, services=("HT",)),
            CounterConfig(number=3, services=("DD", "HT")),
        ),
        "ticket": TicketLayout(org_parent="phường Bến Thành", hotline="028 3829 7676"),
    }
    return SiteConfig(**{**plain, **more})


def sample_ticket(**more: object) -> Ticket:
    """Ticket A015 of that office, issued at MONDAY."""
    plain = {
        "id": "20261123-A015",
        "label": "A015",
        "day": "2026-11-23",
        "series": "A",
        "number": 15,
        "service": "HT",
        "order_key": MONDAY,
        "issued_at": MONDAY,
        "first_waiting_at": MONDAY,
        "waiting_since": MONDAY,
        "ahead": 4,
        "wait_low_min": 15,
        "wait_high_min": 25,
    }
    return Ticket(**{**plain, **more})


class OnPaper(NamedTuple):
    """One slip in somebody's hand."""

    label: str
    ticket: str
    job: int
    whole: bool
    picture: Path

    @property
    def reprint(self) -> bool:
        return self.job > 1


def paper(folder: Path) -> list[OnPaper]:
    """Every ticket that the emulator program put on paper under `--out FOLDER`, in order.

    A torso on which no QR code was reached bears no ticket and is left out.
    """
    return [
        OnPaper(
            found.label,
            found.ticket,
            found.job,
            record.whole,
            folder / f"slip-{record.slip:04d}.png",
        )
        for record in read_folder(folder)
        for found in map(parse, record.codes)
        if found is not None
    ]


def decoded_qr(image: Image.Image) -> str:
    """What a camera reads in a picture of a slip; "" for nothing."""
    grey = np.array(image.convert("L"))
    bordered = cv2.copyMakeBorder(grey, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=255)
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(bordered)
    return text


def _drawn(width: int, height: int) -> Image.Image:
    image = Image.new("1", (width, height), 1)
    draw = ImageDraw.Draw(image)
    for step in range(0, width, 7):
        draw.line((step, 0, width - step, height), fill=0)
    return image


def sample_slip(name: str = "20261123-A015", width: int = 576) -> Slip:
    """A slip with every kind of part."""
    return Slip(
        name,
        width,
        (
            Strip(_drawn(width // 2, 60)),
            Feed(300),
            BigText("A015", _drawn(300, 120)),
            SmallText(name, _drawn(200, 20)),
            QrCode(name, qr_picture(name, 6).height, lambda text: qr_picture(text, 6)),
            Feed(10),
            Strip(_drawn(width, 400)),
        ),
    )


@contextlib.contextmanager
def on_pty(folder: Path, width: int = 576) -> Iterator[tuple[Serving, str]]:
    """The emulator on a pty; gives it and the path of the serial port."""
    link = folder / "ttyPRINTER"
    with Serving(Machine(width), PtyCable(link)) as serving:
        yield serving, str(link)


@contextlib.contextmanager
def on_tcp(width: int = 576) -> Iterator[tuple[Serving, str]]:
    """The emulator on a TCP port; gives it and `host:port`."""
    cable = TcpCable()
    with Serving(Machine(width), cable) as serving:
        yield serving, f"127.0.0.1:{cable.port}"


async def status_until(
    printer: Printer, accept: Callable[[PrinterStatus], bool], *, within: float = 10.0
) -> PrinterStatus:
    """Ask until the status is acceptable; fail after `within` s."""
    deadline = time.monotonic() + within
    while not accept(status := await printer.status()):
        assert time.monotonic() < deadline, f"not within {within} s; last answer: {status}"
    return status
