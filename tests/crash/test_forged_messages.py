"""Forgers with real certificates: another hub process, and another site's device.

They know how to speak and hear what their certificate lets them hear. The office must free no row
that the hub does not hold, and nothing of another site's may reach this one.
"""

import json
import random
import re
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from demo.client import Json
from demo.offices import OFFICES
from demo.stack import SiteStack, Stack, running
from motcua_contract import topics
from motcua_contract.messages import (
    MAX_BYTES,
    Ack,
    Hello,
    LinkState,
    MessageError,
    Nak,
    NakCode,
    Resume,
    Status,
    decode,
    encode,
)
from motcua_contract.topics import Down, Up
from motcua_provisioning.authority import Authority
from motcua_provisioning.broker import BrokerFolder
from support.faults import count, tell
from support.hubsite import T0, Journal
from support.invariants import check_all
from support.ledgers import (
    acknowledged,
    ask_hub,
    current,
    drained,
    edge_keys,
    hub_haves,
    incidents,
    streams,
)
from support.meddler import login
from support.mqtt_client import TAKEN, Client
from support.mutations import mutants
from support.office_work import Crowd, take
from support.waiting import until

FORGED = count(100, 1_000)
MUTANTS = count(100, 600)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240 + FORGED + MUTANTS)]
SMALL = OFFICES[0]
OTHER_DEVICE, OTHER = "d-ke-ben-1", "ke-ben"
HUGE = (0, 1, 2**31, 2**53, 2**62, 2**63, 10**30, -1)


class OpenStack(Stack):
    """A province with one more hub certificate and one more site, for the forgers."""

    def prepare(self) -> None:
        """As the base, and let the forgers in."""
        super().prepare()
        authority = Authority.load(self.folder / "ca")
        devices = {SMALL.device: SMALL.site, OTHER_DEVICE: OTHER}
        BrokerFolder(self.folder / "broker").refresh(authority, devices, hubs=("hub", "hub-2"))
        authority.issue_hub("hub-2").write(self.folder / "certs")
        authority.issue_device(OTHER_DEVICE).write(self.folder / "certs")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("forged") / "province"
    with running(OpenStack(folder, [SMALL])) as started:
        yield started


@pytest.fixture
def site(stack: Stack) -> SiteStack:
    """Everything runs at the beginning of each test."""
    if not stack.hub.running:
        stack.hub.start()
        stack.hub.wait_port(stack.hub_port, within=40)
    if not stack.sites[SMALL.site].edge.running:
        stack.sites[SMALL.site].start_edge()
    return stack.sites[SMALL.site]


def _forger(stack: Stack) -> Client:
    return Client(login(stack, "hub-2", stack.broker_port))


def _stranger(stack: Stack, will: tuple[str, bytes] | None = None) -> Client:
    return Client(login(stack, OTHER_DEVICE, stack.broker_port, OTHER), will=will)


def _figure(site: SiteStack, name: str) -> float:
    page = HTTPConnection("127.0.0.1", site.port, timeout=10)
    page.request("GET", "/metrics")
    text = page.getresponse().read().decode()
    page.close()
    found = re.search(rf'uplink\{{figure="{name}"\}} (\S+)', text)
    assert found, f"no figure {name}"
    return float(found[1])


def _tag(chance: random.Random) -> str | None:
    likely = f"{chance.getrandbits(128):032x}"
    return chance.choice((likely, likely, likely, "0" * 32, None, "", "AB" * 16, "x"))


def _forged(
    chance: random.Random, jids: list[str], last: int, nonces: list[str]
) -> tuple[Down, bytes]:
    """A message of a random kind that proves nothing, as text that may not even be one."""
    jid = chance.choice([*jids, "f" * 32])
    number = chance.choice((*HUGE, *range(1, last + 2)))
    huge, tag = chance.choice((*HUGE, 1, 1, 1, 2**62, 2**62)), _tag(chance)
    kind = chance.choice((Down.ACK, Down.NAK, Down.RESUME, Down.RESUME))
    body = {"v": 1, "jid": jid, "generation": huge, "credit": chance.choice((0, 4, 64, 64, 10**9))}
    if kind is Down.ACK:
        body |= {"upto": number, "tag": tag, "safe": huge}
    elif kind is Down.NAK:
        code = chance.choice(("gap", "conflict", "too_big", "bad"))
        body |= {"code": code, "have": number, "tag": tag}
    else:
        series = {"A": chance.choice((10**6, 2**53, 10**30)), "B" * 40: 5}
        day = chance.choice(("9999-12-31", "9999-99-99", "zzz", "2026-11-30"))
        have = {"jid": jid, "have": number, "tag": tag, "safe": huge}
        body |= {
            "nonce": chance.choice((*nonces, "n", "0" * 32)),
            "streams": [have] * chance.randint(0, 3),
            "hub_time": huge,
            "floor": {"business_day": day, "series": series},
        }
    return kind, json.dumps(body).encode()


