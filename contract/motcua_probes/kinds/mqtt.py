"""MQTT 5: connected, and a message of our own comes back; without a topic a ping does.

Version 5 because it says when publishing is not allowed; 3.1.1 takes the message and drops it.

Spoken by hand: the libraries connect in a thread that cannot be cancelled, and a broker that
accepts connections and then says nothing would keep one of them for each probe.
"""

import os
from typing import Final

from motcua_probes.attempt import Attempt
from motcua_probes.failures import ProbeError
from motcua_probes.lines import Line
from motcua_probes.results import Trouble

_CONNACK, _PUBLISH, _PUBACK, _SUBACK, _PINGRESP = 2, 3, 4, 9, 13
_NO_PROPERTIES: Final = b"\x00"
_ID: Final = b"\x00\x01"
_PINGREQ: Final = b"\xc0\x00"
_DISCONNECT: Final = b"\xe0\x00"
_REFUSED: Final = b"\x80"
_MORE: Final = 0x80
_KEEPALIVE_S: Final = 60
_LONGEST: Final = 65_536
_LOGIN_CODES: Final = (4, 5, 0x86, 0x87, 0x8C)
_CODES: Final = {
    1: "MQTT 5 is not spoken",
    0x84: "MQTT 5 is not spoken",
    0x85: "client id refused",
    0x86: "user name or password refused",
    0x87: "not authorised",
    0x88: "server unavailable",
    0x89: "server busy",
    0x8A: "banned",
}


async def mqtt(attempt: Attempt) -> None:
    """The broker lets us in and brings our own message back."""
    line = await attempt.line()
    try:
        talk = _Talk(line)
        await talk.connect(attempt)
        topic = attempt.spec.path
        if topic and not await talk.round_trip(topic):
            attempt.warn(Trouble.MQTT_NOT_ALLOWED, f"{topic}: not allowed")
            topic = ""
        if not topic:
            await talk.ping()
        await line.send(_DISCONNECT)
    finally:
        line.close()


def _text(text: str | bytes) -> bytes:
    raw = text.encode() if isinstance(text, str) else text
    return len(raw).to_bytes(2, "big") + raw


def _packet(first: int, body: bytes) -> bytes:
    length, left = b"", len(body)
    while True:
        left, digit = left >> 7, left & 0x7F
        length += bytes([digit | (0x80 if left else 0)])
        if not left:
            return bytes([first]) + length + body


class _Talk:
    """Packets over a line."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._buffer = b""

    async def connect(self, attempt: Attempt) -> None:
        """CONNECT with a clean start; raise ProbeError on a refusal."""
        user, secret = attempt.spec.user, attempt.vantage.trust.secret(attempt.spec.secret)
        flags = 0x02 | (0x80 if user else 0) | (0x40 if user and secret.password else 0)
        body = _text("MQTT") + bytes([5, flags]) + _KEEPALIVE_S.to_bytes(2, "big")
        body += _NO_PROPERTIES
        body += _text(f"probe-{os.urandom(6).hex()}")
        body += _text(user) if user else b""
        body += _text(secret.password) if user and secret.password else b""
        await self._line.send(_packet(0x10, body))
        answer = await self._until(_CONNACK)
        if len(answer) < 2:  # noqa: PLR2004 - flags and reason
            raise ProbeError(Trouble.PROTOCOL, "CONNACK is too short")
        if answer[1]:
            trouble = Trouble.LOGIN if answer[1] in _LOGIN_CODES else Trouble.MQTT_REFUSED
            raise ProbeError(trouble, _CODES.get(answer[1], f"code {answer[1]}"))

    async def round_trip(self, topic: str) -> bool:
        """Publish a word nobody else knows and wait for it; False where that is not allowed."""
        asked = _ID + _NO_PROPERTIES + _text(topic) + b"\x00"
        await self._line.send(_packet(0x82, asked))
        if (await self._until(_SUBACK))[-1:] >= _REFUSED:
            return False
        word = os.urandom(16).hex().encode()
        said = _text(topic) + _ID + _NO_PROPERTIES + word
        await self._line.send(_packet(0x32, said))
        heard = acknowledged = False
        while not (heard and acknowledged):
            kind, body = await self._next()
            if kind == _PUBACK and body[2:3] >= _REFUSED:
                return False
            acknowledged = acknowledged or kind == _PUBACK
            heard = heard or (kind == _PUBLISH and body.endswith(word))
        return True

    async def ping(self) -> None:
        """PINGREQ and its answer."""
        await self._line.send(_PINGREQ)
        await self._until(_PINGRESP)

    async def _until(self, kind: int) -> bytes:
        """The body of the next packet of a kind; others are passed over."""
        while True:
            found, body = await self._next()
            if found == kind:
                return body

    async def _next(self) -> tuple[int, bytes]:
        while True:
            told = first_packet(self._buffer)
            if told is not None:
                kind, begin, end = told
                body, self._buffer = self._buffer[begin:end], self._buffer[end:]
                return kind, body
            more = await self._line.receive()
            if not more:
                raise ProbeError(Trouble.MQTT_LOST, "the broker closed the connection")
            self._buffer += more


def first_packet(buffer: bytes) -> tuple[int, int, int] | None:
    """Kind, begin and end of the first packet's body; None until it is complete."""
    length = shift = 0
    for at, digit in enumerate(buffer[1:5], start=2):
        length |= (digit & 0x7F) << shift
        shift += 7
        if digit < _MORE:
            if length > _LONGEST:
                break
            return (buffer[0] >> 4, at, at + length) if len(buffer) >= at + length else None
    else:
        if len(buffer) <= 4:  # noqa: PLR2004 - the length may have four bytes
            return None
    raise ProbeError(Trouble.PROTOCOL, "what answers does not speak MQTT")
