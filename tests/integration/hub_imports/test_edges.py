"""How far a change may lie from where it is told does not depend on how the ticks were reported."""

import pytest
from sqlalchemy import Engine

from motcua_hub.domain.availability.evidence import Claim, Sli
from motcua_hub.ingest import Receiver
from motcua_hub.ledger import claims, evidence
from motcua_hub.ledger.imports.importer import Importer
from motcua_hub.ledger.names import link_of
from motcua_hub.store.engine import reading
from support.hubsite import T0
from support.pi_journal import Program

SITE = "na-son"
TICK = 10_000


@pytest.mark.parametrize("cut", range(1, 5), ids=lambda cut: f"{cut}-ticks-later")
def test_a_line_that_comes_back_is_told_with_its_doubt_wherever_a_report_ends(
    engine: Engine, cut: int
) -> None:
    receiver, importer = Receiver(engine), Importer(engine)
    pi = Program("a", "boot-a", T0).begin()
    pi.meet()
    taken, now = 0, T0 + 10**9

    def take() -> None:
        nonlocal taken, now
        pi.report()
        now += 1
        receiver.batch(SITE, pi.journal.batch(taken + 1, None), now)
        taken = pi.journal.last
        importer.round(now)

    pi.tick(6)
    pi.tick(6, hub=False, where="wan", gateway=True)
    pi.tick(cut)
    take()
    pi.tick(9)
    take()
    with reading(engine) as connection:
        found = list(evidence.of_target(connection, link_of(SITE)))
        said = (claims.spoken(each, 2**60) for each in claims.listing(connection))
        found += [each for each in said if each is not None and each.target == link_of(SITE)]
    mine = sorted((e for e in found if e.sli is Sli.REACHABLE), key=lambda each: each.begin)
    words = [(e.claim, e.edge) for e in mine]
    assert words == [(Claim.UP, 0), (Claim.DOWN, TICK), (Claim.UP, TICK)]
