"""Numbers in paths."""

from motcua_hub.web.api.operation import not_found

_DIGITS = 9


def number(text: str, what: str, listed: str) -> int:
    """The number that is meant; ApiError (404) when it can be none."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise not_found(f"{what} {text}", listed)
    return int(text)
