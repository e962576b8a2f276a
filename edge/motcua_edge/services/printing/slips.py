"""Slips of one site for one printer, made when they are needed."""

from typing import Final

from motcua_contract.siteconfig import SiteConfig
from motcua_edge.config import PrinterSection
from motcua_edge.domain.model import Ticket
from motcua_edge.drivers.printer import Slip
from motcua_edge.services.printing.layout import BRIEF, COMPACT, FULL, Layout, Style
from motcua_edge.services.printing.typeface import Typeface
from motcua_edge.services.printing.words import Words, load_texts

_QUICK_BAUD: Final = 57_600


class SlipMaker:
    """Loads the lettering late: a missing font must not keep the office closed."""

    def __init__(self, site: SiteConfig, section: PrinterSection) -> None:
        self._site = site
        self._section = section
        self._layout: Layout | None = None

    def make(self, ticket: Ticket, job: int) -> Slip:
        """Slip number `job` of a ticket; takes about 40 ms, raises FontMissingError."""
        return self.load().slip(ticket, job)

    def load(self) -> Layout:
        """The layout with its lettering; raises FontMissingError, and may be tried again."""
        if self._layout is None:
            self._layout = self._loaded()
        return self._layout

    def _loaded(self) -> Layout:
        return Layout(
            Words(self._site, load_texts()),
            Typeface(),
            width=self._section.width_px,
            style=_style(self._section),
            qr_base_url=self._site.ticket.qr_base_url,
        )


def _style(section: PrinterSection) -> Style:
    if section.kind != "serial":
        return FULL
    return COMPACT if section.baudrate >= _QUICK_BAUD else BRIEF
