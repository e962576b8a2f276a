"""The voice: synthesiser, recorded words, chimes and players."""

from motcua_edge.drivers.voice.aplay import AplayPlayer
from motcua_edge.drivers.voice.cache import SoundCache
from motcua_edge.drivers.voice.chime import CALL, RECALL, Tones, chime
from motcua_edge.drivers.voice.espeak import EspeakSynth
from motcua_edge.drivers.voice.fake import FakeClips, FakePlayer, FakeSynth
from motcua_edge.drivers.voice.file import FilePlayer
from motcua_edge.drivers.voice.pack import ClipPack, PackError
from motcua_edge.drivers.voice.port import (
    ClipMissingError,
    Clips,
    NoOutputError,
    Player,
    PlayerError,
    PlayerHungError,
    Synth,
    SynthError,
    VoiceError,
)
from motcua_edge.drivers.voice.setup import make_players, open_clips
from motcua_edge.drivers.voice.sound import (
    RATE,
    Sound,
    SoundError,
    join,
    normalised,
    silence,
    write_wav,
)

__all__ = [
    "CALL",
    "RATE",
    "RECALL",
    "AplayPlayer",
    "ClipMissingError",
    "ClipPack",
    "Clips",
    "EspeakSynth",
    "FakeClips",
    "FakePlayer",
    "FakeSynth",
    "FilePlayer",
    "NoOutputError",
    "PackError",
    "Player",
    "PlayerError",
    "PlayerHungError",
    "Sound",
    "SoundCache",
    "SoundError",
    "Synth",
    "SynthError",
    "Tones",
    "VoiceError",
    "chime",
    "join",
    "make_players",
    "normalised",
    "open_clips",
    "silence",
    "write_wav",
]
