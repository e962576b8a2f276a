"""Reading the `about` message that a site left; it is untrusted text from a database row."""

import msgspec

from motcua_contract.messages import About


def parse_about(text: str | None) -> About | None:
    """The message, or None when there is none or this version cannot read it."""
    if not text:
        return None
    try:
        return msgspec.json.decode(text, type=About)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
