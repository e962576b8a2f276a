"""What the pages and the API need, as plain constructor arguments."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import msgspec
from aiohttp import web
from prometheus_client import CollectorRegistry

from motcua_edge.services.cameras import Cameras
from motcua_edge.services.office import OfficeService
from motcua_edge.services.pads import PadBench
from motcua_edge.services.rating_desk import RatingDesk
from motcua_edge.services.sessions import Sessions
from motcua_edge.web.metrics import WebMetrics
from motcua_edge.web.pace import Pace
from motcua_edge.web.snapshots import SnapshotCache
from motcua_edge.web.texts import Texts


class UnavailableError(Exception):
    """A control cannot do its work now; str() says why and what to do, in English."""


class Controls(msgspec.Struct, frozen=True, kw_only=True):
    """What buttons can make devices do. Each may raise UnavailableError.

    `speak` gets ready Vietnamese text, digits already spelt. `figures` are journal and uplink
    numbers for the technician. `not_ready` lists reasons why `/readyz` is 503; empty means ready.
    `sound_heard` takes an officer's word on whether the last test was heard in the hall.
    `present` takes a screen's heartbeat: its component, and how many ms ago it painted fresh data
    and was touched (None: never).
    """

    test_print: Callable[[], Awaitable[None]]
    test_sound: Callable[[], Awaitable[None]]
    speak: Callable[[str], Awaitable[None]]
    figures: Callable[[], Mapping[str, int | float | str]]
    not_ready: Callable[[], tuple[str, ...]]
    sound_heard: Callable[[str, bool], Awaitable[None]]
    present: Callable[[str, int, int | None], None] = lambda *_: None


class Deps(msgspec.Struct, frozen=True, kw_only=True):
    """Everything `build_app` needs. `photos` is the folder of officers' photos, if any.

    `cameras`, if any, are also what the notices on kiosk and board speak of.
    """

    office: OfficeService
    sessions: Sessions
    desk: RatingDesk
    controls: Controls
    registry: CollectorRegistry
    lan: tuple[str, ...]
    software: str
    photos: Path | None = None
    cameras: Cameras | None = None
    pads: PadBench | None = None
    max_streams_per_address: int = 64
    max_streams: int = 512


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What `build_app` makes of the dependencies, for the handlers."""

    deps: Deps
    texts: Texts
    metrics: WebMetrics
    snapshots: SnapshotCache
    speaking: Pace


PARTS: web.AppKey[Parts] = web.AppKey("parts", Parts)


def parts(request: web.Request) -> Parts:
    """The parts of the application that serves a request."""
    return request.app[PARTS]
