"""A board for MicroPython's unix port: pins that a test moves through a FIFO.

The FIFO `pins` in the working directory carries lines `NUMBER LEVEL`; what the pad does to its own
pins and to its watchdog is appended to the file `board.log`, so that a test can see it.
"""

import select
import sys

_MOVES = open("pins", "rb")
_POLL = select.poll()
_POLL.register(_MOVES, select.POLLIN)
_LEVELS = {}
_HANDLERS = {}
_LOG = open("board.log", "a")
_line = bytearray()


def _note(text):
    _LOG.write(text + "\n")
    _LOG.flush()


_note("on")


def _pump():
    while _POLL.poll(0):
        byte = _MOVES.read(1)
        if not byte:
            return
        if byte != b"\n":
            _line.extend(byte)
            continue
        number, level = (int(word) for word in bytes(_line).split())
        _line[:] = b""
        _LEVELS[number] = level
        for pin, handler in _HANDLERS.get(number, ()):
            handler(pin)


class Pin:
    IN, OUT, PULL_UP, IRQ_FALLING, IRQ_RISING = 0, 1, 2, 4, 8

    def __init__(self, number, mode=0, pull=None, value=None):
        self.number = number
        self._out = mode == Pin.OUT
        self._value = value

    def value(self, level=None):
        if level is not None:
            if level != self._value:
                self._value = level
                _note("pin %d %d" % (self.number, level))
            return None
        _pump()
        return _LEVELS.get(self.number, 1)

    def irq(self, handler, trigger):
        _HANDLERS.setdefault(self.number, []).append((self, handler))


class PWM:
    def __init__(self, pin):
        self._pin = pin

    def freq(self, hz):
        _note("tone %d" % hz)

    def duty_u16(self, duty):
        pass


class ADC:
    def __init__(self, pin):
        self._pin = pin

    def read_u16(self):
        with open("battery") as file:
            return int(file.read())


class WDT:
    """Says when it was fed; the test is the one who bites."""

    def __init__(self, timeout):
        self._count = 0

    def feed(self):
        self._count += 1
        if self._count % 200 == 1:
            _note("fed")


def reset():
    _note("reset")
    sys.exit(42)
