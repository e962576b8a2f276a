"""Raspberry Pi Pico W: GP numbers."""

from boards.common import Board

PINS = {"buttons": (2, 3, 4, 5, 6, 7, 8, 9), "ready": 14, "green": 15, "red": 16, "buzzer": 17}


def board():
    """This board."""
    return Board("pico_w", PINS)
