"""What a site's desired configuration is made of, and what its signature is made over.

The frame is the `body` of `ConfigDesired`: JSON with named sections, each understood by one part of
the office. A section that this version does not know makes it refuse the whole, unless the frame
says that it may be kept unread: the body is stored as it came, so that a newer version applies it.
"""

import base64
import binascii
import hashlib
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from motcua_contract.identity import END, SiteId
from motcua_contract.messages import MAX_BYTES

PROBES: Final = "probes"
"""The section that holds a `ProbeList`."""
BODY_MAX: Final = MAX_BYTES // 2
"""Bytes of a body: JSON in JSON doubles its quotation marks."""
Section = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,31}" + END)]


class FrameError(ValueError):
    """A frame or a seal that cannot be used; the message says what is wrong and where."""


class ConfigState(StrEnum):
    """What a site made of a configuration. Values are on the wire."""

    APPLIED = "applied"
    REFUSED = "refused"
    OLDER = "older"
    """It is older than the one in force, which stays."""


class Frame(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A configuration for one site.

    Attributes:
        site: For whom; another site refuses it.
        sections: JSON of each, by name.
        keep: Sections that a version which does not know them may keep unread.
    """

    site: SiteId
    sections: dict[Section, msgspec.Raw] = {}
    keep: tuple[Section, ...] = ()


def read_frame(body: str) -> Frame:
    """The frame in a body; FrameError when it is none."""
    try:
        return msgspec.json.decode(body, type=Frame)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        msg = f"the body is no frame: {error}"
        raise FrameError(msg) from error


def write_frame(frame: Frame) -> str:
    """A frame as a body: sections by name, so that equal content has equal bytes."""
    ordered = {name: frame.sections[name] for name in sorted(frame.sections)}
    return msgspec.json.encode(msgspec.structs.replace(frame, sections=ordered)).decode()


def sha256_of(body: str) -> str:
    """The digest of a body, in hex."""
    return hashlib.sha256(body.encode()).hexdigest()


def signed(site: str, version: int, sha256: str) -> bytes:
    """What the hub signs: neither another site's frame nor an old one can be passed off as this."""
    return b"\0".join((b"motcua desired 1", site.encode(), str(version).encode(), sha256.encode()))


class Seal(msgspec.Struct, frozen=True):
    """Who signed, and how: the hub's certificate and an ECDSA signature with SHA-256, both DER."""

    certificate: bytes
    signature: bytes

    def text(self) -> str:
        """As it stands in a message."""
        parts = (self.certificate, self.signature)
        return ".".join(base64.b64encode(part).decode() for part in parts)


def read_seal(text: str) -> Seal:
    """A seal from a message; FrameError when it is none."""
    parts = text.split(".")
    try:
        certificate, signature = (base64.b64decode(part, validate=True) for part in parts)
    except (binascii.Error, ValueError) as error:
        msg = "the signature is not a certificate and a signature"
        raise FrameError(msg) from error
    return Seal(certificate, signature)
