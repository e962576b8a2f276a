"""A ledger with a few targets, for tests."""

from sqlalchemy import Connection

from motcua_hub.domain.availability.evidence import Claim, Evidence, Sli
from motcua_hub.ledger import evidence, targets
from motcua_hub.ledger.claims import OpenClaim
from motcua_hub.ledger.rules import Rules
from motcua_hub.ledger.targets import Kind, Target

T0 = 1_795_132_800_000
"""2026-11-20 00:00 UTC."""
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def added(
    connection: Connection,
    name: str = "web",
    kind: Kind = Kind.SERVER,
    *,
    parent: str | None = None,
    site: str | None = None,
    rules: Rules | None = None,
    now: int = T0,
) -> Target:
    """A target that was added."""
    made = Target(id=name, name=name, kind=kind, parent=parent, site=site, rules=rules or Rules())
    return targets.add(connection, made, now)


def piece(
    begin: int,
    end: int,
    claim: str = "up",
    *,
    target: str = "web",
    received_at: int | None = None,
    **changes: object,
) -> Evidence:
    """A probe's word about `[begin, end)`, both in ms after T0."""
    values: dict[str, object] = {
        "id": f"{target}/{begin}-{end}/{claim}/{sorted(changes.items())}",
        "received_at": T0 + end if received_at is None else T0 + received_at,
        **changes,
    }
    return Evidence(target=target, begin=T0 + begin, end=T0 + end, claim=Claim(claim), **values)  # type: ignore[arg-type]


def tell(connection: Connection, *pieces: Evidence) -> None:
    """Add evidence."""
    evidence.add(connection, pieces)


def claim(
    begin: int,
    until: int,
    word: str = "up",
    *,
    target: str = "web",
    horizon: int = 65 * SECOND,
    sli: Sli = Sli.REACHABLE,
    **changes: object,
) -> OpenClaim:
    """What a vantage says, in ms after T0."""
    return OpenClaim(
        target=target,
        sli=sli,
        claim=Claim(word),
        begin=T0 + begin,
        until=T0 + until,
        horizon=horizon,
        **changes,  # type: ignore[arg-type]
    )
