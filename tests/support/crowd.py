"""Random people and machines at a real rulebook, and what must hold whatever they do."""

import hashlib
from collections import Counter as Tally
from random import Random

from motcua_contract.facts import Fact, decode, encode, type_name
from motcua_contract.facts.base import TicketFact
from motcua_contract.facts.tickets import TicketCalled, TicketIssued, TicketUndone
from motcua_contract.siteconfig import Calendar, QueuePolicy, SiteConfig
from motcua_contract.vocabulary import (
    ClockState,
    CounterState,
    OrderPolicy,
    PrintFailure,
    Priority,
    Rung,
    ServiceState,
    TicketState,
)
from motcua_edge.domain import commands as c
from motcua_edge.domain import rows
from motcua_edge.domain.commands import Command
from motcua_edge.domain.decide import decide
from motcua_edge.domain.fold import apply, fold
from motcua_edge.domain.localtime import local
from motcua_edge.domain.model import Instant, OfficeState
from motcua_edge.domain.queue import AT_COUNTER
from motcua_edge.domain.refusals import Refusal
from support.desk import ms, site

OFFICERS = ("an", "binh", "chi", "nobody")
NONCE = "nonce"
HASH = hashlib.sha256(NONCE.encode()).hexdigest()
PAPER = PrintFailure.PAPER_OUT


def quick_site() -> SiteConfig:
    """Policies of seconds, so that short histories reach every guard."""
    queue = QueuePolicy(
        device_cooldown_s=0,
        recall_after_s=0,
        miss_min_calls=1,
        miss_after_s=0,
        missed_keep_minutes=1,
        hold_minutes=1,
        away_minutes=1,
        wrap_up_s=30,
        max_wait_minutes=2,
    )
    return site(queue, calendar=Calendar(always_open=True))


