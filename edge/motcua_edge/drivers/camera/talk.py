"""What the agent and the program that looks at a camera say to each other: a JSON line each.

First the agent sends `Settings`; then one request at a time, each with one answer.
"""

from typing import Final

import msgspec

from motcua_edge.domain.camera.look import Look, Profile
from motcua_edge.drivers.camera.port import Picture

STUCK: Final = 3
"""Exit code of a program whose FFmpeg no longer keeps to its own deadlines."""
LONGEST: Final = 64 * 1024
"""Bytes of the longest line either side accepts."""


class _Message(msgspec.Struct, frozen=True, tag_field="say"):
    """Base of both directions."""


class LookNow(_Message, frozen=True, tag="look"):
    """Measure a fresh picture. Answer: Seen or Failed."""

    profile: Profile


class Learn(_Message, frozen=True, tag="learn"):
    """Take the last look's picture into the reference. Answer: Done."""

    profile: Profile


class Forget(_Message, frozen=True, tag="forget"):
    """Drop all references. Answer: Done."""


class Store(_Message, frozen=True, tag="store"):
    """Write the newest picture to a new file. Answer: Stored or Failed."""

    path: str


class Seen(_Message, frozen=True, tag="seen"):
    """What the look measured."""

    look: Look


class Stored(_Message, frozen=True, tag="stored"):
    """The picture is on the disk."""

    picture: Picture


class Done(_Message, frozen=True, tag="done"):
    """It is done."""


class Failed(_Message, frozen=True, tag="failed"):
    """There is no picture; why, without address, user or password."""

    why: str


Request = LookNow | Learn | Forget | Store
Answer = Seen | Stored | Done | Failed
