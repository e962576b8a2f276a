"""A card that loses power: ext4 on a loop file, shut down under a stopped program.

FS_IOC_SHUTDOWN without a log flush throws away everything that was not yet on the disk: what the
program had written but not synced is gone at the next mount, as after a pulled plug. Weaker than
a real card in one way: the disk below never lies about a sync and never tears a sector.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import struct
import subprocess
import time
from pathlib import Path
from typing import Final

import psutil
import pytest

_SHUTDOWN: Final = 0x8004587D
_NO_LOG_FLUSH: Final = struct.pack("I", 2)
_MEGABYTE: Final = 1024 * 1024


def why_not() -> str:
    """Why no loop device can be mounted here; empty when one can."""
    if os.geteuid() != 0:
        return "mounting a loop device needs root"
    for tool in ("losetup", "mkfs.ext4", "mount", "umount"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    if subprocess.run(["losetup", "-f"], capture_output=True, check=False).returncode:
        return "there is no free loop device (losetup -f)"
    return ""


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout.strip()


class Card:
    """An ext4 file system of its own at `folder`. Use as a context manager: it cleans its mount."""

    def __init__(self, image: Path, folder: Path, megabytes: int = 64) -> None:
        self.folder = folder
        self._image = image
        self._megabytes = megabytes
        self._loop = ""

    def __enter__(self) -> "Card":
        """Make and mount it."""
        with self._image.open("wb") as file:
            file.truncate(self._megabytes * _MEGABYTE)
        _run("mkfs.ext4", "-q", "-F", str(self._image))
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._plug_in()
        except AssertionError as error:
            pytest.skip(f"ext4 on a loop device cannot be mounted here: {error}")
        return self

    def __exit__(self, *_: object) -> None:
        """Unmount and let the loop device go."""
        if self.folder.is_mount():
            _run("umount", "-l", str(self.folder))
        _run("losetup", "-d", self._loop)

    def _plug_in(self) -> None:
        self._loop = _run("losetup", "-f", "--show", str(self._image))
        try:
            _run("mount", "-t", "ext4", self._loop, str(self.folder))
        except AssertionError:
            _run("losetup", "-d", self._loop)
            raise

    @property
    def device(self) -> str:
        """The loop device, such as /dev/loop0."""
        return self._loop

    def pull(self, pid: int) -> None:
        """The plug is pulled under the program `pid`: what it had not synced is lost."""
        stop_all_threads(pid)
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, _SHUTDOWN, _NO_LOG_FLUSH)
        finally:
            os.close(handle)
        os.kill(pid, signal.SIGKILL)

    def power_up(self) -> None:
        """Mount what has reached the disk: ext4 replays its own journal.

        A copy on a device of its own: the dead file system stays alive while any mount namespace
        (of another test, say) still has it, and mounting its device again would find it dead.
        """
        _run("umount", "-l", str(self.folder))
        dead, self._image = self._image, self._image.with_name(f"{time.monotonic_ns()}.img")
        shutil.copyfile(dead, self._image)
        _run("losetup", "-d", self._loop)
        dead.unlink()
        self._plug_in()


def stop_all_threads(pid: int) -> None:
    """SIGSTOP, then wait until every thread stands: one inside a sync finishes it first."""
    os.kill(pid, signal.SIGSTOP)
    deadline = time.monotonic() + 10
    while not _all_stopped(pid):
        assert time.monotonic() < deadline, f"process {pid} does not stop"
        time.sleep(0.001)  # threads stop within microseconds


def _all_stopped(pid: int) -> bool:
    stats = Path(f"/proc/{pid}/task").glob("*/stat")
    return all(stat.read_text().rpartition(")")[2].split()[0] == "T" for stat in stats)


def end_all(processes: list[psutil.Process]) -> None:
    """Helpers that a dead program left (a voice being rendered) hold files open: end them."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
