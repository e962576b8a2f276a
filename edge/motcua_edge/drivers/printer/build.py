"""A printer from its section of the agent's configuration."""

from motcua_edge.config import PrinterSection
from motcua_edge.drivers.printer.encoding import Encoder, Mode, PrinterConfigError
from motcua_edge.drivers.printer.escpos_printer import EscposPrinter, Timing
from motcua_edge.drivers.printer.file_link import FileLink
from motcua_edge.drivers.printer.links import Link
from motcua_edge.drivers.printer.network_link import NetworkLink
from motcua_edge.drivers.printer.port import Printer
from motcua_edge.drivers.printer.serial_link import SerialLink

_DEFAULT_PORT = 9100
_BITS_PER_BYTE = 10
_LARGEST_SLIP = 24 * 1024


def build_printer(section: PrinterSection) -> Printer | None:
    """The configured printer, None for kind `none`. Opens nothing: absence is a health problem.

    Raises:
        PrinterConfigError: Profile, width or address cannot work.
    """
    if section.kind == "none":
        return None
    mode = Mode.HYBRID if section.kind == "serial" else Mode.RASTER
    encoder = Encoder(section.profile, section.width_px, mode)
    slowest_s = _LARGEST_SLIP * _BITS_PER_BYTE / section.baudrate if mode is Mode.HYBRID else 0.0
    timing = Timing(status_s=section.status_timeout_s, confirm_s=6.0 + slowest_s)
    return EscposPrinter(_link(section), encoder, timing)


def _link(section: PrinterSection) -> Link:
    if section.kind == "serial":
        return SerialLink(section.path, section.baudrate, section.write_timeout_s)
    if section.kind == "network":
        return NetworkLink(*_address(section.path), section.write_timeout_s)
    return FileLink(section.path, section.write_timeout_s)


def _address(path: str) -> tuple[str, int]:
    host, _, port = path.rpartition(":")
    if not host:
        host, port = path, str(_DEFAULT_PORT)
    if not host or not port.isdecimal():
        msg = f"printer.path {path!r} is not host:port"
        raise PrinterConfigError(msg)
    return host.strip("[]"), int(port)
