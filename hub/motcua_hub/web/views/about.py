"""Reading what a site left of itself: its `about` and its minute's numbers. Untrusted text."""

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
    if not metrics:
        return None
    try:
        value = msgspec.json.decode(metrics, type=Metrics).values.get(_OUTBOX)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return int(value) if value is not None and 0 <= value < _MOST else None
