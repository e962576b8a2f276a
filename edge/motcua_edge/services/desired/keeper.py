"""The configuration in force, on the card: whole or not there."""

import logging
import os
from pathlib import Path
from typing import Final

from motcua_contract.desired import sha256_of
from motcua_contract.messages import ConfigDesired, MessageError, decode, encode

_LOG: Final = logging.getLogger(__name__)


class Keeper:
    """One file, replaced at once. Its methods block: call them in a thread."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> ConfigDesired | None:
        """What is in force; None when there is none, or none that is whole."""
        try:
            kept = decode(ConfigDesired, self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, MessageError) as error:
            _LOG.error("%s cannot be read: %s; the hub will send it again", self._path, error)
            return None
        if sha256_of(kept.body) != kept.sha256:
            _LOG.error("%s is not what was written; the hub will send it again", self._path)
            return None
        return kept

    def store(self, config: ConfigDesired | None) -> None:
        """Put it in force, or nothing; OSError when the disk does not take it."""
        if config is None:
            self._path.unlink(missing_ok=True)
            return
        partial = self._path.with_name(self._path.name + ".new")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(encode(config))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
