"""What comes in by itself: sites with their targets, sessions with the broker, devices' health."""

from sqlalchemy import Connection, Engine, insert

from motcua_contract.messages import LinkState, Status, encode
from motcua_contract.topics import Up
from motcua_hub.domain.availability.evidence import Claim, Rank, Sli, State
from motcua_hub.ingest.messages import Incoming
from motcua_hub.ingest.receiver import Receiver
from motcua_hub.ledger import claims, evidence, now, targets
from motcua_hub.ledger.rounds import Rounds
from motcua_hub.store import schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.sites import set_live
from motcua_hub.store.upsert import put
from support.ledger import DAY, HOUR, MINUTE, SECOND, T0, claim, piece, tell

LINK = "st-01.link"


class Site:
    """A site as the broker tells of it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.receiver = Receiver(engine)
        self.rounds = Rounds(engine)

    def says(self, at: int, state: LinkState, session: str, *, retained: bool = False) -> None:
        status = Status(state=state, session=session, boot="b", at=T0 + at)
        said = Incoming(
            site="st-01", kind=Up.STATUS, payload=encode(status), at=T0 + at, retained=retained
        )
        self.receiver.take([said])

    def sends(self, at: int) -> None:
        with writing(self.engine) as connection:
            set_live(connection, "st-01", last_seen_at=T0 + at)

    def round(self, at: int, *, broker: bool = True) -> None:
        beat = {"process": "ingest", "at": T0 + at, "connected": broker, "lag_s": 0.0}
        with writing(self.engine) as connection:
            put(connection, schema.heartbeat, [beat])
        self.rounds.round(T0 + at)

    def told(self) -> list[tuple[int, int, str]]:
        with writing(self.engine) as connection:
            claims.settle(connection, T0 + DAY)
            return _told(connection, LINK)


def _told(connection: Connection, target: str) -> list[tuple[int, int, str]]:
    """What was told, pieces that only settling cut joined."""
    found: list[tuple[int, int, str]] = []
    for each in sorted(evidence.of_target(connection, target), key=lambda e: e.begin):
        begin, word = each.begin - T0, each.claim.value
        if found and found[-1][1:] == (begin, word):
            begin = found.pop()[0]
        found.append((begin, each.end - T0, word))
    return found


def test_a_site_that_appears_has_a_link_and_a_pi(engine: Engine) -> None:
    site = Site(engine)
    site.says(0, LinkState.ONLINE, "one")
    site.round(SECOND)
    site.round(2 * SECOND)
    with reading(engine) as connection:
        found = {each.id: (each.kind.value, each.parent) for each in targets.listing(connection)}
    assert found == {LINK: ("site_link", None), "st-01.pi": ("device", LINK)}


def test_what_was_retired_does_not_come_back(engine: Engine) -> None:
    site = Site(engine)
    site.says(0, LinkState.ONLINE, "one")
    site.round(SECOND)
    with writing(engine) as connection:
        assert targets.retire(connection, LINK, T0 + MINUTE, "an", why="moved")
        assert not targets.retire(connection, LINK, T0 + MINUTE, "an")
    site.round(MINUTE)
    with reading(engine) as connection:
        assert [each.id for each in targets.listing(connection)] == ["st-01.pi"]


def test_a_link_is_down_from_the_last_packet_and_not_from_the_will(engine: Engine) -> None:
    site = Site(engine)
    site.says(0, LinkState.ONLINE, "one")
    site.round(SECOND)
    for at in (MINUTE, 2 * MINUTE):
        site.sends(at)
        site.round(at + SECOND)
    site.says(150 * SECOND, LinkState.OFFLINE, "one")
    site.round(160 * SECOND)
    with reading(engine) as connection:
        found = now.states(connection, T0 + 160 * SECOND)[LINK, Sli.REACHABLE]
    assert found[:2] == (State.DOWN, T0 + 2 * MINUTE)
    assert found.confirmed_at == T0 + 150 * SECOND
    site.round(170 * SECOND)
    site.says(180 * SECOND, LinkState.ONLINE, "two")
    site.round(185 * SECOND)
    assert site.told() == [
        (0, 2 * MINUTE, "up"),
        (2 * MINUTE, 180 * SECOND, "down"),
    ]


def test_a_client_that_takes_its_own_name_over_was_never_gone(engine: Engine) -> None:
    """The broker publishes the old session's will a millisecond before the new one's birth."""
    site = Site(engine)
    site.says(0, LinkState.ONLINE, "one")
    site.round(SECOND)
    site.sends(30 * SECOND)
    site.says(75_000, LinkState.OFFLINE, "one")
    site.round(75_500)
    site.says(75_001, LinkState.ONLINE, "two")
    site.round(76_000)
    site.sends(100 * SECOND)
    site.round(101 * SECOND)
    assert site.told() == [(0, 100 * SECOND, "up")]


def test_a_will_of_a_session_that_is_not_the_current_one_is_ignored(engine: Engine) -> None:
    site = Site(engine)
    site.says(0, LinkState.ONLINE, "one")
    site.says(10 * SECOND, LinkState.ONLINE, "two")
    status = Status(state=LinkState.OFFLINE, session="one", boot="b", at=T0)
    late = T0 + 12 * SECOND
    site.receiver.take([Incoming(site="st-01", kind=Up.STATUS, payload=encode(status), at=late)])
    site.sends(20 * SECOND)
    site.round(30 * SECOND)
    assert {word for _, _, word in site.told()} == {"up"}


def test_a_remembered_will_does_not_say_since_when(engine: Engine) -> None:
    site = Site(engine)
    site.says(0, LinkState.ONLINE, "one")
    site.round(SECOND)
    site.sends(MINUTE)
    site.says(HOUR, LinkState.OFFLINE, "one", retained=True)
    site.round(HOUR + 10 * SECOND)
    silence = MINUTE + 150 * SECOND
    assert site.told() == [(0, silence, "up"), (HOUR, HOUR + 10 * SECOND, "down")]


def test_without_the_broker_the_hub_says_nothing_of_links(engine: Engine) -> None:
    site = Site(engine)
    site.says(0, LinkState.ONLINE, "one")
    site.says(10 * SECOND, LinkState.STOPPED, "one")
    site.round(20 * SECOND)
    site.round(30 * SECOND)
    for at in range(40, 200, 10):
        site.round(at * SECOND, broker=False)
    with reading(engine) as connection:
        states = now.states(connection, T0 + 200 * SECOND)
    assert states[LINK, Sli.REACHABLE].state is State.UNKNOWN
    assert site.told()[-1] == (10 * SECOND, 30 * SECOND, "down")


def _span(seq: int, since: int, until: int | None, state: str) -> dict[str, object]:
    return {
        "site": "st-01",
        "component": "printer",
        "by_jid": "ab" * 16,
        "by_seq": seq,
        "by_depth": 1,
        "state": state,
        "code": "paper.out" if state == "critical" else "",
        "since": T0 + since,
        "until": None if until is None else T0 + until,
        "drill": False,
    }


def test_a_device_is_what_its_site_told_while_its_pi_ran(engine: Engine) -> None:
    site = Site(engine)
    site.says(0, LinkState.ONLINE, "one")
    spans = [
        _span(1, 0, HOUR, "ok"),
        _span(2, HOUR, 2 * HOUR, "critical"),
        _span(3, 2 * HOUR, 3 * HOUR, "problem"),
        _span(4, 3 * HOUR, 4 * HOUR, "unknown"),
        _span(5, 4 * HOUR, None, "ok"),
    ]
    with writing(engine) as connection:
        connection.execute(insert(schema.health_span), spans)
        newest = {c.name: spans[-1][c.name] for c in schema.device_health.c if c.name in spans[-1]}
        connection.execute(insert(schema.device_health), [newest])
    site.round(SECOND)
    with writing(engine) as connection:
        ran = {"target": "st-01.pi", "sli": Sli.RUNNING, "rank": 80, "source": "journal"}
        tell(connection, piece(0, 5 * HOUR, vantage="st-01", **ran))
        tell(connection, piece(8 * HOUR, 9 * HOUR, vantage="st-01", **ran))
        still = claim(
            9 * HOUR,
            10 * HOUR,
            target="st-01.pi",
            sli=Sli.RUNNING,
            vantage="st-01",
            source="journal",
            rank=Rank.JOURNAL,
        )
        claims.turn(connection, [still], T0 + 10 * HOUR)
    for at in (10 * HOUR, 10 * HOUR + SECOND):
        site.round(at)
    with writing(engine) as connection:
        claims.settle(connection, T0 + DAY)
        told = _told(connection, "st-01.printer")
        (down,) = [
            each
            for each in evidence.of_target(connection, "st-01.printer")
            if each.claim is Claim.DOWN
        ]
    assert told == [
        (0, HOUR, "up"),
        (HOUR, 2 * HOUR, "down"),
        (2 * HOUR, 3 * HOUR, "up"),
        (4 * HOUR, 5 * HOUR, "up"),
        (8 * HOUR, 10 * HOUR, "up"),
    ]
    assert (down.cause, down.rank, down.sli) == ("paper.out", Rank.JOURNAL, Sli.RUNNING)


def test_open_claims_are_settled_every_day(engine: Engine) -> None:
    site = Site(engine)
    site.says(0, LinkState.ONLINE, "one")
    site.round(HOUR)
    site.sends(2 * HOUR)
    site.round(2 * HOUR)
    with writing(engine) as connection:
        web = claim(HOUR, 16 * HOUR, horizon=DAY)
        claims.turn(connection, [web], T0)
    # 17:00 UTC is midnight
    site.round(17 * HOUR)
    site.round(17 * HOUR + 10 * SECOND)
    with reading(engine) as connection:
        assert _told(connection, "web") == [(HOUR, 16 * HOUR, "up")]
