"""A hub that lives through a simulated time: everything reaches it as it would, in its database.

Words of sessions and journals go through ingest's own receiver; then every part of the hub does its
round, at every moment at which something may have changed. The hub knows only its own clock.
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
from motcua_hub.ledger import alive, claims, targets
from motcua_hub.ledger.claims import OpenClaim
from motcua_hub.ledger.imports.importer import Importer
from motcua_hub.ledger.names import BROKER, link_of, pi_of
from motcua_hub.ledger.rounds import Rounds
from motcua_hub.ledger.rules import Rules
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.sending.part import Sending
from motcua_hub.store import directory_edits, schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.upsert import insert_new, put
from province import compressed, probers
from province.machines import Session
from province.probers import Run
from province.script import DAY, HOUR, MINUTE, SECOND, dice
from support.directories import province
from support.province import arrivals, paper, probed
from support.province import feed as feeding
from support.province.arrivals import Arrivals
from support.province.feed import Feed, Office

LATER = (5 * SECOND, 70 * SECOND, 12 * MINUTE)
"""After everything that happens the hub's parts do a round so much later."""
STEPPED = 90 * SECOND
"""How far the hub's clock is off while it is wrong."""
_MANY = 60


class Living:
    """One hub and its province, moved from moment to moment. `now` is the hub's own clock."""

    def __init__(self, engine: Engine, feed: Feed, folder: Path) -> None:
        self.engine = engine
        self.feed = feed
        self.now = feed.period[0]
        self.desk = Desk()
        self.arrivals = Arrivals.at(feed, Receiver(engine))
        self.done: dict[str, str] = {}
        self.excused_at: int | None = None
        self._acts = paper.acts(feed)
        self._chance = dice(f"{feed.world.script.size.seed}/words")
        self._rounds = Rounds(engine)
        self._importer = Importer(engine)
        self._sending = Sending(
            engine, SendingSection(settle_s=60), folder, CollectorRegistry(), lambda: self.now
        )
        self._words = sorted(_words(feed), key=lambda word: word[:2])
        self._probed = {server.name: runs["hub"] for server, runs in feed.servers}
        self._probed |= {f"{o.site.name}.router": o.link for o in feed.offices}
        self._offices = {office.site.name: office for office in feed.offices}
        self._told = 0
        self._alive = [at for at in feed.alive if at >= feed.period[0]]
        self._lived = 0
        self._found()

    def wall(self, at: int) -> int:
        """The hub's clock at a moment."""
        wrong = any(begin <= at < end for begin, end in self.feed.world.clock_wrong)
        return at + STEPPED if wrong else at

    def _found(self) -> None:
        """What people wrote down before it began."""
        began = self.feed.world.window[0]
        watching = tuple(each.site.name for each in self.feed.offices[:2])
        with writing(self.engine) as connection:
            for office in self.feed.offices:
                name = office.site.name
                row = {"id": name, "name": name, "created_at": began}
                connection.execute(insert(schema.site).values(row))
                for each in _targets(office):
                    targets.add(connection, each, began)
            for server, _ in self.feed.servers:
                rules = Rules(vantages=("hub", *watching))
                made = Target(id=server.name, name=server.name, kind=Kind.SERVER, rules=rules)
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
        happened = [at for at, *_ in self._words] + [at for at, *_ in self._acts]
        script = self.feed.world.script
        happened += [e for f in (*script.faults, *script.windows) for e in (f.begin, f.end)]
        found = {at + later for at in happened for later in LATER}
        found |= {
            at + LATER[0] for office in self.feed.offices[:2] for at in _news(self.feed, office)
        }
        found |= set(range(begin + HOUR, end, 3 * HOUR))
        return sorted(at for at in found if begin < at < end)

    def live(self, moments: Iterable[int]) -> None:
        """Go through time."""
        for moment in moments:
            self.step(moment)

    def step(self, at: int) -> None:
        """What was said by `at` is heard, and every part does its round; a dead hub does not."""
        self._beat(at)
        if any(begin <= at < end + 3 * SECOND for begin, end in self.feed.world.hub_off):
            return
        self.now = self.wall(at)
        self._hear(at)
        for office in self.feed.offices:
            self.arrivals.bring(office, at, self.now)
        self._probe(at)
        self._write_down(at)
        self._work()

    def _work(self) -> None:
        self._importer.round(self.now)
        self._rounds.round(self.now)
        with writing(self.engine) as connection:
            self.desk.round(connection, self.now)
        self._sending.tell()
        self._post()

    def _beat(self, at: int) -> None:
        """Rows of the hub's own record, old ones condensed as the part `alive` does."""
        rows = []
        while self._lived < len(self._alive) and self._alive[self._lived] <= at:
            true = self._alive[self._lived]
            rows.append({"at": self.wall(true), "mono": true, "boot": "h", "run": "r"})
            self._lived += 1
        with writing(self.engine) as connection:
            insert_new(connection, schema.hub_alive, rows)
            if len(rows) > _MANY:
                alive.condense(connection, rows[-_MANY // 2]["at"])
            pulse = {"process": "ingest", "at": self.wall(at), "connected": True, "lag_s": 0.0}
            put(connection, schema.heartbeat, [pulse])

    def _hear(self, at: int) -> None:
        """Words of sessions, and what was heard of sites in between."""
        while self._told < len(self._words) and self._words[self._told][0] <= at:
            when, site, status, heard = self._words[self._told]
            office = self._offices[site]
            self.arrivals.bring(office, min(when, heard), self.wall(min(when, heard)))
            self._seen({site: heard})
            word = Incoming(site=site, kind=Up.STATUS, payload=encode(status), at=self.wall(when))
            self.arrivals.receiver.take(arrivals.twice([word], self._chance))
            self._told += 1
        stays = ((o.site.name, _stay_at(o, at)) for o in self.feed.offices)
        self._seen(
            {
                name: min(at, stay.last_packet)
                for name, stay in stays
                if stay is not None and stay.online < at
            }
        )

    def _seen(self, heard: Mapping[str, int]) -> None:
        live = schema.site_live
        with writing(self.engine) as connection:
            for site, true in heard.items():
                at = self.wall(true)
                older = (live.c.last_seen_at.is_(None)) | (live.c.last_seen_at < at)
                mine = (live.c.site == site) & older
                connection.execute(update(live).where(mine).values(last_seen_at=at))

    def _write_down(self, at: int) -> None:
        while self._acts and self._acts[0][0] <= at:
            _, name, act = self._acts.pop(0)
            with writing(self.engine) as connection:
                self.done[name] = act(connection, self.now)
            if name == "storm":
                self.excused_at = self.now

    def _probe(self, at: int) -> None:
        """The hub's own prober: what it says right now of servers and routers, where it is sure."""
        said: list[OpenClaim] = []
        for name, processes in self._probed.items():
            told = feeding.about(name, Sli.REACHABLE, "hub", Rank.PROBE)
            recent = _stepped(_recent(processes, at), at, self.feed)
            found = feeding.probed(recent, told, self.now)
            sure = dict(_confirmed(recent, self.now))
            said += [_claim(each, sure) for each in found[-3:] if not each.blip]
        with writing(self.engine) as connection:
            held = {c.target: c for c in claims.listing(connection) if c.vantage == "hub"}
            for each in said:
                old = held.get(each.target)
                if old is None or each.begin >= old.begin:
                    claims.turn(connection, [each], self.now)

    def _post(self) -> None:
        """Every message reaches its reader at once."""
        outbox = schema.outbox
        with writing(self.engine) as connection:
            connection.execute(
                update(outbox)
                .where(outbox.c.state == "waiting", outbox.c.due_at <= self.now)
                .values(state="sent", ended_at=self.now)
            )

    def settle(self) -> None:
        """A week later every journal is in, but for those that never come."""
        end = self.feed.period[1] + 7 * DAY
        self.now = end
        for office in self.feed.offices:
            self.arrivals.bring_all(office, end)
        self._write_down(end)
        self._alive = list(range(self.feed.period[1], end + 1, 3 * HOUR))
        self._work()
        self.now = end + 2 * MINUTE
        self._work()

    def rows(self, name: str) -> list[dict[str, object]]:
        """A whole table."""
        table = schema.metadata.tables[name]
        with reading(self.engine) as connection:
            order = list(table.primary_key.columns)
            return [dict(r) for r in connection.execute(select(table).order_by(*order)).mappings()]


def _news(feed: Feed, office: Office) -> Iterable[int]:
    """When an office has something to tell of servers."""
    return probed.news(probed.servers_of(feed, office.site.name))


def _targets(office: Office) -> Iterable[Target]:
    """An office's line, its Pi, and the router behind the line."""
    name = office.site.name
    yield Target(
        id=link_of(name), name=name, kind=Kind.SITE_LINK, site=name,
        carrier=office.site.carrier, rules=Rules(vantages=(BROKER,)),
    )  # fmt: skip
    yield Target(
        id=pi_of(name), name=name, kind=Kind.DEVICE, site=name, parent=link_of(name),
        component="controller", rules=Rules(vantages=(name,)),
    )  # fmt: skip
    yield Target(
        id=f"{name}.router", name=name, kind=Kind.DEVICE, site=name, parent=link_of(name),
        rules=Rules(sli=Sli.REACHABLE),
    )  # fmt: skip


def _stepped(processes: list[list[Run]], at: int, feed: Feed) -> list[list[Run]]:
    """The same by the hub's clock: a step of it begins another run of the prober (R5)."""
    edges = sorted(edge for span in feed.world.clock_wrong for edge in span if edge <= at)
    if not edges or not processes:
        return processes
    begun = edges[-1]
    off = STEPPED if any(a <= begun < b for a, b in feed.world.clock_wrong) else 0
    found: list[list[Run]] = []
    for runs in processes:
        after = [cut for run in runs if (cut := _since(run, begun)) is not None]
        found.append([replace_first(run, off) for run in after])
    return [runs for runs in found if runs]


def _since(run: Run, begun: int) -> Run | None:
    skip = max(0, -(-(begun - run.first) // run.step))
    count = run.count - skip
    return Run(run.first + skip * run.step, run.step, count, run.answer) if count > 0 else None


def replace_first(run: Run, off: int) -> Run:
    """The same answers, so much later."""
    return Run(run.first + off, run.step, run.count, run.answer)


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
