"""A hub's database in which things go down and come back, and the desk that looks at it.

Times are seconds after a Monday morning, 2026-11-23 08:00 in Viet Nam.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Engine, insert, select

from motcua_contract import facts
from motcua_contract.facts import Fact
from motcua_hub.desk.rounds import Desk
from motcua_hub.domain.availability.evidence import Claim, Rank, Sli
from motcua_hub.domain.incident.state import State
from motcua_hub.ledger import claims, targets
from motcua_hub.ledger.claims import OpenClaim
from motcua_hub.ledger.names import BROKER, device_of, link_of, pi_of
from motcua_hub.ledger.rules import Rules
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.store import schema, timelines
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.upsert import put

MONDAY = 1_795_395_600_000
"""2026-11-23 08:00 in Viet Nam, UTC ms."""
HOUR = 3600
DAY = 24 * HOUR
LONG = 400 * DAY


def at(seconds: float) -> int:
    """UTC ms of so many seconds after that morning."""
    return MONDAY + int(seconds * 1000)


class Hub:
    """Puts words into the ledger's mouth, and asks the desk to do its rounds."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.desk = Desk()

    def site(self, name: str, *, carrier: str = "vnpt") -> None:
        """An office with a link and a Pi."""
        with writing(self.engine) as connection:
            connection.execute(insert(schema.site).values(id=name, name=name, created_at=at(-DAY)))
            link = Target(
                id=link_of(name), name=name, kind=Kind.SITE_LINK, site=name, carrier=carrier,
                rules=Rules(vantages=(BROKER,)),
            )  # fmt: skip
            pi = Target(
                id=pi_of(name), name=name, kind=Kind.DEVICE, site=name, parent=link.id,
                component="controller", rules=Rules(vantages=(name,)),
            )  # fmt: skip
            for each in (link, pi):
                targets.add(connection, each, at(-DAY))

    def server(self, name: str, *, kind: Kind = Kind.SERVER, parent: str | None = None) -> None:
        """Something in the data centre, or behind it."""
        with writing(self.engine) as connection:
            targets.add(connection, Target(id=name, name=name, kind=kind, parent=parent), at(-DAY))

    def behind(self, site: str, name: str) -> str:
        """Something at an office that the hub probes through its link."""
        made = Target(
            id=f"{site}.{name}", name=name, kind=Kind.SERVICE, site=site, parent=link_of(site)
        )
        with writing(self.engine) as connection:
            targets.add(connection, made, at(-DAY))
        return made.id

    def device(self, site: str, component: str) -> str:
        """A device with a target of its own."""
        made = Target(
            id=device_of(site, component), name=component, kind=Kind.DEVICE, site=site,
            parent=pi_of(site), component=component, rules=Rules(vantages=(site,)),
        )  # fmt: skip
        with writing(self.engine) as connection:
            targets.add(connection, made, at(-DAY))
        return made.id

    def says(
        self, target: str, word: str, since: float, *, cause: str = "", sure: bool = True
    ) -> None:
        """A vantage says this from now on; an outage is confirmed 30 s after its onset."""
        link = target.endswith(".link")
        claim = OpenClaim(
            target=target,
            sli=Sli.REACHABLE,
            vantage=BROKER if link else "hub",
            source="session" if link else "probe",
            rank=Rank.LAST_WILL if link else Rank.PROBE,
            claim=Claim(word),
            begin=at(since),
            until=at(since),
            horizon=LONG * 1000,
            confirmed_at=at(since + 30) if word == "down" and sure else None,
            cause=cause,
        )
        with writing(self.engine) as connection:
            claims.turn(connection, [claim], at(since + 30))

    def down(self, target: str, since: float, *, cause: str = "", sure: bool = True) -> None:
        """It is down since then."""
        self.says(target, "down", since, cause=cause, sure=sure)

    def up(self, target: str, since: float) -> None:
        """It is up since then."""
        self.says(target, "up", since)

    def health(self, site: str, component: str, state: str, since: float, code: str = "") -> None:
        """What an office says of a device."""
        row = {
            "site": site, "component": component, "state": state, "code": code,
            "since": at(since), "detail": "", "by_depth": 1, "by_jid": "aa" * 8,
            "by_seq": int(since * 10) + 10**9,
        }  # fmt: skip
        with writing(self.engine) as connection:
            put(connection, schema.device_health, [row])

    def fact(self, site: str, fact: Fact, when: float) -> str:
        """An office's fact arrives; its event's id comes back."""
        with writing(self.engine) as connection:
            number = connection.scalar(select(schema.event.c.id).order_by(schema.event.c.id.desc()))
            seq = (number or 0) + 1
            eid = f"{seq:032x}"
            connection.execute(
                insert(schema.event).values(
                    site=site,
                    jid="ab" * 8,
                    seq=seq,
                    eid=eid,
                    type=facts.type_name(fact),
                    boot="b",
                    t_mono=0,
                    t_wall=at(when),
                    clock="ntp",
                    business_day="2026-11-23",
                    body=facts.encode(fact),
                    digest="00" * 32,
                    received_at=at(when),
                    best_time=at(when),
                )
            )
        return eid

    def round(self, now: float, step: Callable[[str], None] = lambda _name: None) -> int:
        """One round of the desk."""
        with writing(self.engine) as connection:
            return self.desk.round(connection, at(now), step)

    def rounds(self, *moments: float) -> None:
        """Rounds at these moments."""
        for moment in moments:
            self.round(moment)

    def rows(self, **wanted: object) -> list[dict[str, Any]]:
        """Incidents, oldest first."""
        i = schema.incident
        query = select(i).order_by(i.c.id)
        for name, value in wanted.items():
            query = query.where(i.c[name] == value)
        with reading(self.engine) as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def row(self, **wanted: object) -> dict[str, Any]:
        """The only incident like that."""
        [found] = self.rows(**wanted)
        return found

    def story(self, incident: int) -> list[str]:
        """What happened to it, in words."""
        with reading(self.engine) as connection:
            return [each.happening for each in timelines.entries_of(connection, incident)]

    def details(self, incident: int, happening: str) -> list[Any]:
        """The details of its entries of one kind."""
        with reading(self.engine) as connection:
            told = timelines.entries_of(connection, incident)
        return [each.detail for each in told if each.happening == happening]

    def state(self, incident: int) -> State:
        """It, folded."""
        with reading(self.engine) as connection:
            found = timelines.load(connection, incident)
        assert found is not None
        return found

    def everything(self) -> list[Any]:
        """All incidents and timelines, as plain values: what must be the same after a crash.

        Incidents are numbered anew: PostgreSQL gives no number twice, not even after a rollback.
        """
        rows = self.rows()
        numbers = {row["id"]: number for number, row in enumerate(rows, 1)}
        return [(_renumbered(row, numbers), self._told(row["id"], numbers)) for row in rows]

    def _told(self, incident: int, numbers: dict[int, int]) -> list[Any]:
        with reading(self.engine) as connection:
            return [
                (each.happening, each.at, each.actor, _renumbered(dict(each.detail), numbers))
                for each in timelines.entries_of(connection, incident)
            ]


def _renumbered(values: dict[str, Any], numbers: dict[int, int]) -> dict[str, Any]:
    named = ("id", "parent", "child", "previous")
    return {
        name: numbers.get(value, value) if name in named else value
        for name, value in values.items()
    }


def many(names: Iterable[str], hub: Hub, *, carrier: str = "vnpt") -> list[str]:
    """Offices by these names; the ids of their links."""
    links = []
    for name in names:
        hub.site(name, carrier=carrier)
        links.append(link_of(name))
    return links
