"""The ticket printer: port, ESC/POS over serial, network or file, and an emulator as its fake."""

from motcua_edge.drivers.printer.build import build_printer
from motcua_edge.drivers.printer.encoding import Encoder, Mode, PrinterConfigError
from motcua_edge.drivers.printer.escpos_printer import EscposPrinter, Timing
from motcua_edge.drivers.printer.fake import FakeLink, FakePrinter
from motcua_edge.drivers.printer.health import verdict
from motcua_edge.drivers.printer.port import (
    FateUnknownError,
    NothingPrintedError,
    Paper,
    PaperRanOutError,
    Printer,
    PrintError,
    PrinterStatus,
)
from motcua_edge.drivers.printer.slip import (
    BigText,
    Feed,
    Part,
    QrCode,
    Slip,
    SmallText,
    Strip,
    compose,
)

__all__ = [
    "BigText",
    "Encoder",
    "EscposPrinter",
    "FakeLink",
    "FakePrinter",
    "FateUnknownError",
    "Feed",
    "Mode",
    "NothingPrintedError",
    "Paper",
    "PaperRanOutError",
    "Part",
    "PrintError",
    "Printer",
    "PrinterConfigError",
    "PrinterStatus",
    "QrCode",
    "Slip",
    "SmallText",
    "Strip",
    "Timing",
    "build_printer",
    "compose",
    "verdict",
]
