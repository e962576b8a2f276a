"""Frames of pads, `BODY*MAC*CRC` and a newline; firmware/PROTOCOL.md says what each is for."""

import hashlib
import hmac
import zlib
from typing import Annotated, Final, Literal

import msgspec

LONGEST: Final = 1024
FROM_PAD: Final = b"pad>"
FROM_EDGE: Final = b"edge>"
_MAC: Final = 32
_CRC: Final = 8
_STAR: Final = b"*"

Count = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
Amount = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Name = Annotated[str, msgspec.Meta(max_length=40)]
Nonce = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}$")]
PressText = Annotated[str, msgspec.Meta(max_length=40)]


class FrameError(ValueError):
    """A line that is no frame, or not from whom it says. Attribute `cause`: damaged or forged."""

    def __init__(self, cause: Literal["damaged", "forged"], detail: str) -> None:
        super().__init__(f"{cause}: {detail}")
        self.cause = cause


class _Frame(msgspec.Struct, frozen=True, kw_only=True, tag_field="t"):
    """Base of all frames."""


# ---- from the pad ----


class Hello(_Frame, frozen=True, kw_only=True, tag="hello"):
    """A pad asks for a session."""

    v: int
    p: Name
    n: Nonce
    fw: Name
    board: Name = ""
    slot: Name = ""
    back: int = 0


class Beat(_Frame, frozen=True, kw_only=True, tag="beat"):
    """How the pad is. `held` in ms, `bat` in percent, `up` in s."""

    c: Count
    up: Amount = 0
    q: Amount = 0
    lost: Amount = 0
    held: dict[Name, Amount] = {}
    bat: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    mem: Amount = 0


class Press(_Frame, frozen=True, kw_only=True, tag="press"):
    """A button was pressed `age` ms ago; -1 when the pad was off in between."""

    c: Count
    i: PressText
    b: Name
    age: Annotated[int, msgspec.Meta(ge=-1, le=2**53)]


class Took(_Frame, frozen=True, kw_only=True, tag="took"):
    """The answer to a frame of an update."""

    c: Count
    of: Name
    ok: int
    at: Amount = 0
    why: str = ""


InSession = Beat | Press | Took
FromPad = Hello | InSession
_READER: Final[msgspec.json.Decoder[FromPad]] = msgspec.json.Decoder(FromPad)


# ---- from the controller ----


class Ask(_Frame, frozen=True, kw_only=True, tag="ask"):
    """Who is there?"""


class Welcome(_Frame, frozen=True, kw_only=True, tag="welcome"):
    """The session begins."""

    p: str
    n: str
    e: str


class Pong(_Frame, frozen=True, kw_only=True, tag="pong"):
    """The controller lives."""

    c: int = 0


class Ack(_Frame, frozen=True, kw_only=True, tag="ack"):
    """A press is in the journal."""

    c: int = 0
    i: str
    r: str


class Rate(_Frame, frozen=True, kw_only=True, tag="rate"):
    """Whether somebody may rate now."""

    c: int = 0
    open: int


class Begin(_Frame, frozen=True, kw_only=True, tag="begin"):
    """An update comes."""

    c: int = 0
    size: int
    fw: str


class Part(_Frame, frozen=True, kw_only=True, tag="part"):
    """A piece of it, base64."""

    c: int = 0
    at: int
    d: str


class End(_Frame, frozen=True, kw_only=True, tag="end"):
    """It is whole."""

    c: int = 0


Saying = Pong | Ack | Rate | Begin | Part | End
"""What is said within a session."""


class Parcel(msgspec.Struct, frozen=True):
    """A whole frame before it is known who sealed it."""

    body: bytes
    mac: bytes

    def sealed_with(self, key: bytes) -> bool:
        """Whether a pad with this key wrote it."""
        return hmac.compare_digest(self.mac, _mac(key, FROM_PAD, self.body))

    def read(self) -> FromPad:
        """The frame; FrameError if it is none of ours."""
        try:
            return _READER.decode(self.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise FrameError("damaged", str(error)) from error


def parcel(line: bytes) -> Parcel:
    """A line from a pad, its CRC checked; FrameError otherwise."""
    text = line.strip()
    if len(text) > LONGEST:
        raise FrameError("damaged", "too long")
    checked, star, crc = text[: -_CRC - 1], text[-_CRC - 1 : -_CRC], text[-_CRC:]
    if star != _STAR or b"%08x" % zlib.crc32(checked) != crc:
        raise FrameError("damaged", "crc")
    body, star, mac = checked[: -_MAC - 1], checked[-_MAC - 1 : -_MAC], checked[-_MAC:]
    if star != _STAR:
        raise FrameError("damaged", "no mac")
    return Parcel(body, mac)


def sealed(frame: Ask | Welcome | Saying, key: bytes) -> bytes:
    """The line of one of our frames."""
    body = msgspec.json.encode(frame)
    line = body + _STAR + _mac(key, FROM_EDGE, body)
    return line + b"*%08x\n" % zlib.crc32(line)


def session_key(key: bytes, pad_nonce: str, edge_nonce: str) -> bytes:
    """The key of the session that these two nonces make."""
    message = f"session{pad_nonce}{edge_nonce}".encode()
    return hmac.new(key, message, hashlib.sha256).digest()


def broker_password(key: bytes) -> str:
    """What the pad with this key says to the pads' broker."""
    return hmac.new(key, b"broker", hashlib.sha256).digest()[:16].hex()


def _mac(key: bytes, sender: bytes, body: bytes) -> bytes:
    return hmac.new(key, sender + body, hashlib.sha256).hexdigest()[:_MAC].encode()
