"""Outages as their evidence tells them, in seconds around an onset at 0; for tests of attribution.

`OUTAGE` is half an hour at an office whose journal is in and holds nothing unusual.
"""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from motcua_hub.domain.incident.circumstances import (
    AppEvent,
    AppKind,
    Boot,
    Circumstances,
    Hole,
    Loss,
    Mass,
    Planned,
    Reach,
    Stop,
    Symptom,
    SymptomKind,
    UpsSpan,
)

ONSET = 1_790_000_000_000
LENGTH = 1800


def at(seconds: float) -> int:
    """UTC ms of so many seconds after the onset."""
    return ONSET + int(seconds * 1000)


def boot(name: str, begin: float, last: float, **more: Any) -> Boot:
    """A boot that ticked without a break."""
    ticked = ((at(begin), at(last)),)
    base = Boot(boot_id=name, begin=at(begin), last=at(last), ticked=ticked, id=f"boot/{name}")
    return replace(base, **more)


def stopped(boot: Boot, reason: str) -> Boot:
    """The same, ended with a mark."""
    return replace(boot, stop=Stop(boot.last, reason, f"stop/{boot.boot_id}/{reason}"))


def ups(*told: tuple[float, float, str]) -> tuple[UpsSpan, ...]:
    """What a UPS said when."""
    return tuple(UpsSpan(at(a), at(b), s, f"ups/{a}/{s}") for a, b, s in told)


def reach(*told: tuple[float, float, bool | None, bool | None]) -> tuple[Reach, ...]:
    """What ticks said of gateway and hub."""
    return tuple(Reach(at(a), at(b), g, h, f"reach/{a}") for a, b, g, h in told)


def losses(*told: tuple[str, float, str]) -> tuple[Loss, ...]:
    """What else was lost, when, and who saw it."""
    return tuple(Loss(target, at(s), vantage, f"loss/{target}") for target, s, vantage in told)


def app(*told: tuple[float, AppKind]) -> tuple[AppEvent, ...]:
    """What happened to the program."""
    return tuple(AppEvent(at(s), kind, f"app/{s}/{kind}") for s, kind in told)


def symptom(kind: SymptomKind, seconds: float = 0) -> Symptom:
    """Something that was seen."""
    return Symptom(at(seconds), kind, f"symptom/{kind}/{seconds}")


def planned(begin: float, end: float) -> Planned:
    """Maintenance that counts."""
    return Planned(at(begin), at(end), f"window/{begin}")


def hole(begin: float, end: float) -> Hole:
    """The hub was away."""
    return Hole(at(begin), at(end), f"hole/{begin}")


def mass(lost: int, sites: int, carriers: int = 0, standing: int = 0) -> Mass:
    """So many sites went at once."""
    return Mass(lost=lost, sites=sites, id="mass", carriers=carriers, carriers_standing=standing)


SILENT = (symptom(SymptomKind.SILENCE),)
STEADY = (boot("a", -90_000, 3_000),)
"""One boot from yesterday until after the outage."""
DIED = (boot("a", -90_000, -4), boot("b", 1_700, 3_000))
"""The machine went at the onset and came back shortly before the end."""
OUTAGE = Circumstances(
    onset=at(0),
    end=at(LENGTH),
    now=at(LENGTH + 3600),
    kind="site_link",
    site="phuong-1",
    journal_until=at(LENGTH + 600),
    symptoms=SILENT,
)
NETWORK = replace(OUTAGE, boots=STEADY)
CRASH = replace(OUTAGE, boots=DIED)


def changed(base: Circumstances, **more: Any) -> Circumstances:
    """Circumstances with some of them different."""
    return replace(base, **more)


def marked(boots: Iterable[Boot], reason: str) -> tuple[Boot, ...]:
    """The same boots, the first of them ended with a mark."""
    first, *rest = boots
    return (stopped(first, reason), *rest)
