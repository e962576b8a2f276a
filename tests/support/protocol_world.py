"""One site's real journal and sender, a network that misbehaves, and a hub: driven by tests.

The disk is faked by copying files: a power cut, an old card and a clone are all copies of a
committed state. The clock only moves when told to.
"""

import shutil
from pathlib import Path

from motcua_contract.facts.office import HelpCalled
from motcua_contract.messages import Ack, Batch, Hello, Message, Nak, Resume, encode
from motcua_contract.vocabulary import ClockState
from motcua_edge.domain import rows
from motcua_edge.domain.fold import apply
from motcua_edge.domain.model import Instant
from motcua_edge.journal import Origin, Reader, opening, purge
from motcua_edge.journal.entries import draft
from motcua_edge.journal.store import Store
from motcua_edge.journal.tools import verify_journal
from motcua_edge.services.uplink import batches
from motcua_edge.services.uplink.sender import Progress, Sender
from support.protocol_hubs import WALL, Hub

DAY = "2026-11-23"


def instant(now: int) -> Instant:
    return Instant(wall=WALL + now, mono=now, clock=ClockState.NTP, boot="boot")


class Machine:
    """A running edge on the card in `folder`."""

    def __init__(self, folder: Path, now: int) -> None:
        self.folder = folder
        self.path = folder / "journal.db"
        request = opening.Request(
            origin=Origin(hardware="pi", version="1"), now=instant(now), series=("A",)
        )
        self.store: Store
        self.store, self.opened = opening.open_store(self.path, request)
        self.reader = Reader(self.path)
        self.state = rows.load(self.reader.load_rows())
        self.sender = Sender(self.store.jid, lambda: 1.0)
        self.sender.learn(self.reader.streams())
        self.sender.connected(now)
        self._hellos = 0

    def commit(self, count: int, now: int) -> None:
        facts = [HelpCalled(device=f"kiosk-{n}") for n in range(count)]
        after = self.state
        for fact in facts:
            after = apply(after, fact, instant(now))
        waiting = draft(facts, rows.diff(self.state, after), DAY, instant(now))
        self.store.transact(lambda store: store.append(waiting))
        self.state = after
        self.sender.grew(self.store.last_seq)

    def speak(self, now: int) -> list[tuple[str, bytes]]:
        """Everything the sender wants to say now."""
        said: list[tuple[str, bytes]] = []
        if self.sender.hello_due(now):
            said.append(("hello", self._hello(now)))
        while want := self.sender.want(now):
            entries = self.reader.events_after(want.jid, want.after, want.limit, 10**6)
            if not entries:
                self.sender.nothing_there(want, now)
                continue
            fit = batches.fitting(entries, min(want.limit, 4), 10**6)
            batch = batches.batch(fit, want.stubs)
            self.sender.sent(batch.jid, (batch.first, batch.last), now)
            said.append(("batch", encode(batch)))
        return said

    def _hello(self, now: int) -> bytes:
        self.sender.learn(self.reader.streams())
        self._hellos += 1
        hello = Hello(
            nonce=f"{self.store.jid}-{self._hellos}",
            device="d-7f3k",
            boot="boot",
            now_mono=now,
            now_wall=WALL + now,
            clock=ClockState.NTP,
            jid=self.store.jid,
            streams=self.sender.hello_streams(),
        )
        self.sender.hello_sent(hello.nonce, now)
        return encode(hello)

    def hear(self, message: Message, now: int) -> None:
        if isinstance(message, Ack):
            digest = self._digest(message.jid, message.upto)
            self._note(self.sender.on_ack(message, digest, now))
        elif isinstance(message, Nak):
            digest = self._digest(message.jid, message.have) if message.jid else None
            self._note(self.sender.on_nak(message, digest, now))
        elif isinstance(message, Resume):
            digests = {said.jid: self._digest(said.jid, said.have) for said in message.streams}
            for step in self.sender.on_resume(message, digests, now) or []:
                self._note(step)

    def _digest(self, jid: str, seq: int) -> bytes | None:
        entry = self.reader.entry(jid, seq)
        return entry.digest if entry else None

    def _note(self, step: Progress | None) -> None:
        if step is not None and step.rewound:
            self.store.transact(lambda store: store.rewind(step.jid, step.upto, step.safe))
        elif step is not None:
            self.store.transact(lambda store: store.ack(step.jid, step.upto, step.safe))

    def purge(self) -> None:
        for step in purge.plan(self.reader, pressure=True):
            self.store.transact(lambda store, step=step: store.purge(step.jid, step.upto))

    def digests(self) -> dict[tuple[str, int], bytes]:
        return {(e.jid, e.seq): e.digest for e in self.reader.export()}

    def image(self, target: Path) -> None:
        """The card as it is at this moment, log and all."""
        target.mkdir()
        for file in self.folder.iterdir():
            if "-shm" not in file.name:
                shutil.copy(file, target / file.name)

    def close(self) -> None:
        self.reader.close()
        self.store.close()


