"""The words of incidents. Values are stored and told over the API: they never change meaning."""

from enum import IntEnum, StrEnum
from typing import Final

from motcua_contract.faults.base import Responsible


class Cause(StrEnum):
    """Why something was down (table of attribution, section 6 of the ledger's design)."""

    POWER = "power"
    WAN = "wan"
    LAN = "lan"
    LINK = "link"
    """The link, and no evidence yet says which end."""
    DEVICE = "device"
    SERVER = "server"
    SOFTWARE = "software"
    OPERATOR = "operator"
    PLANNED = "planned"
    HUB = "hub"
    SECURITY = "security"
    UNKNOWN = "unknown"


class Severity(IntEnum):
    """1 is worst; its deadlines run around the clock, those of the others in working time."""

    CRITICAL = 1
    MAJOR = 2
    MINOR = 3
    INFO = 4


class Status(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    """For a part, a carrier or another unit; the reason is in the timeline."""
    RESTORED = "restored"
    """What was down is up again; nobody has said yet what was done."""
    FIXED = "fixed"
    CLOSED = "closed"


class Happening(StrEnum):
    """Kinds of entries of an incident's timeline; whoever notifies people reads these rows."""

    OPENED = "opened"
    SEEN_AGAIN = "seen_again"
    JOINED = "joined"
    """A child incident or an officer's report became part of it."""
    LEFT = "left"
    """Its parent is over and it is not: it stands for itself again."""
    CAUSE_SET = "cause_set"
    CAUSE_CHANGED = "cause_changed"
    SEVERITY_CHANGED = "severity_changed"
    PROMISED = "promised"
    """Other deadlines: it was given none yet, or somebody with a contract has it."""
    ROUTED = "routed"
    REROUTED = "rerouted"
    ACKNOWLEDGED = "acknowledged"
    OWNER_SET = "owner_set"
    WATCHER_ADDED = "watcher_added"
    STARTED = "started"
    WAITING = "waiting"
    NOTED = "noted"
    CARRIER_CASE = "carrier_case"
    WORKAROUND = "workaround"
    FORCE_MAJEURE = "force_majeure"
    RESTORED = "restored"
    RELAPSED = "relapsed"
    FIXED = "fixed"
    CLOSED = "closed"
    REOPENED = "reopened"
    DEADLINE_MISSED = "deadline_missed"
    NOTICE_LINKED = "notice_linked"


CLASS_OF_CAUSE: Final = {
    Cause.POWER: Responsible.POWER,
    Cause.WAN: Responsible.LINK,
    Cause.LINK: Responsible.LINK,
    Cause.LAN: Responsible.HARDWARE,
    Cause.DEVICE: Responsible.HARDWARE,
    Cause.SERVER: Responsible.HARDWARE,
    Cause.SOFTWARE: Responsible.SOFTWARE,
    Cause.OPERATOR: Responsible.SOFTWARE,
    Cause.HUB: Responsible.SOFTWARE,
    Cause.SECURITY: Responsible.SECURITY,
}
"""Which class of repairers answers for a cause; a cause that is not here routes nowhere by itself:
planned work needs nobody, and what is unknown goes by the kind of target."""
