"""What a slip's QR code says: the ticket, and which slip of it this is.

`20261123-A015`, or `20261123-A015;r=2` on the second slip; behind the tracking address when the
site has one.
"""

import re
from typing import Final

import msgspec

_SHAPE: Final = re.compile(r"(?P<ticket>\d{8}-[A-Z0-9-]+)(?:;r=(?P<job>\d+))?$")
_DAY_DIGITS: Final = 8


class SlipCode(msgspec.Struct, frozen=True):
    """Which slip a QR code belongs to; `job` above 1 is a marked reprint."""

    ticket: str
    job: int = 1

    @property
    def label(self) -> str:
        """The number in large letters, such as A015."""
        return self.ticket[_DAY_DIGITS + 1 :]


def payload(base_url: str, ticket: str, job: int) -> str:
    """The text of the QR code."""
    code = ticket if job == 1 else f"{ticket};r={job}"
    return f"{base_url.rstrip('/')}/{code}" if base_url else code


def parse(text: str) -> SlipCode | None:
    """The slip named at the end of a QR code's text, None when it is none of ours."""
    found = _SHAPE.search(text)
    return SlipCode(found["ticket"], int(found["job"] or 1)) if found else None
