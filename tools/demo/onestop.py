"""The province's one-stop server, as far as a probe can tell: a page behind a real web server."""

import sys
from pathlib import Path

from demo.processes import Program, free_port

_PAGE = "<!doctype html><title>mot cua</title><p>Hệ thống một cửa điện tử</p>"


def one_stop(folder: Path) -> tuple[Program, int]:
    """The server, not started yet, and its port."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(_PAGE, encoding="utf-8")
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    program = Program("one-stop", [*command, "-d", str(folder)], folder.parent / "onestop.log")
    return program, port
