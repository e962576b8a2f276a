"""P9: the report of a month on 2,000 targets, from the database to the archived files.

Beside a bare scan that adds up the lengths of the same evidence.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, insert

from motcua_hub.domain.availability.evidence import Evidence, Sli
from motcua_hub.domain.availability.policy import DAY
from motcua_hub.domain.reporting.document import fingerprint
from motcua_hub.domain.reporting.periods import period_of
from motcua_hub.ledger import evidence as ledger_evidence
from motcua_hub.ledger import targets
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.reporting import making
from motcua_hub.reporting.drawn import html, pdf, plain, sheet
from motcua_hub.reporting.making import Order
from motcua_hub.store import schema
from motcua_hub.store.engine import open_engine, writing
from motcua_hub.store.migrate import upgrade
from support.availability import lived
from support.ratios import record, record_alone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(590)]
MONTH = period_of("month:2026-01")
BEGIN, END = MONTH.interval
SITES, TARGETS = 150, 2_000
AFTER = END + 4 * DAY


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("reports")
    engine = open_engine(f"sqlite:///{folder / 'hub.sqlite3'}")
    upgrade(engine)
    with writing(engine) as connection:
        row = {"begin_at": BEGIN - 99 * DAY, "end_at": AFTER + DAY, "run": "r", "rows": 2}
        connection.execute(insert(schema.hub_alive_span).values(row))
        sites = [{"id": f"s{n}", "name": f"Điểm {n}", "created_at": 1} for n in range(SITES)]
        connection.execute(insert(schema.site), sites)
        for n in range(TARGETS):
            targets.add(connection, _target(n), BEGIN - DAY, "bench")
    for start in range(0, TARGETS, 200):
        with writing(engine) as connection:
            told = [each for n in range(start, start + 200) for each in _life(n)]
            ledger_evidence.add(connection, told)
    yield engine
    engine.dispose()


def _target(n: int) -> Target:
    kind = Kind.DEVICE if n % 4 else Kind.SITE_LINK
    return Target(
        id=f"t{n}",
        name=f"Máy lấy số {n}",
        kind=kind,
        site=f"s{n % SITES}",
        unit=f"Đơn vị {n % 7}",
        carrier="" if n % 4 else f"Nhà mạng {n % 3}",
        rules=targets.Rules(sli=Sli.REACHABLE),
        life_begin=BEGIN - 60 * DAY,
    )


def _life(n: int) -> list[Evidence]:
    return [
        msgspec.structs.replace(each, id=f"t{n} {each.id}", target=f"t{n}")
        for each in lived(31, n)
        if each.begin < each.end
    ]


def test_a_months_report_of_two_thousand_targets_from_the_database(province: Engine) -> None:
    pieces = [[(e.begin, e.end) for e in _life(n)] for n in range(TARGETS)]
    begun = time.thread_time()
    sums = [sum(end - begin for begin, end in each) for each in pieces]
    bare = time.thread_time() - begun
    begun = time.thread_time()
    draft = making._draft(province, Order(period=MONTH), AFTER)
    ours = time.thread_time() - begun
    what = f"a month's report of {TARGETS} targets, database to document"
    record("P9", what, ours=ours, bare=bare, unit="s", reach="< 30 s")
    assert len(draft.document.table("targets").rows) == TARGETS
    assert len(sums) == TARGETS
    assert ours < 30
    _files(draft)


def _files(draft: making._Draft) -> None:
    sha256 = fingerprint(draft.raw)
    for name, drawn in (("XLSX", sheet), ("CSV", plain), ("PDF", pdf)):
        begun = time.monotonic()
        size = len(drawn.drawn(draft.document, sha256))
        what = f"its {name}, {size // 1024} KiB"
        record_alone("P9", what, ours=time.monotonic() - begun, unit="s", reach="once a month")
    begun = time.monotonic()
    html.body(draft.document, sha256)
    record_alone(
        "P9", "its page", ours=time.monotonic() - begun, unit="s", reach="when it is opened"
    )
