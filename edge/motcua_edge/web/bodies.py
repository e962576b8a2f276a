"""Bodies of requests. Unknown fields are refused; figures are strict."""

import asyncio
import re
from typing import Annotated, Final, TypeVar

import msgspec
from aiohttp import web

from motcua_contract.identity import Component, DeviceId
from motcua_contract.vocabulary import OrderPolicy, Priority, Purpose
from motcua_edge.web.errors import BadRequestError

READ_WITHIN_S: Final = 10.0
RAW: web.RequestKey[bytes] = web.RequestKey("raw", bytes)
_AT = re.compile(r"`\$\.?([^`]*)`")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
_MISSING = re.compile(r"missing required field `([^`]*)`")

ServiceCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{1,8}$")]
TicketId = Annotated[str, msgspec.Meta(pattern=r"^\d{8}-[A-Z0-9-]{1,16}$")]
OfficerId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{2,32}$")]
Pin = Annotated[str, msgspec.Meta(pattern=r"^\d{4,12}$")]
Line = Annotated[str, msgspec.Meta(max_length=200)]
Comment = Annotated[str, msgspec.Meta(max_length=500)]
Version = Annotated[int, msgspec.Meta(ge=0)]
CounterNumber = Annotated[int, msgspec.Meta(ge=1, le=999)]
Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all bodies."""


class Empty(Body, frozen=True, kw_only=True):
    """Nothing to say."""


class IssueBody(Body, frozen=True, kw_only=True):
    """A citizen's choice at the kiosk."""

    service: ServiceCode
    purpose: Purpose | None = None
    priority: Priority = Priority.NONE
    device: DeviceId = "kiosk"
    late_consent: bool = False


class CameraBody(Body, frozen=True, kw_only=True):
    """Which camera."""

    camera: Component


class ScreenBody(Body, frozen=True, kw_only=True):
    """A display or kiosk."""

    screen: Component


class PadBody(Body, frozen=True, kw_only=True):
    """A pad."""

    pad: Component


class PictureBody(Body, frozen=True, kw_only=True):
    """Which camera, and why its picture is wanted."""

    camera: Component
    reason: Line


class DeviceBody(Body, frozen=True, kw_only=True):
    """Which kiosk asks."""

    device: DeviceId = "kiosk"


class PresenceBody(Body, frozen=True, kw_only=True):
    """A screen's heartbeat: ms since its last fresh paint and its last touch."""

    screen: Annotated[str, msgspec.Meta(pattern=r"^(display|kiosk)(-[a-z0-9-]{1,32})?$")]
    painted_ms: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    touched_ms: Annotated[int, msgspec.Meta(ge=0, le=10**9)] | None = None


class HeardBody(Body, frozen=True, kw_only=True):
    """Whether the last test of the loudspeaker was heard in the hall."""

    heard: bool


class SpeakBody(Body, frozen=True, kw_only=True):
    """What the loudspeaker shall read: a fixed screen, never free text."""

    screen: Annotated[str, msgspec.Meta(pattern="^(fields|number)$")]
    ticket: TicketId | None = None


class ConfirmDayBody(Body, frozen=True, kw_only=True):
    """An officer vouches for today's date, with the PIN."""

    day: Day
    officer: OfficerId
    pin: Pin


class DayBody(Body, frozen=True, kw_only=True):
    """A technician vouches for today's date."""

    day: Day


class CloseDayBody(Body, frozen=True, kw_only=True):
    """Why the day ends before its time: the office closes, or something broke down."""

    reason: Annotated[str, msgspec.Meta(pattern="^(closed|outage)$")] = "closed"


class PairBody(Body, frozen=True, kw_only=True):
    """A pairing code."""

    code: Annotated[str, msgspec.Meta(pattern=r"^\d{6}$")]


class LoginBody(Body, frozen=True, kw_only=True):
    """An officer and the PIN."""

    officer: OfficerId
    pin: Pin


