"""A hub that lives through a simulated time: everything reaches it as it would, in its database.

Words of sessions and journals go through ingest's own receiver; then every part of the hub does its
round, at every moment at which something may have changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from random import Random

from msgspec.structs import replace
from prometheus_client import CollectorRegistry
from sqlalchemy import Connection, Engine, insert, select, update

from motcua_contract.messages import LinkState, Status, encode
from motcua_contract.topics import Up
from motcua_hub.config_sending import SendingSection
from motcua_hub.desk.rounds import Desk
from motcua_hub.domain.availability.evidence import Evidence, Rank, Sli
from motcua_hub.ingest import Receiver
from motcua_hub.ingest.messages import Incoming
from motcua_hub.ledger import claims, targets
from motcua_hub.ledger.claims import OpenClaim
from motcua_hub.ledger.imports.importer import Importer
from motcua_hub.ledger.names import BROKER, link_of, pi_of
from motcua_hub.ledger.rounds import Rounds
from motcua_hub.ledger.rules import Rules
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.sending.part import Sending
from motcua_hub.store import directory_edits, schema
from motcua_hub.store.engine import writing
from motcua_hub.store.upsert import insert_new, put
from province import compressed, probers
from province.machines import Session
from province.probers import Run
from province.script import DAY, HOUR, MINUTE, SECOND
from support.directories import province
from support.province import feed as feeding
from support.province import journals
from support.province.delivery import LAG
from support.province.feed import Feed, Office
from support.province.journals import Book

LATER = (5 * SECOND, 70 * SECOND, 12 * MINUTE)
"""After everything that happens the hub's parts do a round so much later."""


class Living:
    """One hub and its province, moved from moment to moment."""

    def __init__(self, engine: Engine, feed: Feed, folder: Path) -> None:
        self.engine = engine
        self.feed = feed
        self.now = feed.period[0]
        self.desk = Desk()
        self.books = {o.site.name: journals.books(o) for o in feed.offices}
        self._deliveries = {o.site.name: o.delivery for o in feed.offices}
        self._sent: dict[str, int] = {}
        self._receiver = Receiver(engine)
        self._rounds = Rounds(engine)
        self._importer = Importer(engine)
        self._sending = Sending(
            engine, SendingSection(settle_s=60), folder, CollectorRegistry(), lambda: self.now
        )
        self._words = sorted(_words(feed), key=lambda word: word[:2])
        self._probed = {server.name: runs["hub"] for server, runs in feed.servers}
        self._probed |= {f"{o.site.name}.router": o.link for o in feed.offices}
        self._told = 0
        self._alive = [at for at in feed.alive if at >= feed.period[0]]
        self._lived = 0
        self._found()

    def _found(self) -> None:
        """What people wrote down before it began."""
        began = self.feed.world.window[0]
        with writing(self.engine) as connection:
            for office in self.feed.offices:
                name = office.site.name
                row = {"id": name, "name": name, "created_at": began}
                connection.execute(insert(schema.site).values(row))
                link = Target(
                    id=link_of(name), name=name, kind=Kind.SITE_LINK, site=name,
                    carrier=office.site.carrier, rules=Rules(vantages=(BROKER,)),
                )  # fmt: skip
                pi = Target(
                    id=pi_of(name), name=name, kind=Kind.DEVICE, site=name, parent=link.id,
                    component="controller", rules=Rules(vantages=(name,)),
                )  # fmt: skip
                router = Target(
                    id=f"{name}.router", name=name, kind=Kind.DEVICE, site=name, parent=link.id,
                    rules=Rules(sli=Sli.REACHABLE),
                )  # fmt: skip
                for each in (link, pi, router):
                    targets.add(connection, each, began)
            for server, _ in self.feed.servers:
                made = Target(id=server.name, name=server.name, kind=Kind.SERVER)
                targets.add(connection, made, began)
            self._directory(connection)

    def _directory(self, connection: Connection) -> None:
        """One unit answers for each class of repairers, everywhere, and is told at once."""
        held = province()
        for unit in held.units.values():
            directory_edits.add_unit(connection, unit, 1)
        for contact in held.contacts:
            directory_edits.add_contact(connection, contact, 1)
        for route in held.routes:
            if route.responsible:
                first = {"tier": 1, "id": route.id}
                directory_edits.add_route(connection, replace(route, **first), 1)

    def moments(self) -> list[int]:
        """When something may have changed: every word, every fault, and now and then."""
        begin, end = self.feed.period
        happened = [at for at, *_ in self._words]
        happened += [e for f in self.feed.world.script.faults for e in (f.begin, f.end)]
        found = {at + later for at in happened for later in LATER}
        found |= set(range(begin + HOUR, end, 3 * HOUR))
        return sorted(at for at in found if begin < at < end)

    def live(self, moments: Iterable[int]) -> None:
        """Go through time."""
        for moment in moments:
            self.step(moment)

    def step(self, now: int) -> None:
        """What was said by `now` is heard, and every part does its round; a dead hub does not."""
        self._beat(now)
        if any(begin <= now < end + 3 * SECOND for begin, end in self.feed.world.hub_off):
            return
        self.now = now
        self._hear(now)
        self._journals(now)
        self._probe(now)
        self._work(now)

    def _work(self, now: int) -> None:
        self._importer.round(now)
        self._rounds.round(now)
        with writing(self.engine) as connection:
            self.desk.round(connection, now)
        self._sending.tell()
        self._post(now)

    def _beat(self, now: int) -> None:
        rows = []
        while self._lived < len(self._alive) and self._alive[self._lived] <= now:
            at = self._alive[self._lived]
            rows.append({"at": at, "mono": at, "boot": "h", "run": "r"})
            self._lived += 1
        with writing(self.engine) as connection:
            insert_new(connection, schema.hub_alive, rows)
            pulse = {"process": "ingest", "at": now, "connected": True, "lag_s": 0.0}
            put(connection, schema.heartbeat, [pulse])

    def _hear(self, now: int) -> None:
        """Words of sessions, and what was heard of sites in between."""
        while self._told < len(self._words) and self._words[self._told][0] <= now:
            at, site, status, heard = self._words[self._told]
            self._journal(site, min(at, heard))
            self._seen(site, heard)
            payload = encode(status)
            self._receiver.take([Incoming(site=site, kind=Up.STATUS, payload=payload, at=at)])
            self._told += 1
        for office in self.feed.offices:
            stay = _stay_at(office, now)
            if stay is not None and stay.online < now:
                self._seen(office.site.name, min(now, stay.last_packet))

    def _seen(self, site: str, at: int) -> None:
        live = schema.site_live
        older = (live.c.last_seen_at.is_(None)) | (live.c.last_seen_at < at)
        with writing(self.engine) as connection:
            connection.execute(
                update(live).where(live.c.site == site, older).values(last_seen_at=at)
            )

    def _journals(self, now: int) -> None:
        for office in self.feed.offices:
            self._journal(office.site.name, now)

    def _journal(self, site: str, now: int) -> None:
        """What of a journal is at the hub by now; the last of it came while the session stood."""
        known = self._deliveries[site].until(now)
        for book in self.books[site]:
            self._deliver(site, book, journals.rows_until(book, known), min(now, known + LAG))

    def _deliver(self, site: str, book: Book, count: int, now: int) -> None:
        done = self._sent.get(book.journal.name, 0)
        while done < count:
            upto = min(count, done + 50)
            self._receiver.batch(site, book.journal.batch(done + 1, upto), now)
            done = upto
        self._sent[book.journal.name] = done

    def _probe(self, now: int) -> None:
        """The hub's own prober: what it says right now of servers and routers, where it is sure."""
        said: list[OpenClaim] = []
        for name, processes in self._probed.items():
            told = feeding.about(name, Sli.REACHABLE, "hub", Rank.PROBE)
            recent = _recent(processes, now)
            found = feeding.probed(recent, told, now)
            sure = dict(_confirmed(recent, now))
            said += [_claim(each, sure) for each in found[-3:] if not each.blip]
        with writing(self.engine) as connection:
            held = {c.target: c for c in claims.listing(connection) if c.vantage == "hub"}
            for each in said:
                old = held.get(each.target)
                if old is None or each.begin >= old.begin:
                    claims.turn(connection, [each], now)

    def _post(self, now: int) -> None:
        """Every message reaches its reader at once."""
        outbox = schema.outbox
        with writing(self.engine) as connection:
            connection.execute(
                update(outbox)
                .where(outbox.c.state == "waiting", outbox.c.due_at <= now)
                .values(state="sent", ended_at=now)
            )

    def settle(self) -> None:
        """A week later every journal is in, but for those that never come."""
        end = self.feed.period[1] + 7 * DAY
        self.now = end
        for office in self.feed.offices:
            for book in self.books[office.site.name]:
                self._deliver(office.site.name, book, len(book.written), end)
        self._alive = list(range(self.feed.period[1], end + 1, 3 * HOUR))
        self._work(end)
        self._work(end + 2 * MINUTE)
        self.now = end + 2 * MINUTE

    def rows(self, name: str) -> list[dict[str, object]]:
        """A whole table."""
        table = schema.metadata.tables[name]
        with writing(self.engine) as connection:
            order = list(table.primary_key.columns)
            return [dict(r) for r in connection.execute(select(table).order_by(*order)).mappings()]


