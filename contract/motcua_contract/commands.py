"""Named commands that the hub may send to a site: the whole list, with their arguments.

A site does what is on this list and nothing else; a command never carries a program, a path or an
address. Untrusted on both sides: `check` is called by the hub before it sends and by the site
before it acts.
"""

import re
from typing import Final

import msgspec

from motcua_contract.identity import COMPONENT_PATTERN

LIFETIME_MS: Final = 30_000
"""A command that was not begun this long after it was given is not begun at all."""
DATA_MAX: Final = 160 * 1024
"""Characters of `Reply.data` at most, so that a reply fits in one message."""
CORRELATION_PATTERN: Final = r"^[0-9a-f]{32}$"
_CODE: Final = r"^[a-z_]{1,32}$"
_MINUTES: Final = r"^([1-9]|[1-5][0-9]|60)$"
_REASON: Final = r"^[^\x00-\x1f]{3,200}$"


class CommandError(ValueError):
    """A command that is not on the list, or whose arguments do not fit: what, where, what to do."""


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """One command.

    Attributes:
        name: `DEVICE.VERB`.
        summary: What the site does, in English.
        arguments: Name of each required argument and the pattern it must match.
        within_s: How long the site may take before it answers that it failed.
    """

    name: str
    summary: str
    arguments: dict[str, str] = {}
    within_s: float = 30.0


COMMANDS: Final = (
    Spec(name="printer.test", summary="Print a slip that is outside every series and figure."),
    Spec(name="sound.test", summary="Say the test sentence once in every zone.", within_s=60.0),
    Spec(
        name="camera.snapshot",
        summary="Take one masked picture now and send it with the answer; the site logs it.",
        arguments={"component": COMPONENT_PATTERN, "reason": _REASON},
    ),
    Spec(
        name="camera.relearn",
        summary="Take the present view as the camera's new reference.",
        arguments={"component": COMPONENT_PATTERN},
    ),
    Spec(name="ups.self_test", summary="Start the quick battery test, where the UPS offers it."),
    Spec(
        name="pad.update",
        summary="Hand the firmware shipped with the site to one pad, which restarts.",
        arguments={"component": COMPONENT_PATTERN},
        within_s=120.0,
    ),
    Spec(
        name="driver.restart",
        summary="End one device's driver and start it again.",
        arguments={"component": COMPONENT_PATTERN},
    ),
    Spec(
        name="diagnostics.collect",
        summary="Send versions, health, counters and the last log lines, without secrets.",
    ),
    Spec(
        name="drill.start",
        summary="Rehearse a fault: shown and recorded as a drill, in no figure and no incident.",
        arguments={"component": COMPONENT_PATTERN, "code": _CODE, "minutes": _MINUTES},
    ),
    Spec(
        name="drill.end",
        summary="End a rehearsed fault.",
        arguments={"component": COMPONENT_PATTERN},
    ),
)
_BY_NAME: Final = {spec.name: spec for spec in COMMANDS}


def check(name: str, arguments: dict[str, str]) -> Spec:
    """The command's entry in the list, if the arguments fit it; raise CommandError otherwise."""
    spec = _BY_NAME.get(name)
    if spec is None:
        msg = f"command {name[:40]!r} is not on the list; this site may be older than the hub"
        raise CommandError(msg)
    if set(arguments) != set(spec.arguments):
        msg = f"{name} takes exactly {sorted(spec.arguments)}, not {sorted(arguments)[:5]}"
        raise CommandError(msg)
    for key, pattern in spec.arguments.items():
        if not re.fullmatch(pattern.removesuffix("$"), arguments[key]):
            msg = f"{name}: argument {key} does not match {pattern}"
            raise CommandError(msg)
    return spec
