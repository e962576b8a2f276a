"""The voice that a configuration asks for."""

import logging
from pathlib import Path

from motcua_edge.config import FILE_PLAYER, VoiceSection
from motcua_edge.drivers.voice.aplay import AplayPlayer
from motcua_edge.drivers.voice.ear import ArecordEar, Ear
from motcua_edge.drivers.voice.file import FilePlayer
from motcua_edge.drivers.voice.pack import ClipPack, PackError
from motcua_edge.drivers.voice.port import ClipMissingError, Clips, Player
from motcua_edge.drivers.voice.sound import Sound

_LOG = logging.getLogger(__name__)


class BrokenPack:
    """Implements `Clips` for a pack that was asked for and cannot be opened: all is missing."""

    fingerprint = ""

    def __init__(self, why: str) -> None:
        self._why = why

    def clip(self, key: str) -> Sound:
        """Raise ClipMissingError with the reason."""
        msg = f"no clip {key!r}: {self._why}"
        raise ClipMissingError(msg)


def build_players(section: VoiceSection) -> dict[str, Player]:
    """One player for each zone; none when sound is switched off."""
    if not section.enabled:
        return {}
    if section.player.startswith(FILE_PLAYER):
        folder = Path(section.player.removeprefix(FILE_PLAYER))
        return {zone: FilePlayer(folder / zone) for zone in section.zones}
    return {
        zone: AplayPlayer(device, program=section.player, patience_s=section.clip_timeout_s)
        for zone, device in section.zones.items()
    }


def build_ears(section: VoiceSection) -> dict[str, Ear]:
    """What listens, by zone; none when sound is switched off."""
    if not section.enabled:
        return {}
    return {zone: ArecordEar(device) for zone, device in section.ears.items()}


def build_clips(section: VoiceSection) -> Clips | None:
    """The voice pack; None when there is none. One that is broken must not stop an office."""
    if not section.pack:
        return None
    try:
        return ClipPack(Path(section.pack))
    except PackError as error:
        _LOG.warning("voice pack: %s; the synthesiser speaks instead", error)
        return BrokenPack(str(error))
