"""What the hub sees of an office's router around an outage: rule 10 of the table, and its doubts.

    seen(connection, target, facts) -> Seen

A site's router is a target that is marked as such (`Rules.router`) and that the hub itself asks, by
ICMP as a rule. It stands behind the site's link like all that the hub asks there, so that the link
goes by its session with the broker alone, and an office whose machine died is still told.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import msgspec
from sqlalchemy import Connection

from motcua_hub.domain.availability.evidence import Claim, Evidence, Sli
from motcua_hub.domain.incident.circumstances import (
    MARGIN,
    Circumstances,
    Loss,
    Symptom,
    SymptomKind,
)
from motcua_hub.ledger import claims, evidence, targets
from motcua_hub.ledger.names import HUB
from motcua_hub.ledger.targets import Target

DURING_MS: Final = 40_000
"""An answer so long after the onset was given during the outage, however it was dated back."""


class Seen(msgspec.Struct, frozen=True):
    """What it means for an outage; `losses` only where the router is what the outage is of."""

    symptoms: tuple[Symptom, ...] = ()
    losses: tuple[Loss, ...] = ()


def seen(connection: Connection, target: Target, facts: Circumstances) -> Seen:
    """What the hub saw of the routers of the target's site; of a router what it saw of that one.

    Where an office has two lines and the other router answers, it is not cut off.
    """
    spells = [_spells(connection, name, facts) for name in _routers(connection, target)]
    answers = [each for one in spells for each in _answered(one, facts)]
    if answers:
        return Seen(tuple(answers))
    silent = [each for one in spells for each in one if _fell_silent(each, facts)]
    return Seen(
        tuple(Symptom(each.begin, SymptomKind.ROUTER_SILENT, each.id) for each in silent),
        tuple(_loss(each) for each in silent if each.target == target.id),
    )


def _routers(connection: Connection, target: Target) -> list[str]:
    if target.rules.router or not target.site:
        return [target.id] if target.rules.router else []
    return [each.id for each in targets.listing(connection, site=target.site) if each.rules.router]


def _spells(connection: Connection, name: str, facts: Circumstances) -> list[Evidence]:
    """What the hub's own probes said of a router, oldest first, as far as it is proven.

    What is said right now goes on to the last sample, and begins where it began, whatever part of
    it is evidence already.
    """
    said = [
        claims.as_evidence(held, (held.begin, held.until), facts.now)
        for held in claims.listing(connection, [name])
        if held.begin < held.until
    ]
    kept = [*evidence.of_target(connection, name, facts.window), *said]
    mine = [each for each in kept if each.vantage == HUB and each.sli is Sli.REACHABLE]
    return _joined(sorted(mine, key=lambda each: (each.begin, -each.end)))


def _joined(spells: Iterable[Evidence]) -> list[Evidence]:
    """Pieces of one spell put together again."""
    found: list[Evidence] = []
    for each in spells:
        last = found[-1] if found else None
        if last is not None and last.claim is each.claim and each.begin <= last.end:
            end = max(last.end, each.end)
            found[-1] = msgspec.structs.replace(last, end=end, blip=last.blip and each.blip)
        else:
            found.append(each)
    return found


def _fell_silent(spell: Evidence, facts: Circumstances) -> bool:
    """Whether it fell silent when this was lost: one that never answers says nothing of it."""
    near = abs(spell.begin - facts.onset) <= MARGIN
    return near and spell.claim is Claim.DOWN and not spell.blip


def _answered(spells: Sequence[Evidence], facts: Circumstances) -> Iterable[Symptom]:
    """Answers well inside the outage. Those before a silence ended one probe before it began."""
    for each, after in pairwise([*spells, None]):
        if each is None or each.claim is not Claim.UP or each.begin >= facts.until:
            continue
        ended = after is not None and after.claim is Claim.DOWN and after.begin == each.end
        last = each.end - (after.edge if after is not None and ended else 0)
        if min(last, facts.until) - facts.onset > DURING_MS:
            at = max(each.begin, facts.onset)
            yield Symptom(at, SymptomKind.ROUTER_ANSWERS, each.id)


def _loss(spell: Evidence) -> Loss:
    """The router is one thing and the office's machine another: both lost at once is mains."""
    return Loss(spell.target, spell.begin, HUB, spell.id)
