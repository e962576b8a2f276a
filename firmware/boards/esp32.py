"""ESP32 (WROOM modules): GPIO numbers. 6 to 11 are the flash, 0, 2, 12 and 15 decide the start."""

from boards.common import Board

PINS = {
    "buttons": (13, 14, 16, 17, 18, 19, 21, 22),
    "ready": 25,
    "green": 26,
    "red": 27,
    "buzzer": 23,
}


def board():
    """This board."""
    return Board("esp32", PINS)
