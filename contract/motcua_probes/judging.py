"""What a vantage's samples of one target say, told sample by sample (R1 to R3).

The same as the ledger's `availability.samples.claims` says of all samples together, which a test
compares; here each sample costs the same whether the target has been up for a minute or a year.
"""

from enum import StrEnum

import msgspec

from motcua_contract.probes import ProbeSpec
from motcua_probes.results import Outcome, Sample


class Claim(StrEnum):
    """What the vantage says of a time."""

    UP = "up"
    DOWN = "down"
    BLIND = "blind"


class Spell(msgspec.Struct, frozen=True, gc=False):
    """`[begin, end)` (UTC ms) of which one thing is said.

    Attributes:
        blip: Failures that were never confirmed.
        edge: The gap to the opposite sample before `begin`.
        confirmed_at: When the outage that begins here was sure; None for anything else.
    """

    begin: int
    end: int
    claim: Claim
    blip: bool = False
    edge: int = 0
    confirmed_at: int | None = None
    cause: str = ""


class Change(msgspec.Struct, frozen=True, gc=False):
    """A confirmed change: up or down since `since`, sure at `at`."""

    claim: Claim
    since: int
    at: int
    cause: str = ""


class Judged(msgspec.Struct, frozen=True, gc=False):
    """What one more sample made sure.

    Attributes:
        closed: Spells that will never change again, oldest first.
        change: The target is now known to be up or down, and was not before.
    """

    closed: tuple[Spell, ...] = ()
    change: Change | None = None


_NOTHING = Judged()


class _Piece:
    """Samples in a row of one kind in the group that is being judged."""

    __slots__ = ("begin", "blind", "cause", "edge", "end")

    def __init__(self, begin: int, end: int, *, blind: bool, edge: int, cause: str) -> None:
        self.begin, self.end, self.blind, self.edge, self.cause = begin, end, blind, edge, cause


class _Verdict(msgspec.Struct, frozen=True, gc=False):
    """What a group of definite samples with one outcome means."""

    claim: Claim
    blip: bool = False
    confirmed_at: int | None = None


