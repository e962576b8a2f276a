"""What every command is made of."""

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all commands."""


class TicketCommand(Command, frozen=True, kw_only=True):
    """A command about one ticket."""

    ticket: str
    expected_version: int | None = None


class OfficerCommand(TicketCommand, frozen=True, kw_only=True):
    """A command of an officer at a counter about one ticket."""

    counter: int
    officer: str
