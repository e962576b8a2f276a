"""What was learnt of a camera, kept over restarts."""

import logging
import os
from pathlib import Path
from typing import Final

import msgspec

from motcua_edge.domain.camera.reference import References

_LOG: Final = logging.getLogger(__name__)


class Memory:
    """A small JSON file. Losing it costs a day of learning, so it is written with care."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> References:
        """What is kept; empty when there is nothing, or nothing that can be read."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=References)
        except FileNotFoundError:
            return References()
        except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
            _LOG.warning("%s cannot be read, learning anew: %s", self._path.name, error)
            return References()

    def save(self, references: References) -> None:
        """Keep it. A full disk is told of by others; the next save may succeed."""
        draft = self._path.with_suffix(".new")
        try:
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(references))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)
        except OSError as error:
            _LOG.warning("%s cannot be kept: %s", self._path.name, error)
