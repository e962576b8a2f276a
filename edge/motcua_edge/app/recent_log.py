"""The last lines of the log, without secrets, for diagnostics."""

import logging
import re
from collections import deque
from typing import Final

_SECRETS: Final = (
    (re.compile(r"(\w+://)[^/\s@]+@"), r"\1***@"),
    (re.compile(r"(?i)\b(password|passwd|pin|token|secret|key)(\s*[=:]\s*)\S+"), r"\1\2***"),
    (re.compile(r"\b[0-9a-fA-F]{40,}\b"), "***"),
)
_LONGEST: Final = 500


def redacted(line: str) -> str:
    """The line without passwords in addresses, values of secrets, and long hex numbers."""
    for pattern, instead in _SECRETS:
        line = pattern.sub(instead, line)
    return line[:_LONGEST]


class RecentLog(logging.Handler):
    """Keeps the last lines in memory; they are redacted before they are kept."""

    def __init__(self, lines: int = 200) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self._lines: deque[str] = deque(maxlen=lines)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self._lines.append(redacted(self.format(record)))

    def lines(self) -> list[str]:
        """What is kept, oldest first."""
        return list(self._lines)
