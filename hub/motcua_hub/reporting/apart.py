"""Checking a version in a process of its own: it measures every target again, as making it did."""

import subprocess
import sys
import threading
from typing import Final

import msgspec
from sqlalchemy import Engine

from motcua_hub.reporting.checking import Verdict
from motcua_hub.reporting.child import Task
from motcua_hub.store.archive import Entry

WITHIN_S: Final = 600


class CheckError(RuntimeError):
    """A version could not be checked; the message says why."""


class Checker:
    """Checks one version at a time; whoever else asks waits.

    Args:
        engine: The hub's database.
        state_dir: The hub's folder.
    """

    def __init__(self, engine: Engine, state_dir: str) -> None:
        url = engine.url.render_as_string(hide_password=False)
        self._task = Task(url=url, state_dir=state_dir, log_level="warning")
        self._lock = threading.Lock()

    def check(self, entry: Entry) -> Verdict:
        """What became of a version. Raises CheckError."""
        task = msgspec.structs.replace(self._task, check=entry.id)
        command = [sys.executable, "-m", "motcua_hub.reporting.child"]
        told = msgspec.json.encode(task) + b"\n"
        try:
            with self._lock:
                done = subprocess.run(  # noqa: S603 - ourselves
                    command, input=told, stdout=subprocess.PIPE, timeout=WITHIN_S, check=True
                )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            msg = f"version {entry.version} of {entry.number} could not be checked: {error}"
            raise CheckError(msg) from error
        return msgspec.json.decode(done.stdout, type=Verdict)
