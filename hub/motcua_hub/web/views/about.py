"""Reading what a site left of itself: its `about` and its minute's numbers. Untrusted text."""

import math
from typing import Final

import msgspec

from motcua_contract.messages import About, Metrics


def parse_about(text: str | None) -> About | None:
    """The message, or None when there is none or this version cannot read it."""
    if not text:
        return None
    try:
        return msgspec.json.decode(text, type=About)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


_OUTBOX: Final = "uplink_outbox_events"
_MOST: Final = 2.0**62


def outbox_of(about: About | None, metrics: str | None) -> int | None:
    """Events at the site that the hub has not acknowledged; None when the site never told.

    The number comes each minute; `about` only at a connection, when a backlog is at its largest.
    """
    told = _outbox_now(metrics)
    if told is not None:
        return told
    return about.outbox_unacked if about is not None else None


def _outbox_now(metrics: str | None) -> int | None:
    value = numbers_of(metrics).get(_OUTBOX)
    return int(value) if value is not None and 0 <= value < _MOST else None


def numbers_of(metrics: str | None) -> dict[str, float]:
    """The last minute's numbers by name; none when there are none or nobody can read them."""
    if not metrics:
        return {}
    try:
        values = msgspec.json.decode(metrics, type=Metrics).values
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return {}
    return {name: value for name, value in values.items() if math.isfinite(value)}
