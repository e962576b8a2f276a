"""Frames: `BODY*MAC*CRC` and a newline. The same on MicroPython and on CPython."""

import json
from binascii import crc32, hexlify
from hashlib import sha256

FROM_PAD = b"pad>"
FROM_EDGE = b"edge>"
LONGEST = 1024
_BLOCK = 64
_MAC = 32
_CRC = 8


class DamagedError(ValueError):
    """The line is no frame: noise, or a frame that was cut."""


class ForgedError(ValueError):
    """A whole frame that was sealed with another key."""


def hmac(key, message):
    """HMAC-SHA256: 32 bytes."""
    if len(key) > _BLOCK:
        key = sha256(key).digest()
    key = key + bytes(_BLOCK - len(key))
    inner = sha256(bytes(each ^ 0x36 for each in key))
    inner.update(message)
    outer = sha256(bytes(each ^ 0x5C for each in key))
    outer.update(inner.digest())
    return outer.digest()


def same(one, other):
    """Whether two byte strings are equal, in a time that does not tell where they differ."""
    if len(one) != len(other):
        return False
    difference = 0
    for at in range(len(one)):
        difference |= one[at] ^ other[at]
    return difference == 0


def _mac(key, sender, body):
    return hexlify(hmac(key, sender + body))[:_MAC]


def sealed(body, key, sender):
    """The line for a body (a dict)."""
    text = json.dumps(body).encode()
    line = text + b"*" + _mac(key, sender, text)
    return line + b"*%08x\n" % (crc32(line) & 0xFFFFFFFF)


def parts(line):
    """(body bytes, MAC) of a line; DamagedError if it is no whole frame."""
    line = line.strip()
    cut = len(line) - _CRC - 1
    middle = cut - _MAC - 1
    if len(line) > LONGEST or middle < 2 or line[cut] != 0x2A or line[middle] != 0x2A:
        raise DamagedError("no frame")
    if b"%08x" % (crc32(line[:cut]) & 0xFFFFFFFF) != line[cut + 1 :]:
        raise DamagedError("crc")
    return line[:middle], line[middle + 1 : cut]


def peek(line):
    """The body of a whole frame, whoever sealed it; DamagedError if there is none."""
    return _decoded(parts(line)[0])


def unsealed(line, key, sender):
    """The body of a frame sealed with `key`; DamagedError or ForgedError otherwise."""
    text, mac = parts(line)
    if not same(mac, _mac(key, sender, text)):
        raise ForgedError("key")
    return _decoded(text)


def _decoded(text):
    try:
        body = json.loads(text)
    except ValueError:
        raise DamagedError("json") from None
    if not isinstance(body, dict):
        raise DamagedError("no object")
    return body
