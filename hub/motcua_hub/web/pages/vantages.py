"""Who probes, and by what each vantage knows that it is not cut off itself (R4)."""

from typing import Final

import msgspec
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from motcua_contract.probes import ProbeKind, Reference
from motcua_hub.store.engine import reading, writing
from motcua_hub.web import visitor
from motcua_hub.web.deeds import targets as deeds
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import vantages as query

Answer = str | tuple[str, int] | BaseResponse
_KINDS: Final = tuple(
    kind for kind in ProbeKind if kind in {ProbeKind.ICMP, ProbeKind.TCP, ProbeKind.HTTP}
)
_MOST: Final = 8
_LONGEST: Final = 2_000
_WORDS: Final = range(2, 4)


class UnreadableLineError(ValueError):
    """A line that names no reference; the message is its text."""


def blueprint(hub: Hub) -> Blueprint:
    """`/vantages`."""
    pages = Blueprint("vantages", __name__)

    @pages.get("/vantages")
    def page() -> str:
        return _page(hub)

    @pages.post("/vantages/<vantage>")
    def refer(vantage: str) -> Answer:
        return _refer(hub, vantage)

    return pages


def _page(hub: Hub, vantage: str = "", said: str = "", fault: str = "") -> str:
    with reading(hub.engine) as connection:
        found = query.listed(connection)
    return render_template(
        "vantages.html",
        here="vantages",
        found=found,
        write=written,
        kinds=_KINDS,
        chosen=vantage,
        said=said,
        fault=fault,
        may_write=visitor.current().role == visitor.ADMIN,
    )


def _refer(hub: Hub, vantage: str) -> Answer:
    with reading(hub.engine) as connection:
        known = {each.id for each in query.listed(connection)}
    if vantage not in known:
        abort(404)
    said = request.form.get("references", "")[:_LONGEST]
    try:
        references = read(said)
    except UnreadableLineError as error:
        return _page(hub, vantage, said, str(error)), 422
    with writing(hub.engine) as connection:
        deeds.refer(connection, vantage, references, visitor.by(hub))
    return redirect(url_for("vantages.page") + f"#{vantage}", code=303)


def read(said: str) -> tuple[Reference, ...]:
    """References, one a line: `icmp 10.0.0.1`, `tcp 10.0.0.2 443`.

    Raises:
        UnreadableLineError: A line is none, or there are too many.
    """
    lines = [line for line in (" ".join(each.split()) for each in said.splitlines()) if line]
    if len(lines) > _MOST:
        raise UnreadableLineError(lines[_MOST])
    return tuple(_reference(line) for line in dict.fromkeys(lines))


def _reference(line: str) -> Reference:
    words = line.split()
    if len(words) not in _WORDS or words[0].lower() not in _KINDS:
        raise UnreadableLineError(line)
    port = words[2] if len(words) == _WORDS[-1] else None
    try:
        return msgspec.convert(
            {"kind": words[0].lower(), "host": words[1], "port": port}, Reference, strict=False
        )
    except msgspec.ValidationError as error:
        raise UnreadableLineError(line) from error


def written(references: tuple[Reference, ...]) -> str:
    """The lines that `read` reads."""
    return "\n".join(
        f"{each.kind} {each.host}" + (f" {each.port}" if each.port else "") for each in references
    )
