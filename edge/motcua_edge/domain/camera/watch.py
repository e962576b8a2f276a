"""What is remembered of one camera from look to look, and what it leads to."""

import msgspec

from motcua_contract.sentences import say
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.camera.look import Look, Profile
from motcua_edge.domain.camera.reference import Reference, References, Sample
from motcua_edge.domain.camera.rules import (
    BLURRED,
    LOOKS,
    MOVED,
    Known,
    is_black,
    judge,
    looks_needed,
    offline,
)
from motcua_edge.domain.steady import Patience, Reading, Steady, badness
from motcua_edge.domain.steady import look as steady_look

_BY_REFERENCE = frozenset({MOVED, BLURRED})


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """One camera. Times are of the boot-time clock, in ms.

    Attributes:
        steady: The verdict in force and the one that has yet to last.
        references: What is learnt of it.
        captured_ms: The last look's capture time.
        rose_at: When the capture time last changed.
        bad_since: When the present trouble began; None while all is well.
        newest: The last look alone, without hysteresis.
        learns: Whether the last look's picture belongs into the reference picture.
    """

    steady: Steady = Steady()
    references: References = References()
    captured_ms: int | None = None
    rose_at: int = 0
    bad_since: int | None = None
    newest: Reading | None = None
    learns: bool = False

    @property
    def told(self) -> Reading | None:
        """The verdict in force."""
        return self.steady.told

    def reference(self, profile: Profile) -> Reference:
        """What is learnt for a profile."""
        return self.references.day if profile is Profile.DAY else self.references.night


def saw(watch: Watch, look: Look, *, lit: bool, mono: int) -> Watch:
    """After a look at `mono`."""
    profile = profile_of(lit=lit)
    rose = look.captured_ms != watch.captured_ms
    rose_at = mono if rose else watch.rose_at
    reference = watch.reference(profile)
    known = Known(
        lit=lit, sharpness=reference.sharpness, std=reference.std, stands_ms=mono - rose_at
    )
    reading = judge(look, known)
    after = _settled(watch, reading, looks_needed(reading, known), mono)
    learns = _learns(after, reading) and reference.learning and not is_black(look)
    return msgspec.structs.replace(
        after,
        captured_ms=look.captured_ms,
        rose_at=rose_at,
        learns=learns,
        references=_offered(after.references, profile, look) if learns else after.references,
    )


def missed(watch: Watch, why: str, *, mono: int) -> Watch:
    """After a try that gave no picture."""
    reading = offline(why)
    after = _settled(watch, reading, LOOKS[reading.code], mono)
    return msgspec.structs.replace(after, learns=False)


def begun(watch: Watch) -> Watch:
    """After our own program began anew: what held before is not known to hold any more."""
    return msgspec.structs.replace(watch, steady=Steady(), bad_since=None, newest=None)


def rested(watch: Watch) -> Watch:
    """While the office lives by its battery nobody looks, and nothing is known."""
    why = say("camera.rests")
    return msgspec.structs.replace(
        begun(watch), steady=Steady(told=Reading(HealthState.UNKNOWN, "", why)), learns=False
    )


def renewed(watch: Watch) -> Watch:
    """After a technician's wish to learn anew: what the old reference said is void."""
    told = watch.told
    void = told is not None and told.code in _BY_REFERENCE
    return msgspec.structs.replace(
        watch,
        references=References(),
        steady=Steady() if void else Steady(told=told),
        bad_since=None if void else watch.bad_since,
        learns=False,
    )


def profile_of(*, lit: bool) -> Profile:
    """Which reference holds now."""
    return Profile.DAY if lit else Profile.NIGHT


def _settled(watch: Watch, reading: Reading, looks: int, mono: int) -> Watch:
    told = watch.told
    better = LOOKS.get(told.code, 1) if told else 1
    steady = steady_look(
        watch.steady, reading, mono, Patience(worse_looks=looks, better_looks=better)
    )
    quiet = badness(reading) == 0 and (steady.told is None or badness(steady.told) == 0)
    since = None if quiet else (mono if watch.bad_since is None else watch.bad_since)
    return msgspec.structs.replace(watch, steady=steady, bad_since=since, newest=reading)


def _learns(after: Watch, reading: Reading) -> bool:
    """A reference never learns while a fault is active, or may be beginning."""
    told = after.told
    return reading.state is HealthState.OK and told is not None and told.state is HealthState.OK


def _offered(references: References, profile: Profile, look: Look) -> References:
    sample = Sample(look.sharpness, look.std)
    if profile is Profile.DAY:
        return References(references.day.offered(sample), references.night)
    return References(references.day, references.night.offered(sample))
