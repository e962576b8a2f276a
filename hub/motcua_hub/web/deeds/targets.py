"""Targets and their probes. The ledger writes the lines of the audit trail itself."""

from sqlalchemy import Connection

from motcua_contract.probes import ProbeSpec, Reference
from motcua_hub.ledger import probes, targets
from motcua_hub.web.deeds.by import By
from motcua_hub.web.queries import targets as query
from motcua_hub.web.queries import vantages

HUB = "hub"


class UnknownVantageError(ValueError):
    """Nobody probes from there."""


def retire(connection: Connection, target: str, why: str, by: By) -> bool:
    """End a target's life; whoever probed it is told to stop. False when it ended before."""
    if not targets.retire(connection, target, by.now, by.who, why=why[:400]):
        return False
    probes.moved(connection, [target])
    return True


def add_probe(connection: Connection, vantage: str, spec: ProbeSpec, by: By) -> int:
    """Let the hub or an office probe a target; the probe's number. Raises UnknownVantageError."""
    if vantage != HUB and vantage not in query.site_names(connection):
        raise UnknownVantageError(vantage)
    return probes.add(connection, vantage, spec, by.now, by.who)


def retire_probe(connection: Connection, target: str, probe: int, by: By) -> bool:
    """End a probe of a target; False when it has none of this number."""
    mine = {each.id for each in probes.of_target(connection, target)}
    if probe not in mine:
        return False
    probes.retire(connection, probe, by.now, by.who)
    return True


def refer(connection: Connection, vantage: str, references: tuple[Reference, ...], by: By) -> None:
    """By what a vantage knows that it is not cut off itself. Raises UnknownVantageError."""
    if vantage not in {each.id for each in vantages.listed(connection)}:
        raise UnknownVantageError(vantage)
    probes.refer(connection, vantage, references, by.now, by.who)