def _readable(kind: Down, payload: bytes) -> bool:
    try:
        decode({Down.ACK: Ack, Down.NAK: Nak, Down.RESUME: Resume}[kind], payload)
    except MessageError:
        return False
    return True


def test_a_forger_with_a_hubs_certificate_frees_no_row(stack: Stack, site: SiteStack) -> None:
    take(site)
    until(lambda: drained(stack, site) and acknowledged(site))
    stack.hub.kill()
    numbers = [_number(take(site)) for _ in range(5)]
    held, before, pid = edge_keys(site), streams(site), site.edge.pid
    chance = random.Random(5)
    with _forger(stack) as forger:
        forger.subscribe(topics.all_sites(Up.HELLO))
        naks = _figure(site, "naks")
        for n in range(FORGED):
            if n % 50 == 0:
                # a new connection says a new hello, whose nonce is overheard
                _reconnect(site, forger, n)
            nonces = [decode(Hello, heard.payload).nonce for heard in forger.heard[-1:]]
            last = max(seq for _, seq in held)
            kind, payload = _forged(chance, list(before), last, nonces)
            forger.publish(topics.down(SMALL.site, kind), payload)
            naks += kind is Down.NAK and _readable(kind, payload)
        until(lambda: _figure(site, "naks") >= naks, within=30)
    assert site.edge.pid == pid, f"the office ended:\n{site.edge.tail()}"
    for jid, (acked, safe, purged) in streams(site).items():
        known = before[jid]
        assert acked <= known[0], "a row was freed that the hub does not hold"
        assert safe <= known[1]
        assert purged == known[2]
    assert held.items() <= edge_keys(site).items()
    assert _number(take(site)) == numbers[-1] + 1
    tell(f"forged {FORGED}: {_figure(site, 'forged_acks')} with wrong proof")
    stack.hub.start()
    stack.hub.wait_port(stack.hub_port, within=40)
    until(lambda: drained(stack, site) and acknowledged(site), within=30)
    check_all(stack, site)


def _number(ticket: Json) -> int:
    return int(str(ticket["label"])[1:])


def _reconnect(site: SiteStack, forger: Client, n: int) -> None:
    assert site.cable is not None
    heard = len(forger.heard)
    site.cable.pull()
    site.cable.plug()
    until(lambda: len(forger.heard) > heard, within=30)
    if n == 0:
        assert decode(Hello, forger.heard[-1].payload).jid == current(site)


def test_another_sites_certificate_reaches_nothing_of_this_site(
    stack: Stack, site: SiteStack
) -> None:
    journal = Journal("forged")
    journal.serve(1)
    gone = encode(Status(state=LinkState.OFFLINE, session="x", boot="b", at=T0))
    with _stranger(stack, will=(topics.up(SMALL.site, Up.STATUS), gone)) as stranger:
        for wanted in ("#", "mc/1/#", f"mc/1/{SMALL.site}/#", "mc/1/+/down/#", "mc/1/+/up/#"):
            stranger.subscribe(wanted)
        for kind, payload in _visits(journal, gone):
            told = stranger.publish(topics.up(SMALL.site, kind), payload, retain=True)
            assert told == "Not authorized"
        for kind in Down:
            stranger.publish(topics.down(SMALL.site, kind), b"{}", retain=True)
        assert stranger.publish(topics.HUB_STATUS, b"{}", retain=True) == "Not authorized"
        take(site)
        # the same journal under its own name is taken: there was nothing wrong with it
        for kind, payload in ((Up.HELLO, journal.hello()), (Up.BATCH, journal.batch())):
            assert stranger.publish(topics.up(OTHER, kind), payload) in TAKEN
        until(lambda: hub_haves(stack, OTHER).get(journal.jid) == journal.last)
        heard = [topic for topic in stranger.topics() if f"/{SMALL.site}/" in topic]
        stranger.drop()
    until(lambda: drained(stack, site))
    assert heard == []
    assert journal.jid not in hub_haves(stack, SMALL.site)
    assert ask_hub(stack, "SELECT status FROM site_live WHERE site = ?", SMALL.site) == [
        ("online",)
    ]
    assert not incidents(stack, SMALL.site)
    check_all(stack, site)


