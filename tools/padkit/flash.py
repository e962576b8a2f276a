"""`make firmware-flash`: copies a build to a board over its REPL, and reads back what is there."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

_WITHIN_S = 300


def flash(port: str, board: Path, pad: Path | None, *, restart: bool) -> int:
    """0 when every file is on the board as it is here."""
    if not board.exists():
        print(f"{board} is not there; run: make firmware")
        return 1
    tops = sorted(str(path) for path in board.iterdir())
    _mpremote(port, "fs", "cp", "-r", *tops, ":./")
    if pad is not None:
        _mpremote(port, "fs", "cp", str(pad), ":config.json")
    files = _files(board, pad)
    there = _there(port, list(files))
    wrong = [name for name, path in files.items() if there.get(name) != _here(path)]
    for name in wrong:
        print(f"{name} is not on the board as it should be")
    if restart and not wrong:
        _mpremote(port, "reset")
    return 1 if wrong else 0


def _files(board: Path, pad: Path | None) -> dict[str, Path]:
    found = {str(path.relative_to(board)): path for path in sorted(board.rglob("*.*py"))}
    return found | ({"config.json": pad} if pad is not None else {})


def _here(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _there(port: str, names: list[str]) -> dict[str, str]:
    """SHA-256 by name, as the board reads its own files."""
    asked = [word for name in names for word in ("+", "fs", "sha256sum", f":{name}")][1:]
    sums = re.findall(r"^[0-9a-f]{64}$", _mpremote(port, *asked), re.MULTILINE)
    return dict(zip(names, sums, strict=False))


def _mpremote(port: str, *command: str) -> str:
    # resume: without it mpremote restarts the board's Python first, which would start the pad
    done = subprocess.run(
        [sys.executable, "-m", "mpremote", "connect", port, "resume", *command],
        capture_output=True,
        text=True,
        timeout=_WITHIN_S,
        check=False,
    )
    if done.returncode:
        msg = f"mpremote {command}: {done.stdout}{done.stderr}"
        raise RuntimeError(msg)
    return done.stdout
