"""A month of a small province in the ledger, for pages."""

from sqlalchemy import Connection

from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, Sli
from motcua_hub.ledger import arrivals, claims, corrections, evidence, probes, targets
from motcua_hub.ledger.claims import OpenClaim
from motcua_hub.ledger.corrections import Wanted
from motcua_hub.ledger.rules import Rules
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.store.engine import writing
from support.hub_seed import HubWeb

HOUR = 3_600_000
DAY = 24 * HOUR
PORTAL = "cong-dich-vu"


def seed_ledger(hub: HubWeb) -> None:
    """Sites' own targets, a portal with outages, a hub that lost a day, a correction."""
    now = hub.clock.now
    with writing(hub.engine) as connection:
        arrivals.ensure(connection, now - 40 * DAY)
        _portal(connection, now)
        _link(connection, "ben-thanh.link", now)
        claims.settle(connection, now - HOUR)
        _open(connection, now)
        _correction(connection, now)


def _portal(connection: Connection, now: int) -> None:
    made = Target(
        id=PORTAL,
        name="Cổng dịch vụ công của tỉnh",
        kind=Kind.SERVER,
        unit="Sở Khoa học và Công nghệ",
        rules=Rules(vantages=("hub", "ben-thanh")),
        life_begin=now - 400 * DAY,
    )
    targets.add(connection, made, now - 400 * DAY)
    spec = ProbeSpec(target=PORTAL, kind=ProbeKind.HTTP, host="dichvucong.vi.example", tls=True)
    probes.add(connection, "hub", spec, now)
    told = [
        (-40 * DAY, -20 * DAY, "up", ""),
        (-20 * DAY, -20 * DAY + 3 * HOUR, "down", "power"),
        (-20 * DAY + 3 * HOUR, -6 * DAY, "up", ""),
        (-5 * DAY, -2 * DAY, "up", ""),
        (-2 * DAY, -2 * DAY + HOUR // 2, "down", "software"),
        (-2 * DAY + HOUR // 2, -2 * HOUR, "up", ""),
    ]
    evidence.add(
        connection,
        [
            Evidence(
                id=f"portal-{n}",
                target=PORTAL,
                begin=now + begin,
                end=now + end,
                claim=Claim(word),
                received_at=now + end,
                cause=cause,
                edge=30_000 if word == "down" else 0,
            )
            for n, (begin, end, word, cause) in enumerate(told)
        ],
    )


def _link(connection: Connection, name: str, now: int) -> None:
    said = Evidence(
        id=f"{name}-up",
        target=name,
        begin=now - 35 * DAY,
        end=now - 3 * HOUR,
        claim=Claim.UP,
        source="session",
        vantage="broker",
        rank=Rank.LAST_WILL,
        received_at=now - 3 * HOUR,
    )
    evidence.add(connection, [said])


def _open(connection: Connection, now: int) -> None:
    said = [
        OpenClaim(
            target=PORTAL,
            claim=Claim.UP,
            begin=now - 2 * HOUR,
            until=now - 5_000,
            horizon=65_000,
        ),
        OpenClaim(
            target="ben-thanh.link",
            vantage="broker",
            source="session",
            rank=Rank.LAST_WILL,
            claim=Claim.DOWN,
            begin=now - 3 * HOUR,
            until=now - 5_000,
            horizon=65_000,
            confirmed_at=now - 3 * HOUR + 45_000,
        ),
    ]
    claims.turn(connection, said, now)


def _correction(connection: Connection, now: int) -> None:
    wanted = Wanted(
        target=PORTAL,
        sli=Sli.REACHABLE,
        begin=now - 6 * DAY,
        end=now - 5 * DAY,
        claim=Claim.UP,
        reason="Nhật ký của máy chủ cho thấy vẫn phục vụ (biên bản 14/BB-TTDL)",
    )
    corrections.ask(connection, wanted, now, "nguyen-van-a")