def _recent(processes: Sequence[Sequence[Run]], now: int) -> list[list[Run]]:
    """The last answers of the process that runs now: enough to know what is said and since when."""
    running = [runs for runs in processes if runs[0].first <= now]
    return [list(probers.until(running[-1], now))[-40:]] if running else []


def _confirmed(processes: Iterable[Sequence[Run]], now: int) -> Iterable[tuple[int, int]]:
    """Each outage's begin with when it was sure."""
    for runs in processes:
        known = probers.until(runs, now)
        for each in compressed.claimed(known, feeding.PROBE) if known else ():
            if each.confirmed_at is not None:
                yield each.begin, each.confirmed_at


def _claim(each: Evidence, sure: Mapping[int, int]) -> OpenClaim:
    return OpenClaim(
        target=each.target,
        vantage="hub",
        claim=each.claim,
        begin=each.begin,
        until=each.end,
        horizon=feeding.PROBE.horizon,
        edge=each.edge,
        cause=each.cause,
        confirmed_at=sure.get(each.begin),
    )


def _words(feed: Feed) -> Iterable[tuple[int, str, Status, int]]:
    """Births and wills as the broker hands them on, each with when the site was last heard."""
    begin = feed.period[0]
    for office in feed.offices:
        chance = Random(office.site.name)
        for stay in office.stays:
            session = f"{stay.boot}/{stay.online}"
            birth = Status(state=LinkState.ONLINE, session=session, boot=stay.boot, at=stay.online)
            at = max(stay.online, begin - chance.randrange(9))
            yield at, office.site.name, birth, at
            if stay.why == "broker":
                continue
            state = LinkState.STOPPED if stay.why == "stopped" else LinkState.OFFLINE
            end = Status(state=state, session=session, boot=stay.boot, at=stay.online)
            yield stay.told, office.site.name, end, stay.last_packet


def _stay_at(office: Office, now: int) -> Session | None:
    """The session that stands, as far as the broker knows."""
    stays = (e for e in office.stays if e.online <= now < max(e.told, e.last_packet))
    return next(stays, None)
