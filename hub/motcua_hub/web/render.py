"""What templates may use: words, local time, static files with a version, and form proofs."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from flask import Flask, url_for
from markupsafe import Markup, escape

from motcua_contract.faults import Fault, find
from motcua_hub.domain.health.kinds import kind_of
from motcua_hub.domain.health.said import shown
from motcua_hub.web import localtime
from motcua_hub.web.navigation import area_of, areas
from motcua_hub.web.texts import Texts
from motcua_hub.web.views import target_forms

_WHOLE_FROM: Final = 10
_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_HUNDRED: Final = 100
_MIB: Final = 2**20
_GIB: Final = 2**30
_VIETNAMESE: Final = str.maketrans(",.", ".,")
_STATIC: Final = Path(__file__).parent / "static"


def _asset_versions() -> dict[str, str]:
    names = [path for path in _STATIC.iterdir() if path.is_file()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in names}


def _asset_url(versions: dict[str, str]) -> Callable[[str], str]:
    def asset(name: str) -> str:
        return url_for("static", filename=name, v=versions[name])

    return asset


def seconds(ms: int) -> str:
    """Milliseconds as seconds for reading: `0,2`, `30`."""
    value = ms / 1000
    whole = value >= _WHOLE_FROM or value == int(value)
    return f"{value:.0f}" if whole else f"{value:.1f}".replace(".", ",")


def percent(value: float) -> str:
    """A rate for reading: `97,5 %`."""
    return f"{value:.1f}".replace(".", ",") + "\u00a0%"


def number(value: float) -> str:
    """A number for reading: `1.234`, `97,5`, `0,05`."""
    size = abs(value)
    places = 0 if value == int(value) or size >= _HUNDRED else 1 if size >= 1 else 2
    text = f"{value:,.{places}f}"
    return text.translate(_VIETNAMESE)


def measured(value: float, quantity: str) -> str:
    """A number of a component, in the unit its name ends with."""
    if quantity.endswith("_bytes"):
        return (
            f"{number(value / _GIB)}\u00a0GiB"
            if value >= _GIB
            else f"{number(value / _MIB)}\u00a0MiB"
        )
    if quantity.endswith(("_ratio", "_share")):
        return percent(value * _HUNDRED)
    return number(value)


def month(ms: int) -> str:
    """Local month and year: `11/2026`."""
    return localtime.at(ms).strftime("%m/%Y")


def event_name(texts: Texts) -> Callable[[str], str]:
    """Turns `ticket.issued/1` into words; a type this hub does not know stays as it is."""

    def name(kind: str) -> str:
        base = kind.partition("/")[0]
        words = texts.named("event", base)
        return kind if words == base else words

    return name


def told(said: str, detail: str) -> str:
    """What a component said of itself: in Vietnamese, else marked as the English that it is."""
    words = shown(said)
    if words or not detail:
        return words
    return Markup('<span lang="en">{}</span>').format(detail)


def fault_name(texts: Texts) -> Callable[[str, str], str]:
    """What is wrong, in words: the card's title, else the code's name."""

    def name(component: str, code: str) -> str:
        fault = find(component, code) if code else None
        return fault.card.title if fault else texts.named("code", code)

    return name


def threshold(texts: Texts) -> Callable[[Fault], Markup]:
    """When a fault is told and ends, in Vietnamese; in English when the words are out of date."""

    def words(fault: Fault) -> Markup:
        key = f"threshold.{fault.device}.{fault.code}"
        if texts.has(key) and texts.en(key) == fault.rule:
            return escape(texts.vi(key))
        return Markup('<span lang="en">{}</span>').format(fault.rule)

    return words


def device_name(texts: Texts) -> Callable[[str], str]:
    """What a component is, in words; an asset's key says nothing to people."""

    def name(component: str) -> str:
        return texts.named("device", kind_of(component))

    return name


def lasted(texts: Texts) -> Callable[[int], str]:
    """A length of time for reading: `47 phút`, `3 giờ`, `12 ngày`."""

    def words(ms: int) -> str:
        minutes = ms // 60_000
        if minutes < 1:
            return texts.vi("unit.under_minute")
        if minutes < 2 * _HOUR:
            return texts.vi("unit.minutes", n=minutes)
        if minutes < 2 * _DAY:
            return texts.vi("unit.hours", n=minutes // _HOUR)
        return texts.vi("unit.days", n=minutes // _DAY)

    return words


def weekday(texts: Texts) -> Callable[[int], str]:
    """The name of a weekday, 1 is Monday."""

    def name(number: int) -> str:
        return texts.vi(f"weekday.{number}")

    return name


def weekdays(texts: Texts) -> Callable[[tuple[int, ...]], str]:
    """Some weekdays for reading: `Thứ Hai–Thứ Sáu`, `Thứ Bảy`."""

    def names(days: tuple[int, ...]) -> str:
        told = [texts.vi(f"weekday.{number}") for number in days]
        in_a_row = days == tuple(range(days[0], days[0] + len(days))) if days else False
        return f"{told[0]}–{told[-1]}" if in_a_row and len(told) > 1 else ", ".join(told)

    return names


def span(texts: Texts) -> Callable[[int], str]:
    """An exact length for reading, in its two or three largest units: `2 ngày 3 giờ 5 phút`."""

    def words(ms: int) -> str:
        seconds = ms // 1000
        sizes = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
        found: list[str] = []
        for name, size in sizes:
            many, seconds = divmod(seconds, size)
            if many:
                found.append(texts.vi(f"targets.unit.{name}", n=many))
        return " ".join(found[:3]) or texts.vi("targets.unit.s", n=0)

    return words


def promise(share: str) -> str:
    """`999/1000` as `99,9 %`."""
    return f"{target_forms.percent(share)}\u00a0%"


def form_proof(value: str) -> Markup:
    """The hidden field that every form carries."""
    return Markup('<input type="hidden" name="proof" value="{}">').format(value)


def set_up(app: Flask, texts: Texts) -> None:
    """Give all templates their tools."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.auto_reload = False
    app.jinja_env.globals.update(
        t=texts.vi, en=texts.en, named=texts.named, asset=_asset_url(_asset_versions())
    )
    app.jinja_env.globals.update(
        # endpoints are known once all blueprints are registered, so this is asked page by page
        areas=lambda: areas(app.view_functions),
        area_of=area_of,
        fault=find,
        fault_name=fault_name(texts),
        told=told,
        device_name=device_name(texts),
        threshold=threshold(texts),
    )
    app.jinja_env.filters.update(
        iso=localtime.iso,
        clock=localtime.clock,
        short=localtime.short,
        full=localtime.full,
        milli=localtime.milli,
        day=localtime.day,
        kind=kind_of,
        seconds=seconds,
        percent=percent,
        number=number,
        measured=measured,
        month=month,
        event_name=event_name(texts),
        lasted=lasted(texts),
        span=span(texts),
        promise=promise,
        weekday=weekday(texts),
        weekdays=weekdays(texts),
    )
