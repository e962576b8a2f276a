"""Why something is or was down: circumstances from the ledger, the cause from the table.

    finding(connection, case, now) -> Finding | None

A cause is set when an incident is opened, and once more when all that the site has to tell of it is
in. Nothing is written here.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select

from motcua_hub.desk import routers
from motcua_hub.domain.availability.evidence import Claim, Evidence
from motcua_hub.domain.availability.layers import eligible
from motcua_hub.domain.incident.attribution import Attribution, attribute
from motcua_hub.domain.incident.circumstances import (
    Circumstances,
    Hole,
    Loss,
    Mass,
    Planned,
    Symptom,
    SymptomKind,
)
from motcua_hub.domain.incident.crowds import TOGETHER_MS, struck
from motcua_hub.domain.incident.exhibits import Exhibit, exhibits
from motcua_hub.domain.incident.state import Entry
from motcua_hub.domain.incident.vocabulary import CLASS_OF_CAUSE, Happening
from motcua_hub.domain.incident.watch import SITE_LINK, STOPPED
from motcua_hub.ledger import alive, claims, evidence, layers, targets
from motcua_hub.ledger.imports.circumstances import SiteStory, of_site
from motcua_hub.ledger.names import HUB
from motcua_hub.ledger.targets import Target
from motcua_hub.store import schema

_LOSS_MS: Final = 60_000
# a machine that refuses a connection is up: what should take it is not
_BAD: Final = ("no_answer", "refused", "closed", "protocol", "login", "starting", "sql")
_BAD_PREFIXES: Final = ("http_", "dns_", "mqtt_", "tls_")


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An incident of a target, as attribution needs it (UTC ms); `end` None while it lasts."""

    target: str
    onset: int
    end: int | None


class Finding(msgspec.Struct, frozen=True):
    """A cause and what it rests on, ready for the timeline."""

    cause: Attribution
    evidence: list[Exhibit]


def finding(connection: Connection, case: Case, now: int) -> Finding | None:
    """The cause of one incident by what is known now; None for a target that is not there."""
    target = targets.get(connection, case.target)
    if target is None:
        return None
    facts = circumstances(connection, case, target, now)
    found = attribute(facts)
    return Finding(found, exhibits(facts, found.evidence))


def entry(found: Finding, responsible: str, now: int, *, changed: bool) -> Entry:
    """A cause for the timeline; where it names nobody, whoever is `responsible` stays so."""
    said = found.cause
    detail: dict[str, object] = {
        "cause": said.cause.value,
        "confidence": said.confidence,
        "provisional": said.provisional,
        "rule": said.rule,
        "doubts": [doubt.value for doubt in said.doubts],
        "evidence": found.evidence,
    }
    if said.cause not in CLASS_OF_CAUSE:
        detail["responsible"] = responsible
    happening = Happening.CAUSE_CHANGED if changed else Happening.CAUSE_SET
    return Entry(happening=happening, at=now, detail=detail)


def circumstances(connection: Connection, case: Case, target: Target, now: int) -> Circumstances:
    """What the hub knows, and what the site's journal tells."""
    facts = Circumstances(
        onset=case.onset,
        end=case.end,
        now=now,
        kind=target.kind.value,
        site=target.site or "",
        expects_journal=target.site is not None,
    )
    begin, end = facts.window
    told = _told(connection, target, (begin, end))
    router = routers.seen(connection, target, facts)
    story = of_site(connection, target.site, (begin, end)) if target.site else SiteStory()
    return replace(
        facts,
        boots=story.boots,
        app=story.app,
        reach=story.reach,
        ups=story.ups,
        journal_until=story.journal_until,
        planned=_planned(connection, target, now),
        holes=_holes(connection, (begin, end)),
        losses=(*_losses(connection, target, case.onset), *router.losses),
        symptoms=(*_symptoms(told, facts), *router.symptoms),
        mass=_mass(connection, target, case.onset),
    )


def _planned(connection: Connection, target: Target, now: int) -> tuple[Planned, ...]:
    held = layers.layers_of(connection, target)
    notice = target.policy().notice
    return tuple(
        Planned(each.begin, each.end, f"window@{each.begin}")
        for each in held.windows
        if eligible(each, notice, now)
    )


def _holes(connection: Connection, span: tuple[int, int]) -> tuple[Hole, ...]:
    return tuple(Hole(a, b, f"hole@{a}") for a, b in alive.holes(connection, span))


def _told(connection: Connection, target: Target, span: tuple[int, int]) -> list[Evidence]:
    """What vantages said of a target around an outage, the open words included."""
    found = list(evidence.of_target(connection, target.id, span))
    spoken = (claims.spoken(each, span[1]) for each in claims.listing(connection, [target.id]))
    found += [each for each in spoken if each is not None and each.begin < span[1]]
    return found


def _symptoms(told: Iterable[Evidence], facts: Circumstances) -> Iterable[Symptom]:
    for each in told:
        if each.claim is not Claim.DOWN or each.vantage == facts.site:
            continue
        at = max(each.begin, facts.window[0])
        kind = SymptomKind.BAD_ANSWER if _bad(each.cause) else SymptomKind.SILENCE
        yield Symptom(at, kind, each.id)


def _bad(cause: str) -> bool:
    return cause in _BAD or cause.startswith(_BAD_PREFIXES)


def _losses(connection: Connection, target: Target, onset: int) -> tuple[Loss, ...]:
    """Other things of the same office that the hub's own probes lost at that time.

    The office's session with the broker goes with its machine and proves nothing beside it.
    """
    if target.site is None:
        return ()
    others = [
        each.id for each in targets.listing(connection, site=target.site) if each.id != target.id
    ]
    span = (onset - _LOSS_MS, onset + _LOSS_MS)
    return tuple(
        Loss(name, each.begin, each.vantage, each.id)
        for name in others
        for each in _told_of(connection, name, span)
    )


def _told_of(connection: Connection, name: str, span: tuple[int, int]) -> Sequence[Evidence]:
    found = list(evidence.of_target(connection, name, span))
    spoken = (claims.spoken(each, span[1]) for each in claims.listing(connection, [name]))
    found += [each for each in spoken if each is not None]
    return [
        each
        for each in found
        if each.claim is Claim.DOWN and each.vantage == HUB and span[0] <= each.begin <= span[1]
    ]


def _mass(connection: Connection, target: Target, onset: int) -> Mass | None:
    """How many links went with this one; not those whose offices said that they stop."""
    if target.kind != SITE_LINK:
        return None
    table = schema.incident
    near = select(table.c.target).where(
        table.c.target_kind == SITE_LINK,
        table.c.detail != STOPPED,
        table.c.onset_at.between(onset - TOGETHER_MS, onset + TOGETHER_MS),
    )
    lost = set(connection.scalars(near.distinct())) | {target.id}
    links: dict[str, str] = _links(connection)
    carriers = struck(lost, links)
    standing = {carrier for carrier in links.values() if carrier} - carriers
    return Mass(
        lost=len(lost),
        sites=len(links),
        id=f"links@{onset}",
        carriers=0 if "" in carriers else len(carriers),
        carriers_standing=len(standing),
    )


def _links(connection: Connection) -> dict[str, str]:
    t = schema.target.c
    query: Any = select(t.id, t.carrier).where(t.kind == SITE_LINK, t.retired_at.is_(None))
    return {row.id: row.carrier for row in connection.execute(query)}
