"""The few pictures that are stored, and their end."""

import logging
from pathlib import Path
from typing import Final

from motcua_edge.domain.localtime import local

_LOG: Final = logging.getLogger(__name__)
_DRAFT: Final = ".taking"
_TAKING_MS: Final = 5 * 60_000
"""A draft that is older is nobody's."""
_MOST: Final = 50
"""Pictures of one camera; of a camera that flutters the oldest go early."""


class PictureFolder:
    """One camera's pictures: a folder that only the agent's user can enter.

    Args:
        folder: Made when it is not there.
        keep_ms: Age at which a picture is deleted.
    """

    def __init__(self, folder: Path, keep_ms: int) -> None:
        self._folder = folder
        self.keep_ms: Final = keep_ms

    def draft(self, wall: int) -> Path:
        """Where a picture is written before it is on record: a name that nothing has yet."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            path = self._folder / f"{_name(wall)}{_DRAFT}"
            if not path.exists() and not path.with_suffix(".jpg").exists():
                return path
            wall += 1

    def keep(self, draft: Path) -> Path:
        """The draft is on record now."""
        return draft.replace(draft.with_suffix(".jpg"))

    def tidy(self, wall: int) -> int:
        """Delete what is too old, too many or was never on record; returns how many pictures."""
        given_up = f"{_name(wall - _TAKING_MS)}{_DRAFT}"
        for draft in self._folder.glob(f"*{_DRAFT}"):
            if draft.name <= given_up:
                _remove(draft)
        pictures = sorted(self._folder.glob("*.jpg"))
        limit = f"{_name(wall - self.keep_ms)}.jpg"
        old = [p for n, p in enumerate(reversed(pictures)) if n >= _MOST or p.name <= limit]
        return sum(_remove(path) for path in old)

    def names(self) -> tuple[str, ...]:
        """File names of the pictures, newest first."""
        return tuple(sorted((path.name for path in self._folder.glob("*.jpg")), reverse=True))

    def find(self, name: str) -> Path:
        """The picture of that name; LookupError when there is none."""
        if name not in self.names():
            msg = f"no picture is called {name[:40]!r}"
            raise LookupError(msg)
        return self._folder / name

    def __len__(self) -> int:
        """Pictures there now."""
        return sum(1 for _ in self._folder.glob("*.jpg"))


def _name(wall: int) -> str:
    """Sortable, in local time: it is read by people of the office."""
    return f"{local(wall):%Y%m%d-%H%M%S}-{wall % 1000:03d}"


def _remove(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _LOG.warning("picture %s cannot be deleted: %s", path.name, error)
        return False
    return True
