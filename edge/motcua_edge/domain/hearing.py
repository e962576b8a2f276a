"""Whether a loudspeaker was heard, from two loudness levels."""

from typing import Final

MARGIN_DB: Final = 10.0
"""The announcement must stand out of the hall's own noise by this much."""
FAINTEST_DB: Final = -60.0
"""Below this (dB of full scale) a microphone hears nothing but itself."""


def heard(quiet_db: float, loud_db: float) -> bool:
    """Whether the loudest moment of an announcement was sound from the loudspeaker.

    Levels are dB of full scale: `quiet_db` of the hall before, `loud_db` while it was said.
    """
    return loud_db >= FAINTEST_DB and loud_db - quiet_db >= MARGIN_DB