class Judge:
    """Judges the samples of one run; `end` it with the run, and begin another.

    Args:
        spec: How it is probed: horizon and confirmation.
    """

    def __init__(self, spec: ProbeSpec) -> None:
        self._spec = spec
        self._horizon = spec.horizon
        self._down = False
        self._told: Claim | None = None
        self._last_at: int | None = None
        self._definite: tuple[int, Outcome] | None = None
        self._since = self._count = 0
        self._verdict: _Verdict | None = None
        self._pieces: list[_Piece] = []
        self._open: Spell | None = None
        self._closed: list[Spell] = []

    @property
    def unsure(self) -> bool:
        """Whether a change waits to be confirmed: the next sample should come soon."""
        return self._count > 0 and self._verdict is None

    @property
    def open(self) -> Spell | None:
        """What is said right now; it may still grow, and ends at the horizon of the last sample.

        While a change waits to be confirmed this goes on saying what was said before.
        """
        if self._open is None or self._last_at is None:
            return None
        return msgspec.structs.replace(self._open, end=self._last_at + self._horizon)

    def feed(self, sample: Sample) -> Judged:
        """Judge one more sample. One that is not later than the last is left out."""
        last = self._last_at
        if last is not None:
            if sample.at <= last:
                return _NOTHING
            if self._steady(sample, last):
                return _NOTHING
            if sample.at - last > self._horizon:
                self._finish(last + self._horizon)
            else:
                self._until(sample.at)
        self._last_at = sample.at
        change = None
        if sample.outcome is Outcome.BLIND:
            self._blind(sample)
        else:
            change = self._said(sample)
        if not self._closed and change is None:
            return _NOTHING
        return Judged(self._taken(), change)

    def _steady(self, sample: Sample, last: int) -> bool:
        """The way of nearly every sample: up and still up."""
        definite = self._definite
        if (
            definite is None
            or sample.outcome is not Outcome.OK
            or definite[1] is not Outcome.OK
            or definite[0] != last
            or self._verdict is None
            or self._pieces
            or sample.at - last > self._horizon
        ):
            return False
        self._last_at = sample.at
        self._definite = (sample.at, Outcome.OK)
        return True

    def end(self, at: int) -> tuple[Spell, ...]:
        """Close everything at `at` or at the horizon, whichever is first; nothing is known then."""
        if self._last_at is not None:
            self._finish(max(self._last_at, min(at, self._last_at + self._horizon)))
        self._told = None
        return self._taken()

    def _taken(self) -> tuple[Spell, ...]:
        closed, self._closed = tuple(self._closed), []
        return closed

    def _until(self, at: int) -> None:
        """What was said last ends here, unless the next sample says the same."""
        if self._pieces:
            self._pieces[-1].end = at
        elif self._open is not None:
            self._open = msgspec.structs.replace(self._open, end=at)

    def _blind(self, sample: Sample) -> None:
        self._piece(sample, blind=True, edge=0)
        if not self.unsure:
            self._settle(self._verdict)

    def _said(self, sample: Sample) -> Change | None:
        before = self._definite
        opposite = before is not None and before[1] is not sample.outcome
        if opposite:
            self._close_group()
        edge = sample.at - before[0] if before is not None and opposite else 0
        self._definite = (sample.at, sample.outcome)
        self._since = self._since if self._count else sample.at
        self._count += 1
        self._piece(sample, blind=False, edge=edge)
        if self._verdict is None:
            self._verdict = self._judged(sample)
        if self._verdict is None:
            return None
        self._settle(self._verdict)
        return self._changed(self._verdict, sample)

    def _changed(self, verdict: _Verdict, sample: Sample) -> Change | None:
        if verdict.claim is self._told:
            return None
        self._told = verdict.claim
        cause = sample.cause if verdict.claim is Claim.DOWN else ""
        return Change(verdict.claim, self._since, sample.at, cause)

    def _judged(self, sample: Sample) -> _Verdict | None:
        """The group's meaning, once no further sample can change it."""
        if sample.outcome is Outcome.FAIL:
            if self._down:
                return _Verdict(Claim.DOWN)
            if self._count < self._spec.n_down:
                return None
            self._down = True
            return _Verdict(Claim.DOWN, confirmed_at=sample.at)
        if self._down and self._count < self._spec.n_up:
            return None
        self._down = False
        return _Verdict(Claim.UP)

    def _close_group(self) -> None:
        """Nothing more will be added: what is not confirmed now never was."""
        if self.unsure:
            failures = self._definite is not None and self._definite[1] is Outcome.FAIL
            self._settle(_Verdict(Claim.DOWN, blip=failures))
        self._count, self._verdict = 0, None

    def _piece(self, sample: Sample, *, blind: bool, edge: int) -> None:
        end = sample.at + self._horizon
        last = self._pieces[-1] if self._pieces else None
        if last is not None and last.blind is blind:
            last.end, last.cause = end, last.cause or sample.cause
        else:
            cause = "" if blind else sample.cause
            piece = _Piece(sample.at, end, blind=blind, edge=edge, cause=cause)
            self._pieces.append(piece)

    def _settle(self, verdict: _Verdict | None) -> None:
        """Hand over the pieces of the group as what they mean."""
        for each in self._pieces:
            if each.blind:
                self._join(Spell(each.begin, each.end, Claim.BLIND))
            elif verdict is not None:
                cause = each.cause if verdict.claim is Claim.DOWN else ""
                self._join(
                    Spell(
                        each.begin, each.end, verdict.claim, verdict.blip, each.edge,
                        verdict.confirmed_at, cause,
                    )
                )  # fmt: skip
        self._pieces = []

    def _join(self, spell: Spell) -> None:
        last = self._open
        if last is None or last.end != spell.begin:
            self._push(spell)
        elif (last.claim, last.blip) == (spell.claim, spell.blip):
            cause = last.cause or spell.cause
            self._open = msgspec.structs.replace(last, end=spell.end, cause=cause)
        else:
            self._push(spell)

    def _push(self, spell: Spell) -> None:
        if self._open is not None:
            self._closed.append(self._open)
        self._open = spell

    def _finish(self, at: int) -> None:
        """A silence or the run's end: judge what there is, and forget."""
        self._until(at)
        self._close_group()
        self._settle(None)
        if self._open is not None and self._open.end > self._open.begin:
            self._closed.append(self._open)
        self._open = self._definite = self._last_at = None
        self._down, self._told = False, None
