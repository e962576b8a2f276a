"""Messages between edge and hub: MQTT 5 payloads in JSON, at most 256 KiB and 500 events.

Times are milliseconds. Unknown fields are tolerated, missing ones are not.
"""

from enum import StrEnum
from typing import Annotated, Final, TypeVar

import msgspec

from motcua_contract.identity import Component, Eid, Jid, Millis, Seq, Sha256, Tag
from motcua_contract.sentences import Phrase
from motcua_contract.vocabulary import ClockState, HealthState

MAX_BYTES: Final = 256 * 1024
MAX_EVENTS: Final = 500
WINDOW: Final = 4
VERSION: Final = 1

Version = Annotated[int, msgspec.Meta(ge=1, le=1)]
Name = Annotated[str, msgspec.Meta(max_length=200)]


class MessageError(ValueError):
    """A payload that is not the message its topic promises."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all messages; `v` is the version of the contract."""

    v: Version = VERSION


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One journal row on the wire. A stub has no body but its hash."""

    seq: Annotated[int, msgspec.Meta(ge=1, le=2**62)]
    eid: Eid
    type: Name
    boot: Name
    t_mono: Millis
    t_wall: Millis
    clock: ClockState
    business_day: Name
    body: msgspec.Raw = msgspec.Raw(b"")
    body_sha256: Sha256 | None = None


class Batch(Message, frozen=True, kw_only=True):
    """Consecutive events of one incarnation; `digest_last` is the hex digest of the last."""

    jid: Jid
    first: Annotated[int, msgspec.Meta(ge=1)]
    last: Annotated[int, msgspec.Meta(ge=1)]
    events: Annotated[list[Event], msgspec.Meta(min_length=1, max_length=MAX_EVENTS)]
    digest_last: Sha256


class Ack(Message, frozen=True, kw_only=True):
    """The hub holds 1..upto durably. `safe` is in a verified backup; `credit` caps the window."""

    jid: Jid
    upto: Seq
    tag: Tag
    safe: Seq = 0
    generation: int = 0
    credit: Annotated[int, msgspec.Meta(ge=0, le=64)] = WINDOW


class NakCode(StrEnum):
    """Why a batch was not taken."""

    GAP = "gap"
    BAD = "bad"
    CONFLICT = "conflict"
    TOO_BIG = "too_big"


class Nak(Message, frozen=True, kw_only=True):
    """A batch was not taken; the hub holds 1..have (`tag` proves it, absent for 0)."""

    jid: Jid | None = None
    code: NakCode
    have: Seq = 0
    tag: Tag | None = None
    detail: str = ""


class StreamState(msgspec.Struct, frozen=True, kw_only=True):
    """What an edge still has of one incarnation."""

    jid: Jid
    parent_jid: Jid | None = None
    parent_last_seq: Seq = 0
    first_available: Annotated[int, msgspec.Meta(ge=1)]
    last: Seq
    acked: Seq


class Hello(Message, frozen=True, kw_only=True):
    """Said at connect and every 5 minutes."""

    nonce: Name
    device: Name
    hw: str = ""
    boot: Name
    now_mono: Millis
    now_wall: Millis
    clock: ClockState
    jid: Jid
    streams: Annotated[list[StreamState], msgspec.Meta(max_length=10_000)]
    numbers: dict[str, int] = {}
    business_day: str = ""
    free_bytes: int = 0


class StreamHave(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub has of one incarnation; `tag` is absent when `have` is 0."""

    jid: Jid
    have: Seq
    tag: Tag | None = None
    safe: Seq = 0


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """The highest numbers the hub knows of a business day, by series."""

    business_day: str
    series: dict[str, int] = {}


class Resume(Message, frozen=True, kw_only=True):
    """The hub's answer to a hello, bound to it by the nonce."""

    nonce: Name
    streams: list[StreamHave]
    hub_time: Millis
    floor: Floor | None = None
    generation: int = 0
    credit: Annotated[int, msgspec.Meta(ge=0, le=64)] = WINDOW


class LinkState(StrEnum):
    """A site's own word on its connection."""

    ONLINE = "online"
    OFFLINE = "offline"
    STOPPED = "stopped"


class Status(Message, frozen=True, kw_only=True):
    """Birth and last will, retained. A will of another session than the current one is ignored."""

    state: LinkState
    session: Name
    boot: Name
    why: str = ""
    at: Millis = 0


class About(Message, frozen=True, kw_only=True):
    """What a site is made of, retained."""

    device: Name
    model: str = ""
    serial: str = ""
    name: str = ""
    versions: dict[str, str] = {}
    config_version: int = 0
    components: dict[str, str] = {}
    outbox_first: Seq = 0
    outbox_last: Seq = 0
    outbox_unacked: int = 0


class Health(Message, frozen=True, kw_only=True):
    """One component's state, retained; never behind the backlog. `since` and `at` are UTC ms.

    `drill` marks a rehearsal: to be shown as one, and in no figure and no incident. `detail` is
    English; `said` is the same as keys and values.
    """

    component: Component
    state: HealthState
    code: str = ""
    since: Millis
    at: Millis = 0
    detail: str = ""
    said: tuple[Phrase, ...] = ()
    drill: bool = False


class Metrics(Message, frozen=True, kw_only=True):
    """Numbers of one minute, QoS 0."""

    at: Millis
    values: dict[str, float]


class ConfigDesired(Message, frozen=True, kw_only=True):
    """The configuration a site should run: `body` is JSON text, signed."""

    version: Annotated[int, msgspec.Meta(ge=1)]
    sha256: Sha256
    body: str
    signature: str


class ConfigReported(Message, frozen=True, kw_only=True):
    """What a site made of it; `running` is the version in force, 0 while there is none."""

    version: int
    state: str
    error: str = ""
    running: int = 0


class Command(Message, frozen=True, kw_only=True):
    """A command on the list of `motcua_contract.commands`; never retained.

    `expires` is UTC ms by the hub's clock; `actor` is the account that gave it.
    """

    name: Name
    correlation: Name
    expires: Millis
    arguments: dict[str, str] = {}
    actor: Name = ""


class Reply(Message, frozen=True, kw_only=True):
    """A command's outcome. `data` is text of type `media`, base64 for a picture."""

    correlation: Name
    ok: bool
    detail: str = ""
    media: Name = ""
    data: str = ""


class HubStatus(Message, frozen=True, kw_only=True):
    """Whether ingest is up; retained, with a will."""

    state: LinkState
    session: str = ""
    at: Millis = 0


M = TypeVar("M", bound=Message)
_ENCODER: Final = msgspec.json.Encoder()


def encode(message: Message) -> bytes:
    """A message's payload."""
    return _ENCODER.encode(message)


def decode(kind: type[M], payload: bytes) -> M:
    """Read a payload as `kind`; raise MessageError saying what does not fit and where."""
    if len(payload) > MAX_BYTES:
        msg = f"{kind.__name__}: {len(payload)} bytes are more than {MAX_BYTES}"
        raise MessageError(msg)
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        msg = f"{kind.__name__}: {error}"
        raise MessageError(msg) from error
