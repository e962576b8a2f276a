"""Bouncing contacts become presses: a pure state machine, fed with edges and with time.

A level counts when it has held for `debounce_ms`. That also drops the short spikes that a long
unshielded cable picks up, which a lock-out after the first edge would take for presses.
"""

from enum import StrEnum

import msgspec


class Event(StrEnum):
    """What a contact did, once the bouncing is over."""

    PRESSED = "pressed"
    RELEASED = "released"
    STUCK = "stuck"
    FREED = "freed"


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """In ms: how long a level must hold, and how long a press may last."""

    debounce_ms: int = 40
    stuck_ms: int = 15_000


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """One button. `level` is the newest raw level since `since`; `down` what is believed."""

    level: bool = False
    since: int = 0
    down: bool = False
    down_since: int = 0
    stuck: bool = False


def edge(contact: Contact, level: bool, at_ms: int) -> Contact:
    """The contact after a raw edge to `level`; the same level again is no edge."""
    if level == contact.level:
        return contact
    return msgspec.structs.replace(contact, level=level, since=at_ms)


def due(contact: Contact, rules: Rules) -> int | None:
    """When `settle` should look at the contact next (ms), None when only an edge can change it."""
    if contact.level != contact.down:
        return contact.since + rules.debounce_ms
    if contact.down and not contact.stuck:
        return contact.down_since + rules.stuck_ms
    return None


def settle(contact: Contact, at_ms: int, rules: Rules) -> tuple[Contact, Event | None]:
    """The contact and what it has done by `at_ms`."""
    when = due(contact, rules)
    if when is None or at_ms < when:
        return contact, None
    if contact.level == contact.down:
        return msgspec.structs.replace(contact, stuck=True), Event.STUCK
    if contact.level:
        pressed = msgspec.structs.replace(contact, down=True, down_since=at_ms, stuck=False)
        return pressed, Event.PRESSED
    released = msgspec.structs.replace(contact, down=False, stuck=False)
    return released, Event.FREED if contact.stuck else Event.RELEASED
