"""All facts of the contract, and how they go to bytes and back."""

from typing import Final

import msgspec

from motcua_contract.facts import (
    camera,
    evidence,
    office,
    pads,
    power,
    printing,
    ratings,
    remote,
    tickets,
    voice,
)
from motcua_contract.facts.base import BaseFact

Fact = BaseFact
"""Any of the structs in `FACT_TYPES`."""

_FACTS: Final[tuple[type[BaseFact], ...]] = (
    tickets.TicketIssued,
    tickets.TicketCheckedIn,
    tickets.TicketCalled,
    tickets.TicketRecalled,
    tickets.TicketStarted,
    tickets.TicketMissed,
    tickets.TicketRejoined,
    tickets.TicketNoShow,
    tickets.TicketHeld,
    tickets.TicketSentAway,
    tickets.TicketResumed,
    tickets.TicketTransferred,
    tickets.TicketRequeued,
    tickets.TicketFinished,
    tickets.TicketServed,
    tickets.TicketWalkedOut,
    tickets.TicketVoided,
    tickets.TicketExpired,
    tickets.TicketUndone,
    printing.PrintRequested,
    printing.PrintSent,
    printing.PrintPrinted,
    printing.PrintFailed,
    printing.PrintUnknown,
    printing.PrintDropped,
    voice.AnnouncementPlayed,
    voice.AnnouncementFailed,
    voice.AnnouncementSuperseded,
    voice.AnnouncementExpired,
    ratings.RatingGiven,
    ratings.RatingChanged,
    ratings.RatingDeclined,
    ratings.RatingExpired,
    office.JournalStarted,
    office.ProcessStopped,
    office.DayOpened,
    office.DayClosed,
    office.SeriesAdvanced,
    office.SeriesOverflowed,
    office.OfficerLoggedIn,
    office.OfficerLoggedOut,
    office.OfficerLocked,
    office.CounterChanged,
    office.ServiceChanged,
    office.DevicePaired,
    office.DeviceUnpaired,
    office.TrainingChanged,
    office.HealthChanged,
    office.ScreenSetAside,
    office.ScreenTakenBack,
    office.ClockChanged,
    office.HelpCalled,
    office.FaultReported,
    office.FaultWithdrawn,
    office.PressRefused,
    camera.PictureTaken,
    camera.ReferenceRenewed,
    power.PowerChanged,
    power.PowerTested,
    power.BatteryMeasured,
    remote.CommandTaken,
    remote.CommandDone,
    pads.PadPressed,
    evidence.TicksReported,
    evidence.BootMet,
    evidence.ProbesReported,
)
FACT_TYPES: Final[dict[str, type[BaseFact]]] = {fact.TYPE: fact for fact in _FACTS}
_DECODERS: Final = {name: msgspec.json.Decoder(fact) for name, fact in FACT_TYPES.items()}
_ENCODER: Final = msgspec.json.Encoder()


class FactDecodeError(ValueError):
    """A type nobody knows, or a body that does not fit its type."""


def type_name(fact: BaseFact) -> str:
    """The fact's name and version, such as `ticket.issued/1`."""
    return type(fact).TYPE


def encode(fact: BaseFact) -> bytes:
    """The fact's body as compact JSON."""
    return _ENCODER.encode(fact)


def decode(name: str, body: bytes | msgspec.Raw) -> BaseFact:
    """Turn a body back into its fact; raise FactDecodeError with the reason when it cannot be."""
    decoder = _DECODERS.get(name)
    if decoder is None:
        msg = f"fact type {name!r} is not known to this version"
        raise FactDecodeError(msg)
    try:
        return decoder.decode(body)
    except msgspec.MsgspecError as error:
        msg = f"body of {name} does not fit: {error}"
        raise FactDecodeError(msg) from error
    except (UnicodeDecodeError, RecursionError) as error:
        msg = f"body of {name} cannot be read: {error}"
        raise FactDecodeError(msg) from error
