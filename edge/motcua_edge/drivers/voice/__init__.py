"""The voice: synthesiser, recorded words, chimes and players."""

from motcua_edge.drivers.voice.aplay import AplayPlayer
from motcua_edge.drivers.voice.cache import SoundCache
from motcua_edge.drivers.voice.chime import CALL, RECALL, Tones, chime
from motcua_edge.drivers.voice.ear import ArecordEar, Ear, EarError, FakeEar, loudest_db
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
from motcua_edge.drivers.voice.setup import build_clips, build_ears, build_players
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
    "ArecordEar",
    "ClipMissingError",
    "ClipPack",
    "Clips",
    "Ear",
    "EarError",
    "EspeakSynth",
    "FakeClips",
    "FakeEar",
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
    "build_clips",
    "build_ears",
    "build_players",
    "chime",
    "join",
    "loudest_db",
    "normalised",
    "silence",
    "write_wav",
]
