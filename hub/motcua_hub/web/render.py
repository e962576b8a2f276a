"""What templates may use: words, local time, static files with a version, and form proofs."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from flask import Flask, url_for
from markupsafe import Markup

from motcua_hub.web import localtime, status
from motcua_hub.web.texts import Texts

_WHOLE_FROM: Final = 10
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


def event_name(texts: Texts) -> Callable[[str], str]:
    """Turns `ticket.issued/1` into words; a type this hub does not know stays as it is."""

    def name(kind: str) -> str:
        base = kind.partition("/")[0]
        words = texts.named("event", base)
        return kind if words == base else words

    return name


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
    app.jinja_env.filters.update(
        iso=localtime.iso,
        clock=localtime.clock,
        short=localtime.short,
        full=localtime.full,
        milli=localtime.milli,
        day=localtime.day,
        kind=status.kind_of,
        seconds=seconds,
        percent=percent,
        event_name=event_name(texts),
    )
