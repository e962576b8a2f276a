"""What the vigil saw is stated as it was seen: evidence is never refused."""

from motcua_contract.facts.evidence import BootMet, ProbesReported, TicksReported
from motcua_edge.domain.deciding.guards import nothing_changes
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.vigil.commands import RecordMeeting, RecordProbes, RecordTicks


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(RecordTicks, ticks)
    rulebook.on(RecordMeeting, meeting)
    rulebook.on(RecordProbes, probes)


def ticks(situation: Situation, command: RecordTicks) -> Facts:
    """Spans, if there are any."""
    del situation
    if not command.spans:
        raise nothing_changes("spans", "there was no tick since the last report")
    return [TicksReported(spans=command.spans)]


def meeting(situation: Situation, command: RecordMeeting) -> Facts:
    """Both clocks at one moment."""
    del situation
    return [
        BootMet(boot=command.boot, hub=command.hub, at=command.at, round_trip=command.round_trip)
    ]


def probes(situation: Situation, command: RecordProbes) -> Facts:
    """Runs, if there are any."""
    del situation
    if not command.runs:
        raise nothing_changes("runs", "nothing was probed since the last report")
    return [ProbesReported(boot=command.boot, version=command.version, runs=command.runs)]