def _visits(journal: Journal, gone: bytes) -> list[tuple[Up, bytes]]:
    return [(Up.HELLO, journal.hello()), (Up.BATCH, journal.batch()), (Up.STATUS, gone)]


def _recorded(stack: Stack, site: SiteStack, forger: Client) -> list[tuple[str, bytes]]:
    """What the office really says, as if the other site said it."""
    forger.subscribe(f"mc/1/{SMALL.site}/up/#")
    assert site.cable is not None
    site.cable.pull()
    site.cable.plug()
    take(site)
    until(lambda: {t.rsplit("/", 1)[1] for t in forger.topics()} >= {"hello", "batch", "about"})
    until(lambda: drained(stack, site), within=30)
    return [(h.topic.replace(SMALL.site, OTHER), h.payload) for h in forger.heard]


def test_mutated_messages_through_the_broker_stop_neither_hub_nor_office(
    stack: Stack, site: SiteStack
) -> None:
    pids = stack.hub.pid, site.edge.pid
    good = Journal("honest")
    with _forger(stack) as forger, _stranger(stack) as stranger, Crowd(site, 7, 0.5) as crowd:
        stranger.subscribe(topics.down_filter(OTHER))
        said = _recorded(stack, site, forger)
        # retained ones would stay at the broker, and a broker drops what is over its limit
        batches = 0
        for n, (topic, payload) in enumerate(mutants(said, 7, MUTANTS)):
            assert stranger.publish(topic, payload) in TAKEN
            batches += topic.endswith("/batch")
            if n % 50 == 0:
                good.serve(n + 1)
                first = good.last - 4 if n else 1
                stranger.publish(topics.up(OTHER, Up.BATCH), good.batch(first))
                batches += 1
        stranger.publish(topics.up(OTHER, Up.BATCH), b" " * (MAX_BYTES + 1))
        until(lambda: _answered(stranger) >= batches + 1, within=60)
        answered = _answered(stranger)
        _mutate_answers(site, forger)
    assert answered == batches + 1
    assert (stack.hub.pid, site.edge.pid) == pids
    assert hub_haves(stack, OTHER)[good.jid] == good.last
    ((poisoned,),) = ask_hub(stack, "SELECT poisoned FROM site_live WHERE site = ?", OTHER)
    ((kept,),) = ask_hub(stack, "SELECT count(*) FROM poison")
    tell(f"mutants {2 * MUTANTS} through the broker, {poisoned} malformed at the hub, {kept} kept,")
    tell(f"{_figure(site, 'malformed')} malformed at the office; tickets {crowd.taken}")
    assert poisoned > MUTANTS // 2
    assert kept == min(poisoned, 200)
    assert _figure(site, "malformed") > MUTANTS // 4
    until(lambda: drained(stack, site) and acknowledged(site), within=40)
    check_all(stack, site)


def _answered(client: Client) -> int:
    return sum(topic.endswith(("/ack", "/nak")) for topic in client.topics())


def _mutate_answers(site: SiteStack, forger: Client) -> None:
    jid, tag = current(site), "0" * 32
    said = {
        Down.ACK: Ack(jid=jid, upto=1, tag=tag),
        Down.NAK: Nak(jid=jid, code=NakCode.GAP, have=1, tag=tag),
        Down.RESUME: Resume(nonce="n", streams=[], hub_time=T0),
    }
    samples = [(topics.down(SMALL.site, kind), encode(message)) for kind, message in said.items()]
    before = _figure(site, "malformed")
    for topic, payload in mutants(samples, 8, MUTANTS):
        forger.publish(topic, payload)
    forger.publish(topics.down(SMALL.site, Down.ACK), b"the last of them")
    until(lambda: _figure(site, "malformed") > before + MUTANTS // 4, within=30)
