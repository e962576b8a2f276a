"""Frames over the board's own USB serial line, the one that the REPL uses before we start."""

import select
import sys

import micropython

_AT_ONCE = 512
_LONGEST = 1024


class SerialLink:
    """`pump` gives the lines that have come; `send` gives up when nobody reads."""

    def __init__(self):
        micropython.kbd_intr(-1)  # noise on the line must not be a Ctrl-C
        self._in, self._out = sys.stdin.buffer, sys.stdout.buffer
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(self._in, select.POLLIN)
        self._writable.register(self._out, select.POLLOUT)
        self._line = bytearray()

    def pump(self, now):
        """Lines, without waiting."""
        del now
        found = []
        for _ in range(_AT_ONCE):
            if not self._readable.poll(0):
                break
            byte = self._in.read(1)
            if not byte:
                break
            if byte == b"\n":
                found.append(bytes(self._line))
                self._line = bytearray()
            elif len(self._line) < _LONGEST:
                self._line.extend(byte)
        return found

    def send(self, line):
        """Write a line if somebody reads; presses are sent again anyway."""
        if self._writable.poll(0):
            self._out.write(line)