class Storage:
    """The row tables, written by diffs only."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, bytes]] = {name: {} for name in rows.TABLES}

    def write(self, changes: list[rows.RowChange]) -> None:
        for change in changes:
            if change.body is None:
                del self.tables[change.table][change.key]
            else:
                self.tables[change.table][change.key] = change.body


class Crowd:
    """Everybody at once. `act` does one random thing; `check` says what always holds."""

    def __init__(self) -> None:
        self.site = quick_site()
        self.state = OfficeState()
        self.now = Instant(ms("2026-11-23 08:00"), 0, ClockState.NTP, "boot-0")
        self.history: list[tuple[Fact, Instant]] = []
        self.storage = Storage()
        self.numbers: Tally[tuple[str, str, int]] = Tally()
        self.calls: Tally[str] = Tally()
        self.refusals: Tally[str] = Tally()
        self.silent = 0
        for number, who in ((1, "an"), (2, "binh"), (3, "chi")):
            device = f"dev-{number}"
            self.do(c.PairDevice(device=device, counter=number, token_sha256="a" * 64, actor="t"))
            self.do(c.LogIn(officer=who, counter=number, device=device))

    def do(self, command: Command) -> None:
        before = self.state
        try:
            facts = decide(before, self.site, command, self.now)
        except Refusal as refusal:
            self.refusals[refusal.code.value] += 1
            self.silent += not refusal.detail
            return
        assert facts
        state = before
        for fact in facts:
            state = apply(state, fact, self.now)
            self._note(fact)
        self._check_step(before, state, facts)
        self.storage.write(rows.diff(before, state))
        self.state = state

    def _note(self, fact: Fact) -> None:
        assert decode(type_name(fact), encode(fact)) == fact
        self.history.append((fact, self.now))
        if isinstance(fact, TicketIssued):
            self.numbers[fact.day, fact.series, fact.number] += 1
        if isinstance(fact, TicketCalled):
            self.calls[fact.call] += 1

    def _check_step(self, before: OfficeState, after: OfficeState, facts: tuple[Fact, ...]) -> None:
        assert after.office.version == before.office.version + len(facts)
        assert after.office.day >= before.office.day
        about = Tally(fact.ticket for fact in facts if isinstance(fact, TicketFact))
        undone = {fact.ticket for fact in facts if isinstance(fact, TicketUndone)}
        for key, old in before.tickets.items():
            new = after.tickets.get(key)
            if new is None:
                assert old.state.terminal or about[key]
                continue
            assert new.version == old.version + about[key]
            assert key in undone or not old.state.terminal or new.state is old.state

    # ---- random choices ----

    def _ticket(self, dice: Random, *states: TicketState) -> str:
        keys = [k for k, t in self.state.tickets.items() if not states or t.state in states]
        return dice.choice(keys) if keys else "20261123-Z999"

    def _officer(self, dice: Random, key: str) -> dict[str, object]:
        """Who acts: usually the right officer, sometimes anybody."""
        ticket = self.state.tickets.get(key)
        if ticket is not None and ticket.counter and dice.random() < 0.9:
            return {"ticket": key, "counter": ticket.counter, "officer": ticket.officer or ""}
        number = dice.randint(0, 3)
        return {"ticket": key, "counter": number, "officer": OFFICERS[number - 1]}

    def _seated(self, number: int) -> str:
        known = self.state.counters.get(str(number))
        return (known.officer if known else None) or "an"

    # ---- people ----

    def issue(self, dice: Random) -> None:
        booked = dice.random() < 0.1
        self.do(
            c.IssueTicket(
                service=dice.choice(["CT", "DD", "HT", "XX"]),
                priority=dice.choice([Priority.NONE, Priority.NONE, Priority.ELDERLY]),
                test=dice.random() < 0.1,
                booked_for=self.now.wall + dice.randint(-60, 3600) * 1000 if booked else None,
                late_consent=True,
            )
        )

    def call_next(self, dice: Random) -> None:
        number = dice.randint(1, 3)
        self.do(
            c.CallNext(
                counter=number, officer=self._seated(number), priority_only=dice.random() < 0.1
            )
        )

    def to_called(self, dice: Random) -> None:
        kind = dice.choice([c.Start, c.Start, c.Start, c.Recall, c.Requeue])
        self.do(kind(**self._officer(dice, self._ticket(dice, TicketState.CALLED))))

    def hear(self, dice: Random) -> None:
        key = self._ticket(dice, TicketState.CALLED, TicketState.SERVING)
        ticket = self.state.tickets.get(key)
        if ticket is None or ticket.call is None:
            return
        about = {"ticket": key, "call": ticket.call.id, "times": ticket.call.times, "zone": "m"}
        if dice.random() < 0.7:
            self.do(c.RecordPlayed(**about, rung=dice.choice(list(Rung)), frames=1))
        else:
            outcome = dice.choice(["failed", "superseded", "expired"])
            self.do(c.RecordNotPlayed(**about, outcome=outcome))

    def miss(self, dice: Random) -> None:
        self.do(c.Miss(**self._officer(dice, self._ticket(dice, TicketState.CALLED))))

    def to_served(self, dice: Random) -> None:
        who = self._officer(dice, self._ticket(dice, TicketState.SERVING))
        target = {
            "to_service": dice.choice(["CT", "DD", "HT"]),
            "to_counter": dice.choice([None, None, 1, 2, 3]),
            "policy": dice.choice(list(OrderPolicy)),
        }
        self.do(
            dice.choice(
                [
                    c.Finish(**who, nonce_sha256=HASH),
                    c.Finish(**who, nonce_sha256=HASH),
                    c.Hold(**who, reason="x"),
                    c.SendAway(**who, reason="x"),
                    c.Transfer(**who, **target),
                ]
            )
        )

    def come_back(self, dice: Random) -> None:
        if dice.random() < 0.3:
            self.do(c.Rejoin(ticket=self._ticket(dice, TicketState.MISSED)))
        parked = self._ticket(dice, TicketState.AWAY, TicketState.ON_HOLD)
        self.do(c.Resume(ticket=parked, expected_version=dice.choice([None, 3, 7])))

    def arrive_or_leave(self, dice: Random) -> None:
        self.do(c.CheckIn(ticket=self._ticket(dice, TicketState.BOOKED)))
        if dice.random() < 0.3:
            self.do(c.WalkOut(ticket=self._ticket(dice)))

    def rate(self, dice: Random) -> None:
        key = self._ticket(dice, TicketState.WRAP_UP, TicketState.SERVED)
        nonce = NONCE if dice.random() < 0.9 else "forged"
        if dice.random() < 0.8:
            self.do(c.GiveRating(ticket=key, nonce=nonce, level=dice.randint(0, 3)))
        else:
            self.do(c.DeclineRating(ticket=key, nonce=nonce))

    def undo(self, dice: Random) -> None:
        recent = sorted(self.state.tickets.values(), key=lambda ticket: ticket.last_at)[-3:]
        key = dice.choice(recent).id if recent else "20261123-Z999"
        who = self._officer(dice, key)
        ticket = self.state.tickets.get(key)
        if ticket is not None and ticket.last_actor:
            who["officer"] = ticket.last_actor
        self.do(c.Undo(**who))

    def end(self, dice: Random) -> None:
        if dice.random() < 0.7:
            key = self._ticket(dice, TicketState.WRAP_UP)
            self.do(c.CloseWrapUp(**self._officer(dice, key)))
        else:
            self.do(c.Void(ticket=self._ticket(dice), actor="chi", reason="x"))

    def out_of_turn(self, dice: Random) -> None:
        who = dice.choice([("an", 1), ("chi", 3)])
        key = self._ticket(dice)
        self.do(c.CallSpecific(ticket=key, officer=who[0], counter=who[1], reason="gấp"))

    # ---- the office ----

    def come_and_go(self, dice: Random) -> None:
        number = dice.randint(1, 3)
        known = self.state.counters.get(str(number))
        if known is not None and known.officer is not None:
            by = dice.choice(["", "chi", "binh"])
            self.do(c.LogOut(officer=known.officer, counter=number, forced_by=by))
        for free in (1, 2, 3):
            who = dice.choice(OFFICERS)
            self.do(c.LogIn(officer=who, counter=free, device=f"dev-{free}"))

    def pause(self, dice: Random) -> None:
        number = dice.randint(1, 3)
        known, who = self.state.counters.get(str(number)), self._seated(number)
        if known is not None and known.state is CounterState.BREAK:
            self.do(c.ResumeCounter(counter=number, officer=who))
        else:
            self.do(c.PauseCounter(counter=number, officer=who, reason="x"))

    def switch(self, dice: Random) -> None:
        state = dice.choice([*ServiceState, ServiceState.OPEN, ServiceState.OPEN])
        self.do(c.ChangeService(service="DD", state=state, reason="x"))
        if dice.random() < 0.2:
            self.do(c.SetTraining(on=not self.state.office.training, actor="chi"))

    def slip(self, dice: Random) -> None:
        key = self._ticket(dice)
        ticket = self.state.tickets.get(key)
        job = ticket.print.job if ticket else 1
        automatic = dice.random() < 0.5
        for step in dice.sample(
            [
                c.RecordPrintSent(ticket=key, job=job),
                c.RecordPrinted(ticket=key, job=job),
                c.RecordPrintFailed(ticket=key, job=job, cause=PAPER),
                c.RecordPrintUnknown(ticket=key, job=job, cause=PAPER),
                c.DropPrint(ticket=key, job=job),
                c.RequestReprint(ticket=key, reason="x", automatic=automatic),
            ],
            3,
        ):
            self.do(step)

    # ---- time ----

    def wait(self, dice: Random) -> None:
        step = dice.choice([0, 1000, 5000, 20_000, 61_000])
        self.now = Instant(
            self.now.wall + step, self.now.mono + step, self.now.clock, self.now.boot
        )
        self.do(c.Tick())

    def jump(self, dice: Random) -> None:
        before, step = self.now, dice.choice([-100, -1, 1, 5, 30]) * 3_600_000
        clock = dice.choice([*ClockState, ClockState.NTP, ClockState.NTP])
        self.now = Instant(before.wall + step, before.mono, clock, before.boot)
        self.do(c.RecordClock(before=before.clock.value, jump_ms=step))
        self.do(c.Tick())

    def reboot(self, dice: Random) -> None:
        clock = dice.choice(list(ClockState))
        self.now = Instant(self.now.wall, 0, clock, f"boot-{len(self.history)}")
        today = ms(f"{self.state.office.day or '2026-11-23'} 08:00")
        day = local(today + dice.choice([-1, 0, 0, 1]) * 86_400_000).date()
        self.do(c.ConfirmDay(day=day.isoformat(), actor="chi"))

    def floor(self, dice: Random) -> None:
        day = self.state.office.day or "2026-11-23"
        name = dice.choice(["A", "1", "U", "A2", "TEST"])
        number = dice.choice([dice.randint(0, 50), dice.randint(990, 1001)])
        self.do(c.AdvanceSeries(day=day, numbers={name: number}, cause="floor"))

    # ---- what always holds ----

    def check(self) -> None:
        assert not self.silent
        self._numbers_are_given_out_once()
        self._counters_hold_one_person()
        self._tickets_are_consistent()
        self._figures_leave_tests_out()
        assert rows.load(self.storage.tables) == self.state

    def check_history(self) -> None:
        """The fold of every fact is the state."""
        assert fold(OfficeState(), self.history) == self.state

    def _numbers_are_given_out_once(self) -> None:
        assert set(self.numbers.values()) <= {1}
        assert set(self.calls.values()) <= {1}
        for day, series, number in self.numbers:
            known = self.state.series.get(f"{day}/{series}")
            assert known is None or known.last >= number

    def _counters_hold_one_person(self) -> None:
        at = [t for t in self.state.tickets.values() if t.state in AT_COUNTER]
        assert len(at) == len({ticket.counter for ticket in at})
        for ticket in at:
            assert self.state.counters[str(ticket.counter)].officer == ticket.officer
        seated = [k.officer for k in self.state.counters.values() if k.officer is not None]
        assert len(seated) == len(set(seated))

    def _tickets_are_consistent(self) -> None:
        for ticket in self.state.tickets.values():
            assert ticket.state.terminal == (ticket.ended_at is not None)
            assert ticket.prior is None or ticket.prior.prior is None
            assert ticket.moved <= ticket.version
            assert ticket.test == ticket.series.startswith("TEST")

    def _figures_leave_tests_out(self) -> None:
        given = Tally(
            fact.service
            for fact, _ in self.history
            if isinstance(fact, TicketIssued)
            and not fact.test
            and fact.day == self.state.office.day
        )
        for code, service in self.state.services.items():
            if service.issued_day == self.state.office.day:
                assert service.issued == given[code]


OFTEN = (
    Crowd.issue,
    Crowd.issue,
    Crowd.call_next,
    Crowd.call_next,
    Crowd.to_called,
    Crowd.to_called,
    Crowd.hear,
    Crowd.miss,
    Crowd.to_served,
    Crowd.to_served,
    Crowd.rate,
    Crowd.wait,
    Crowd.undo,
    Crowd.end,
    Crowd.come_back,
    Crowd.slip,
)
SELDOM = (
    Crowd.arrive_or_leave,
    Crowd.out_of_turn,
    Crowd.come_and_go,
    Crowd.pause,
    Crowd.switch,
    Crowd.floor,
    Crowd.jump,
    Crowd.reboot,
)
