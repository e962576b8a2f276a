"""What technicians may ask of cameras: pictures, each with its reason on record, and references."""

import logging
from collections.abc import Awaitable
from typing import Final, TypeVar

from aiohttp import web

from motcua_edge.services.cameras import Cameras, NoPictureError, NoSuchCameraError
from motcua_edge.web import bodies as b
from motcua_edge.web.access import WHO
from motcua_edge.web.deps import UnavailableError, parts
from motcua_edge.web.errors import BadRequestError
from motcua_edge.web.replies import json_reply

_LOG: Final = logging.getLogger(__name__)
T = TypeVar("T")


async def take(request: web.Request) -> web.Response:
    """POST /api/v1/technician/camera-picture: store one masked picture; who and why is recorded."""
    body = await b.read_body(request, b.PictureBody)
    asked = _cameras(request).snapshot(body.camera, body.reason, request[WHO].officer)
    path = await _answered(asked)
    return json_reply({"camera": body.camera, "file": path.name}, status=201)


async def relearn(request: web.Request) -> web.Response:
    """POST /api/v1/technician/camera-relearn: the present view is the good one from now on."""
    body = await b.read_body(request, b.CameraBody)
    await _answered(_cameras(request).relearn(body.camera, request[WHO].officer))
    return json_reply({"camera": body.camera})


async def show(request: web.Request) -> web.StreamResponse:
    """A stored picture, for technicians only; no cache keeps it."""
    camera, file = request.match_info["camera"], request.match_info["file"]
    try:
        path = _cameras(request).stored(camera, file)
    except LookupError as error:
        raise web.HTTPNotFound from error
    _LOG.info("picture %s of %s shown to %s", file, camera, request[WHO].officer)
    headers = {"Content-Type": "image/jpeg", "Cache-Control": "no-store"}
    return web.FileResponse(path, headers=headers)


def _cameras(request: web.Request) -> Cameras:
    cameras = parts(request).deps.cameras
    if cameras is None:
        msg = "this office has no camera; cameras are listed in edge.toml"
        raise UnavailableError(msg)
    return cameras


async def _answered(asked: Awaitable[T]) -> T:
    try:
        return await asked
    except NoSuchCameraError as error:
        raise BadRequestError(422, "bad_field", str(error), "camera") from error
    except (NoPictureError, OSError) as error:
        msg = f"no picture: {error}"
        raise UnavailableError(msg) from error
