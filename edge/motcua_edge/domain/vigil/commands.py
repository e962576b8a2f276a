"""What the vigil records."""

from motcua_contract.facts.evidence import ProbeRun, TickSpan
from motcua_edge.domain.commands import Command


class RecordTicks(Command, frozen=True, kw_only=True):
    """Spans of ticks since the last report; also those that a power cut left."""

    spans: tuple[TickSpan, ...]


class RecordMeeting(Command, frozen=True, kw_only=True):
    """A meeting with the hub places this boot in UTC; see `boot.met/1`."""

    boot: str
    hub: int
    at: int
    round_trip: int


class RecordProbes(Command, frozen=True, kw_only=True):
    """Runs of probes since the last report; also those that a power cut left."""

    boot: str
    version: int
    runs: tuple[ProbeRun, ...]