class World:
    """Machines that say they are one site, the messages between, and the hub."""

    def __init__(self, folder: Path, hub: Hub) -> None:
        self.hub = hub
        self.now = 1_000
        self.up: list[tuple[str, bytes]] = []
        self.down: list[Message] = []
        self.committed: dict[tuple[str, int], bytes] = {}
        self.ever: set[tuple[str, int]] = set()
        self._folder = folder
        self._cards = 0
        self._image: Path | None = None
        self.machines = [Machine(self._card(), self.now)]
        self.note()

    def _card(self) -> Path:
        folder = self._new_name()
        folder.mkdir()
        return folder

    def _new_name(self) -> Path:
        self._cards += 1
        return self._folder / f"card-{self._cards}"

    def note(self) -> None:
        """Remember everything that was ever committed, and check that copies agree (I1, I2)."""
        for machine in self.machines:
            for key, digest in machine.digests().items():
                assert self.committed.setdefault(key, digest) == digest

    def speak(self, index: int) -> None:
        self.up += self.machines[index].speak(self.now)

    def deliver_up(self, index: int, *, keep: bool) -> None:
        kind, payload = self.up[index] if keep else self.up.pop(index)
        answers = self.hub.on_hello(payload) if kind == "hello" else self.hub.on_batch(payload)
        self.down += answers
        self.ever |= self.hub.digests().keys()

    def deliver_down(self, index: int, *, keep: bool) -> None:
        message = self.down[index] if keep else self.down.pop(index)
        for machine in self.machines:
            machine.hear(message, self.now)

    def power_cut(self, index: int) -> None:
        card = self._new_name()
        self.machines[index].image(card)
        self._start(index, card)

    def take_image(self, index: int) -> None:
        self._image = self._new_name()
        self.machines[index].image(self._image)

    def restore_image(self, index: int) -> None:
        if self._image is not None:
            self._start(index, self._copy_of(self._image))

    def clone(self) -> None:
        if self._image is not None and len(self.machines) == 1:
            self.machines.append(Machine(self._copy_of(self._image), self.now))
            self.note()

    def _copy_of(self, image: Path) -> Path:
        card = self._new_name()
        shutil.copytree(image, card)
        return card

    def _start(self, index: int, card: Path) -> None:
        self.machines[index].close()
        self.machines[index] = Machine(card, self.now)
        self.note()

    def reconnect(self, index: int) -> None:
        self.machines[index].sender.connected(self.now)

    def check(self) -> None:
        """I4 on every machine: what is acknowledged was held."""
        known = self.ever | self.hub.gaps()
        for machine in self.machines:
            for stream in machine.reader.streams():
                missing = {(stream.jid, n) for n in range(1, stream.acked + 1)} - known
                assert not missing, f"acknowledged but never held: {sorted(missing)[:5]}"
                assert stream.purged <= stream.last

    def heal(self) -> None:
        """Everything works again, for long enough."""
        self.up.clear()
        self.down.clear()
        for index in range(len(self.machines)):
            self.reconnect(index)
            for _ in range(60):
                self.speak(index)
                while self.up:
                    self.deliver_up(0, keep=False)
                while self.down:
                    self.deliver_down(0, keep=False)
                self.now += 2_500
                if self._idle(index):
                    break

    def _idle(self, index: int) -> bool:
        sender = self.machines[index].sender
        return sender.outbox == 0 and not sender.hello_due(self.now)

    def check_healed(self) -> None:
        """U3, U4, U5, and each journal's own audit (U6)."""
        held, gaps = self.hub.digests(), self.hub.gaps()
        assert held.items() <= self.committed.items(), "the hub has what nobody wrote"
        for machine in self.machines:
            assert machine.sender.outbox == 0
            lacking = machine.digests().keys() - held.keys()
            assert not lacking, f"missing after healing: {sorted(lacking)[:5]}"
            assert verify_journal(machine.path) == []
        for jid, have in self.hub.haves().items():
            for n in range(1, have + 1):
                assert (jid, n) in held or (jid, n) in gaps, f"undeclared gap: {jid} {n}"
        assert not gaps & held.keys(), "a gap is declared that is not one"

    def close(self) -> None:
        for machine in self.machines:
            machine.close()
        self.hub.close()


def forged(jid: str, upto: int) -> Ack:
    """An acknowledgement by somebody who holds nothing."""
    return Ack(jid=jid, upto=upto, tag="f" * 32, safe=upto)


__all__ = ["Batch", "Machine", "World", "forged"]
