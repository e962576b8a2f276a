"""What goes over each topic, and how: the one table that code, tests and documents consult."""

from typing import Final

import msgspec

from motcua_contract import messages
from motcua_contract.messages import Message
from motcua_contract.topics import Down, Up


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of topic. `title` says in a few words when and why something is said there."""

    message: type[Message]
    title: str
    retain: bool = False
    qos: int = 1


UP: Final[dict[Up, Traffic]] = {
    Up.HELLO: Traffic(
        message=messages.Hello,
        title="At connect and every five minutes: what this edge still has of its journals.",
    ),
    Up.BATCH: Traffic(
        message=messages.Batch,
        title="Consecutive journal events; sent again on a timer until the hub acknowledges.",
    ),
    Up.STATUS: Traffic(
        message=messages.Status,
        title="Birth, last will (after 10 s) and clean end.",
        retain=True,
    ),
    Up.ABOUT: Traffic(
        message=messages.About,
        title="What the site is made of: device, versions, components, outbox.",
        retain=True,
    ),
    Up.METRICS: Traffic(
        message=messages.Metrics,
        title="Numbers of one minute; a lost one is not missed.",
        qos=0,
    ),
    Up.CONFIG: Traffic(
        message=messages.ConfigReported,
        title="What became of the desired configuration.",
        retain=True,
    ),
    Up.REPLY: Traffic(message=messages.Reply, title="The outcome of one command."),
    Up.HEALTH: Traffic(
        message=messages.Health,
        title="One component's state, on change and every five minutes, never behind the backlog.",
        retain=True,
    ),
}

DOWN: Final[dict[Down, Traffic]] = {
    Down.RESUME: Traffic(
        message=messages.Resume,
        title="The answer to a hello: what the hub holds, and the numbers it knows of.",
    ),
    Down.ACK: Traffic(
        message=messages.Ack,
        title="Said after the hub's commit; the tag proves that it holds the event.",
    ),
    Down.NAK: Traffic(message=messages.Nak, title="A batch that was not taken, and why."),
    Down.CONFIG: Traffic(
        message=messages.ConfigDesired,
        title="The configuration the site should run, signed.",
        retain=True,
    ),
    Down.COMMAND: Traffic(
        message=messages.Command,
        title="A named command that expires; never retained.",
    ),
}

HUB: Final = Traffic(
    message=messages.HubStatus,
    title="Whether the hub takes events; birth and last will.",
    retain=True,
)
