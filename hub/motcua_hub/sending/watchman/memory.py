"""What the watchman must not forget: one small file, replaced whole."""

import contextlib
import logging
import os
from pathlib import Path

import msgspec

from motcua_hub.sending.watchman.watch import Watch

log = logging.getLogger(__name__)


class Memory:
    """Watches by the name of their hub, in `state_dir/watchman.json` (mode 0600)."""

    def __init__(self, state_dir: Path) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        self._file = state_dir / "watchman.json"

    def read(self) -> dict[str, Watch]:
        """What was kept; nothing when there is no file, or none that can be read."""
        with contextlib.suppress(FileNotFoundError):
            try:
                return msgspec.json.decode(self._file.read_bytes(), type=dict[str, Watch])
            except (msgspec.MsgspecError, UnicodeDecodeError):
                log.exception("%s cannot be read; beginning anew", self._file)
        return {}

    def write(self, watches: dict[str, Watch]) -> None:
        """Keep them: on the disk when this returns."""
        beside = self._file.with_suffix(".new")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(msgspec.json.encode(watches))
            out.flush()
            os.fsync(out.fileno())
        beside.replace(self._file)
