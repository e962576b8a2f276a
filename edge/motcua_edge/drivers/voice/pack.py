"""A voice pack: a folder of recorded words with a manifest.

`pack.toml` names the pack and maps every clip's key to a WAV file of the same folder
(22,050 Hz, 16-bit, mono). The keys are those of `domain.speech.word_clips` and `clip_texts`.
"""

import hashlib
from pathlib import Path
from typing import Annotated

import msgspec

from motcua_edge.drivers.voice.port import ClipMissingError
from motcua_edge.drivers.voice.sound import Sound, SoundError, decode_wav, trimmed

MANIFEST = "pack.toml"
_FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\.wav$")]
_Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,48}$")]


class PackError(ValueError):
    """A folder that is not a voice pack; the message names the file and what is wrong."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The manifest. `speaker` is who lent the voice, for the office's own records."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    speaker: str = ""
    clips: Annotated[dict[_Key, _FileName], msgspec.Meta(min_length=1)]


class ClipPack:
    """Implements `Clips`. The manifest is read at once (raises PackError), clips when needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, Sound] = {}
        path = folder / MANIFEST
        try:
            self.manifest = msgspec.toml.decode(path.read_bytes(), type=Manifest)
        except (OSError, UnicodeDecodeError, ValueError) as error:
            msg = f"{path}: {error}; see docs/voice-pack.md"
            raise PackError(msg) from error
        self._fingerprint = self._make_fingerprint()

    @property
    def fingerprint(self) -> str:
        """A digest of names, sizes and times of all recordings, taken when the pack was opened."""
        return self._fingerprint

    def clip(self, key: str) -> Sound:
        """The recording, without silence around it; raise ClipMissingError."""
        if key not in self._read:
            self._read[key] = self._load(key)
        return self._read[key]

    def _load(self, key: str) -> Sound:
        name = self.manifest.clips.get(key)
        if name is None:
            msg = f"pack {self.manifest.name!r}: no clip {key!r}"
            raise ClipMissingError(msg)
        try:
            sound = trimmed(decode_wav((self._folder / name).read_bytes()))
        except (OSError, SoundError) as error:
            msg = f"pack {self.manifest.name!r}: clip {key!r} ({name}): {error}"
            raise ClipMissingError(msg) from error
        if not sound.frames:
            msg = f"pack {self.manifest.name!r}: clip {key!r} ({name}) is silent"
            raise ClipMissingError(msg)
        return sound

    def _make_fingerprint(self) -> str:
        digest = hashlib.sha256()
        for key, name in sorted(self.manifest.clips.items()):
            file = self._folder / name
            stat = file.stat() if file.is_file() else None
            size, time = (stat.st_size, stat.st_mtime_ns) if stat else (-1, 0)
            digest.update(f"{key}\0{name}\0{size}\0{time}\n".encode())
        return digest.hexdigest()
