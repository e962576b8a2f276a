"""The pages: a frame, its texts, and a script that shows the snapshot."""

from typing import Final

import jinja2
import msgspec
from aiohttp import web
from markupsafe import Markup

from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.web.access import counter_number
from motcua_edge.web.deps import parts

TEMPLATES: web.AppKey[jinja2.Environment] = web.AppKey("templates", jinja2.Environment)
_EVERYWHERE: Final = ("page.", "error.", "refusal.")
_FIELDS: Final = ("kiosk.field.", "kiosk.purpose.", "kiosk.priority.")
_PHOTO_TYPES: Final = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}


def make_templates() -> jinja2.Environment:
    """Templates that escape everything and stop at an undefined name."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("motcua_edge.web", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _data_block(content: object) -> Markup:
    """JSON for a `<script type="application/json">`; no `<` in it can end the block."""
    return Markup(msgspec.json.encode(content).decode().replace("<", "\\u003c"))  # noqa: S704


def _page(
    request: web.Request, name: str, prefixes: tuple[str, ...], **more: object
) -> web.Response:
    everything = parts(request)
    site = everything.deps.office.site
    boot = {
        "texts": everything.texts.bundle(*_EVERYWHERE, *prefixes),
        "site": {"name": site.name, "name_en": site.name_en},
        "services": {s.code: (s.name, s.name_en) for s in site.services},
        "elderly_age": site.elderly_age,
        **more,
    }
    html = (
        request.app[TEMPLATES]
        .get_template(f"{name}.html")
        .render(
            page=name,
            t=everything.texts.vi,
            en=everything.texts.en,
            site=site,
            boot=_data_block(boot),
            **more,
        )
    )
    return web.Response(text=html, content_type="text/html")


async def index(request: web.Request) -> web.Response:
    """Links to every screen of the office."""
    counters = [c.number for c in parts(request).deps.office.site.counters]
    return _page(request, "index", ("index.",), counters=counters)


async def kiosk(request: web.Request) -> web.Response:
    """The touch screen at the door."""
    return _page(request, "kiosk", ("kiosk.", "ticket.", "hub.printer.", "counter.login."))


async def counter(request: web.Request) -> web.Response:
    """An officer's page."""
    prefixes = (
        "counter.",
        "hub.dev.",
        "hub.printer.",
        "health.",
        "display.back",
        "index.counter",
        *_FIELDS,
    )
    return _page(request, "counter", prefixes)


async def board(request: web.Request) -> web.Response:
    """The hall display."""
    return _page(request, "board", ("display.", "kiosk.priority."))


async def rating(request: web.Request) -> web.Response:
    """The rating screen of one counter."""
    number = counter_number(request)
    if parts(request).deps.office.site.counter(number) is None:
        detail = f"there is no counter {number}; the site configuration lists them"
        raise Refusal(RefusalCode.UNKNOWN_COUNTER, "counter", detail)
    return _page(request, "rating", ("rating.",), counter=number)


async def technician(request: web.Request) -> web.Response:
    """The technician's page."""
    prefixes = ("tech.", "counter.", "hub.dev.", "hub.printer.", "health.", "kiosk.day.")
    return _page(request, "technician", prefixes)


async def favicon(_request: web.Request) -> web.Response:
    """Browsers ask for it unasked."""
    raise web.HTTPMovedPermanently("/static/img/mark.svg")


async def photo(request: web.Request) -> web.StreamResponse:
    """An officer's photo, for the rating screen."""
    deps = parts(request).deps
    officer = deps.office.site.officer(request.match_info["officer"])
    if deps.photos is None or officer is None or not officer.photo:
        raise web.HTTPNotFound
    path = (deps.photos / officer.photo).resolve()
    inside = path.is_relative_to(deps.photos.resolve())
    kind = _PHOTO_TYPES.get(path.suffix.lower())
    if not inside or kind is None or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Content-Type": kind})
