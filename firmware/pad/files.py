"""Small files that are either the old or the new one after a power cut."""

import os
from binascii import crc32


def with_crc(text):
    """A line of `text` (bytes) and its CRC."""
    return text + b"*%08x\n" % (crc32(text) & 0xFFFFFFFF)


def without_crc(line):
    """The text of a line made by `with_crc`; None if it is torn or damaged."""
    if len(line) < 10 or line[-1:] != b"\n" or line[-10:-9] != b"*":
        return None
    text = line[:-10]
    return text if b"%08x" % (crc32(text) & 0xFFFFFFFF) == line[-9:-1] else None


def read_line(path):
    """The text of a one-line file; None if there is none or it is damaged."""
    try:
        with open(path, "rb") as file:
            return without_crc(file.readline())
    except OSError:
        return None


def write_line(path, text):
    """Replace a one-line file: written beside it, then renamed over it."""
    beside = path + ".new"
    with open(beside, "wb") as file:
        file.write(with_crc(text))
        file.flush()
    os.rename(beside, path)


def remove(path):
    """Delete a file that may not be there."""
    try:
        os.remove(path)
    except OSError:
        pass


def make_folder(path):
    """Make a folder that may be there."""
    try:
        os.mkdir(path)
    except OSError:
        pass


def size_of(path):
    """Bytes of a file; 0 if there is none."""
    try:
        return os.stat(path)[6]
    except OSError:
        return 0
