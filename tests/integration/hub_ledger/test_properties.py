"""Whatever comes in whatever order: the database says what the pure ledger says, cached or not."""

import contextlib
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Engine

from motcua_hub.domain.availability import timeline
from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, Sli
from motcua_hub.domain.availability.policy import Blips
from motcua_hub.domain.availability.timeline import Segments
from motcua_hub.ledger import alive, chain, claims, evidence, targets
from motcua_hub.ledger.pieces import LENGTH, span_of
from motcua_hub.ledger.reading import View
from motcua_hub.ledger.rules import Rules
from motcua_hub.ledger.targets import Kind
from motcua_hub.ledger.timelines import refresh, segments
from motcua_hub.store import schema
from motcua_hub.store.engine import reading, writing
from support.ledger import DAY, HOUR, added, claim
from support.migrated import fresh

START = span_of(730)[0]
END = START + 3 * LENGTH
NAMES = ("link", "pi", "web")
SINCE = st.none() | st.just(0) | st.integers(0, 3 * LENGTH // HOUR).map(lambda n: START + n * HOUR)
TIMES = st.integers(0, 3 * LENGTH // HOUR).map(lambda n: START + n * HOUR)


@st.composite
def pieces(draw: st.DrawFn) -> Evidence:
    begin = draw(TIMES)
    end = begin + draw(st.sampled_from((HOUR, 5 * HOUR, 3 * DAY, 40 * DAY)))
    vantage, rank = draw(
        st.sampled_from(
            (("hub", 60), ("st-01", 60), ("broker", 40), ("st-01", 80), ("an", Rank.OPERATOR))
        )
    )
    made = Evidence(
        id="",
        target=draw(st.sampled_from(NAMES)),
        sli=draw(st.sampled_from(Sli)),
        begin=begin,
        end=end,
        claim=draw(st.sampled_from(Claim)),
        vantage=vantage,
        rank=rank,
        received_at=draw(st.sampled_from((end, END, END + DAY))),
        cause=draw(st.sampled_from(("", "power", "wan"))),
        blip=draw(st.booleans()),
        edge=draw(st.sampled_from((0, 30_000))),
    )
    return msgspec.structs.replace(made, id=str(draw(st.integers(0, 40))))


def _database(folder: Path) -> Engine:
    return fresh(folder / "hub.sqlite3")


def _targets(engine: Engine) -> None:
    with writing(engine) as connection:
        added(connection, "link", Kind.SITE_LINK, now=START)
        added(connection, "pi", Kind.DEVICE, parent="link", now=START)
        rules = Rules(vantages=("hub", "st-01"))
        added(connection, "web", parent="pi", rules=rules, now=START)


@pytest.fixture(scope="module")
def blank() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        engine = _database(Path(folder))
        _targets(engine)
        yield engine
        engine.dispose()


def _unsaid(found: Segments) -> list[object]:
    """Without the doubt at the very beginning, which depends on where one begins to look."""
    return [
        msgspec.structs.replace(each, edge=0 if n == 0 else each.edge)
        for n, each in enumerate(found)
    ]


def check_round_trip(engine: Engine, told: list[Evidence], seed: int) -> None:
    """Evidence in random transactions, read back, gives the time line of the evidence itself."""
    order, dice = list(told), random.Random(seed)
    dice.shuffle(order)
    with engine.connect() as connection, connection.begin() as transaction:
        while order:
            some = dice.randint(1, len(order))
            evidence.add(connection, order[:some])
            evidence.add(connection, order[: dice.randint(0, some)])
            del order[:some]
        assert list(chain.broken(connection)) == []
        for name in NAMES:
            policy = targets.get(connection, name).policy()  # type: ignore[union-attr]
            mine = [each for each in told if each.target == name]
            back = evidence.of_target(connection, name)
            life = (START, END)
            assert timeline(back, policy, life=life) == timeline(mine, policy, life=life)
        transaction.rollback()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=st.lists(pieces(), max_size=25), seed=st.integers(0, 2**16))
def test_random_evidence_in_random_transactions_gives_the_pure_time_line(
    blank: Engine, told: list[Evidence], seed: int
) -> None:
    check_round_trip(blank, told, seed)


def test_the_same_holds_on_both_databases(engine: Engine) -> None:
    _targets(engine)
    example = settings(
        max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )

    @example
    @given(told=st.lists(pieces(), max_size=25), seed=st.integers(0, 2**16))
    def check(told: list[Evidence], seed: int) -> None:
        check_round_trip(engine, told, seed)

    check()


class Cache(RuleBasedStateMachine):
    """Evidence, claims, holes, rules and rounds in any order; what is kept says the same."""

    engine: Engine

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.engine = _database(Path(self.folder.name))
        _targets(self.engine)
        self.now = END + DAY

    @rule(told=st.lists(pieces(), min_size=1, max_size=4))
    def add(self, told: list[Evidence]) -> None:
        with writing(self.engine) as connection:
            evidence.add(connection, told)

    @rule(most=st.sampled_from((1, 3, 50)))
    def work(self, most: int) -> None:
        with writing(self.engine) as connection:
            refresh(connection, self.now, most=most)

    @rule(begin=TIMES, hours=st.integers(0, 900), down=st.booleans(), name=st.sampled_from(NAMES))
    def say(self, begin: int, hours: int, down: bool, name: str) -> None:
        word = claim(0, 0, "down" if down else "up", target=name)
        said = msgspec.structs.replace(word, begin=begin, until=begin + hours * HOUR)
        with writing(self.engine) as connection:
            claims.turn(connection, [said], self.now)

    @rule()
    def settle(self) -> None:
        self.now += HOUR
        with writing(self.engine) as connection:
            claims.settle(connection, self.now)

    @rule(at=TIMES, minutes=st.integers(1, 400))
    def leave(self, at: int, minutes: int) -> None:
        """The hub lived before and after a hole."""
        record = alive.AliveRecord(self.engine, "boot", str(at))
        record.beat(at, 0)
        record.beat(at + minutes * 60_000, minutes * 60_000)

    @rule(before=TIMES)
    def condense(self, before: int) -> None:
        with writing(self.engine) as connection:
            alive.condense(connection, before)

    @rule(
        name=st.sampled_from(NAMES),
        blips=st.sampled_from(Blips),
        known=st.integers(1, 2),
        since=SINCE,
    )
    def rerule(self, name: str, blips: Blips, known: int, since: int | None) -> None:
        with writing(self.engine) as connection:
            held = targets.get(connection, name)
            assert held is not None
            rules = msgspec.structs.replace(held.rules, blips=blips, min_known=known)
            other = msgspec.structs.replace(held, rules=rules)
            targets.change(connection, other, self.now, valid_from=since)

    @rule(
        child=st.sampled_from(("web", "pi", "link")),
        parent=st.sampled_from((None, "link", "pi", "web")),
        since=SINCE,
    )
    def move(self, child: str, parent: str | None, since: int | None) -> None:
        """Anything below anything, from any time on, as far as that closes no circle today."""
        with writing(self.engine) as connection:
            held = targets.get(connection, child)
            assert held is not None
            other = msgspec.structs.replace(held, parent=parent)
            with contextlib.suppress(targets.TargetError):
                targets.change(connection, other, self.now, valid_from=since)

    @invariant()
    def what_is_kept_is_what_is_worked_out(self) -> None:
        with reading(self.engine) as connection:
            for name in NAMES:
                for sli in Sli:
                    kept = segments(connection, name, (START, END), self.now, sli)
                    fresh = View(connection, now=self.now).segments(name, (START, END), sli)
                    assert _unsaid(kept) == _unsaid(fresh)

    def teardown(self) -> None:
        self.engine.dispose()
        self.folder.cleanup()


# a failing run is told as it is: making it smaller takes minutes of a real database
Cache.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=12,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
TestCache = Cache.TestCase


def test_pieces_are_kept_and_used(engine: Engine) -> None:
    """The properties above would hold without any cache: here it is shown to be one."""
    _targets(engine)
    told = [
        Evidence(
            id=str(n),
            target="web",
            begin=START + n * DAY,
            end=START + (n + 1) * DAY,
            claim=Claim.UP,
            received_at=START + (n + 1) * DAY,
        )
        for n in range(60)
    ]
    with writing(engine) as connection:
        evidence.add(connection, told)
        assert refresh(connection, END) == 2
        assert refresh(connection, END) == 0
        table = schema.timeline_chunk
        connection.execute(table.update().values(segments=b"\x90", content="00"))
        assert segments(connection, "web", (START, START + LENGTH), END) == ()
        late = msgspec.structs.replace(told[40], id="late", claim=Claim.DOWN, rank=80)
        evidence.add(connection, [late])
        assert refresh(connection, END) == 1
        assert segments(connection, "web", (START, START + LENGTH), END) == ()
        second = segments(connection, "web", (START + LENGTH, START + 2 * LENGTH), END)
        assert [each.state.value for each in second] == ["up", "down", "up"]