class NextBody(Body, frozen=True, kw_only=True):
    """Call whoever is next."""

    priority_only: bool = False


class StepBody(Body, frozen=True, kw_only=True):
    """A step of one ticket."""

    ticket: TicketId
    expected_version: Version | None = None


class ReasonBody(StepBody, frozen=True, kw_only=True):
    """A step that may need a reason."""

    reason: Line = ""


class FinishBody(StepBody, frozen=True, kw_only=True):
    """Served."""

    outcome: Line = ""


class TransferBody(StepBody, frozen=True, kw_only=True):
    """To another service. A supervisor's PIN allows one hop more."""

    to_service: ServiceCode
    to_counter: CounterNumber | None = None
    policy: OrderPolicy | None = None
    note: Line = ""
    supervisor: OfficerId | None = None
    supervisor_pin: Pin | None = None


class CallBody(Body, frozen=True, kw_only=True):
    """Call one number: by its id, or as printed (`A015`) for today's."""

    number: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9-]{1,24}$")]
    reason: Line = ""
    expected_version: Version | None = None


class VoidBody(ReasonBody, frozen=True, kw_only=True):
    """Void a ticket; by a supervisor, or with a supervisor's PIN."""

    supervisor: OfficerId | None = None
    supervisor_pin: Pin | None = None


class PauseBody(Body, frozen=True, kw_only=True):
    """A break, with how long it will last."""

    reason: Line = ""
    minutes: Annotated[int, msgspec.Meta(ge=1, le=600)] | None = None


class FaultBody(Body, frozen=True, kw_only=True):
    """A broken component."""

    component: Component
    note: Line = ""


class VersionBody(Body, frozen=True, kw_only=True):
    """A step of the ticket named in the path."""

    expected_version: Version | None = None
    reason: Line = ""


class RatingBody(Body, frozen=True, kw_only=True):
    """A citizen's answer, or `skip`."""

    ticket: TicketId
    nonce: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
    level: Annotated[int, msgspec.Meta(ge=1, le=5)] | None = None
    reasons: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern="^[a-z_]{1,24}$")], ...],
        msgspec.Meta(max_length=8),
    ] = ()
    comment: Comment = ""
    device: DeviceId | None = None
    skip: bool = False


class CounterBody(Body, frozen=True, kw_only=True):
    """A counter."""

    counter: CounterNumber


class UnpairBody(Body, frozen=True, kw_only=True):
    """A paired device."""

    device: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{3,48}$")]


class TrainingBody(Body, frozen=True, kw_only=True):
    """Training mode."""

    on: bool


class ServiceBody(Body, frozen=True, kw_only=True):
    """A service field's switch."""

    service: ServiceCode
    state: Annotated[str, msgspec.Meta(pattern="^(open|closed|suspended)$")]
    reason: Line = ""


B = TypeVar("B", bound=Body)


async def read_body(request: web.Request, kind: type[B]) -> B:
    """The request's body as `kind`; BadRequestError naming the field, or a slow sender refused."""
    if request.can_read_body and request.content_type != "application/json":
        raise BadRequestError(415, "not_json", "send Content-Type: application/json")
    try:
        async with asyncio.timeout(READ_WITHIN_S):
            raw = await request.read()
    except TimeoutError:
        raise BadRequestError(408, "timeout", "the body did not arrive in time") from None
    request[RAW] = raw
    try:
        return msgspec.json.decode(raw or b"{}", type=kind)
    except msgspec.ValidationError as error:
        raise _bad_field(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequestError(422, "bad_json", f"the body is not JSON: {error}") from error


def _bad_field(detail: str) -> BadRequestError:
    unknown = _UNKNOWN.search(detail)
    if unknown:
        return BadRequestError(422, "unknown_field", detail, unknown.group(1))
    place = _AT.search(detail)
    missing = _MISSING.search(detail)
    named = [found.group(1) for found in (place, missing) if found]
    return BadRequestError(422, "bad_field", detail, ".".join(n for n in named if n))
