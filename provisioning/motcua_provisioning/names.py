"""Who may be called what in a certificate."""

import re

from motcua_contract.identity import BadNameError, check_device

HUB_PATTERN = r"hub(-[a-z0-9-]{1,40})?"


def is_hub(name: str) -> bool:
    """Whether this CN is a hub's: `hub` or `hub-…`."""
    return re.fullmatch(HUB_PATTERN, name) is not None


def check_hub(name: str) -> str:
    """Return `name` if a hub may be called so; raise BadNameError otherwise."""
    if not is_hub(name):
        msg = f"hub name {name!r} is not allowed: it must be 'hub' or 'hub-' and letters or digits"
        raise BadNameError(msg)
    return name


def check_office_device(name: str) -> str:
    """Return `name` if an office's device may be called so; raise BadNameError otherwise.

    A device that is called like a hub would get the hub's rights at the broker.
    """
    if is_hub(check_device(name)):
        msg = f"device id {name!r} is not allowed: names that begin with 'hub' are the hub's own"
        raise BadNameError(msg)
    return name
