"""Corrections by people: evidence of rank 100, once a second person has agreed.

    ask(connection, wanted, now, by) -> id
    decide(connection, correction_id, now, by, approve=…) -> bool
    of_target(connection, target) -> list[Correction]      newest first
    waiting(connection) -> list[Correction]                not decided yet, oldest first

Who asks cannot agree. Both acts write a line of the audit trail; nothing is ever deleted: a
correction that was wrong is corrected by another one, the latest received of them counts (R13).
"""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select, update

from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, Sli
from motcua_hub.ledger import evidence, targets, trail
from motcua_hub.store import schema

table: Final = schema.correction
LONGEST: Final = 366 * 86_400_000
"""No single correction speaks of more than a year, in ms."""


class CorrectionError(ValueError):
    """A correction that cannot be; `field` is what is wrong with it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says was so in `[begin, end)` (UTC ms), and why anybody should believe it."""

    target: str
    sli: Sli
    begin: int
    end: int
    claim: Claim
    cause: str = ""
    reason: str


class Correction(Wanted, frozen=True, kw_only=True):
    """A correction that was asked for. `approved` is None until somebody decides."""

    id: int
    asked_by: str
    asked_at: int
    decided_by: str | None = None
    decided_at: int | None = None
    approved: bool | None = None
    evidence: str | None = None


def ask(connection: Connection, wanted: Wanted, now: int, by: str) -> int:
    """Ask for a correction; its number. CorrectionError when it cannot be."""
    _check(connection, wanted, now)
    values = {
        "target": wanted.target,
        "sli": wanted.sli.value,
        "begin_at": wanted.begin,
        "end_at": wanted.end,
        "claim": wanted.claim.value,
        "cause": wanted.cause[:64],
        "reason": wanted.reason.strip()[:400],
        "asked_by": by,
        "asked_at": now,
    }
    key = connection.execute(table.insert().values(**values)).inserted_primary_key
    number = 0 if key is None else int(key[0])
    trail.write(connection, now, "correction_asked", wanted.target, _said(wanted, number), by=by)
    return number


def _check(connection: Connection, wanted: Wanted, now: int) -> None:
    if targets.get(connection, wanted.target) is None:
        raise CorrectionError("target")
    if not wanted.reason.strip():
        raise CorrectionError("reason")
    if not 0 < wanted.begin < wanted.end <= now:
        raise CorrectionError("end")
    if wanted.end - wanted.begin > LONGEST:
        raise CorrectionError("begin")


def decide(connection: Connection, correction_id: int, now: int, by: str, *, approve: bool) -> bool:
    """Agree or refuse; False when there is none to be decided.

    Raises:
        CorrectionError: By the person who asked.
    """
    held = _one(connection, correction_id)
    if held is None or held.approved is not None:
        return False
    if held.asked_by == by:
        raise CorrectionError("decided_by")
    values: dict[str, Any] = {"decided_by": by, "decided_at": now, "approved": approve}
    if approve:
        piece = _evidence(held, now, by)
        evidence.add(connection, [piece])
        values["evidence"] = piece.id
    mine = (table.c.id == correction_id) & table.c.approved.is_(None)
    connection.execute(update(table).where(mine).values(**values))
    action = "correction_approved" if approve else "correction_refused"
    trail.write(connection, now, action, held.target, _said(held, held.id), by=by)
    return True


def _one(connection: Connection, correction_id: int) -> Correction | None:
    """A correction, locked until the transaction ends."""
    query = select(table).where(table.c.id == correction_id).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _correction(row)


def _evidence(held: Correction, now: int, by: str) -> Evidence:
    return Evidence(
        id=f"correction/{held.id}",
        target=held.target,
        sli=held.sli,
        begin=held.begin,
        end=held.end,
        claim=held.claim,
        source="operator",
        vantage=f"{held.asked_by}+{by}"[:64],
        rank=Rank.OPERATOR,
        received_at=now,
        cause=held.cause,
    )


def _correction(row: Any) -> Correction:  # noqa: ANN401 - a row of the table
    values = dict(row)
    values["begin"], values["end"] = values.pop("begin_at"), values.pop("end_at")
    values["sli"], values["claim"] = Sli(values["sli"]), Claim(values["claim"])
    return Correction(**values)


def of_target(connection: Connection, target: str) -> list[Correction]:
    """All corrections of a target, newest first."""
    query = select(table).where(table.c.target == target).order_by(table.c.id.desc())
    return [_correction(row) for row in connection.execute(query).mappings()]


def waiting(connection: Connection) -> list[Correction]:
    """What nobody has decided yet, oldest first."""
    query = select(table).where(table.c.approved.is_(None)).order_by(table.c.id)
    return [_correction(row) for row in connection.execute(query).mappings()]


def _said(wanted: Wanted, number: int) -> str:
    what = f"{wanted.sli} {wanted.claim} {wanted.cause}".strip()
    return f"#{number}: {what} [{wanted.begin}, {wanted.end}): {wanted.reason}"
