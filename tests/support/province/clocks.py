"""What the wall clocks of offices say: a Pi has none that runs while it is off."""

from province.script import DAY, HOUR, MINUTE, SECOND, dice
from province.spans import Signal
from province.world import Boot
from support.province.feed import Office

Clock = tuple[int, bool]
"""How far the wall clock is off in ms, and whether the Pi calls it synchronised."""
_SYNCED = 20 * SECOND
_WRONG = 15 * MINUTE


def clock(office: Office, boot: Boot) -> Signal[Clock]:
    """The wall clock of one boot: wrong until it hears the time, and once stepped by hand.

    A boot that is not among `unsynced` has a time server beside it and is right from the start.
    """
    if boot.name not in office.unsynced:
        return Signal([(boot.begin, (0, True))])
    chance = dice(f"{boot.name}/clock")
    wrong = chance.choice((-chance.randrange(40 * DAY, 900 * DAY), chance.randrange(2 * HOUR)))
    said: list[tuple[int, Clock]] = [(boot.begin, (wrong, False))]
    heard = next((e.online for e in office.stays if boot.begin <= e.online < boot.end), None)
    if heard is None:
        return Signal(said)
    said.append((heard + _SYNCED, (0, True)))
    at = heard + HOUR + chance.randrange(3 * HOUR)
    if at + _WRONG < boot.end and chance.random() < 0.3:
        by = chance.choice((-20 * MINUTE, 3 * HOUR))
        said += [(at, (by, False)), (at + _WRONG, (0, True))]
    return Signal(said)
