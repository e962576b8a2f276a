"""Facts of rating pads and counter keypads."""

from typing import ClassVar

from motcua_contract.facts.base import BaseFact


class PadPressed(BaseFact, frozen=True, kw_only=True):
    """A press of a pad was carried out, or refused; the facts before it in its commit say what.

    It is what makes a press that is sent again harmless, for ever. Which button it was is not
    said: a level that was not counted is nobody's business.

    Attributes:
        press: The press id `FLASH.BOOT.N` of firmware/PROTOCOL.md.
        outcome: `rated`, `done` or `refused`.
    """

    TYPE: ClassVar[str] = "pad.pressed/1"
    pad: str
    press: str
    outcome: str
