"""What a program loads when it starts: each second of it is a second without the hub."""

import subprocess
import sys

import pytest

SLOW = ("weasyprint", "openpyxl", "numpy")
LOADED = "import {}, sys; print(*sys.modules)"


@pytest.mark.parametrize("program", ["motcua_hub.cli.commands", "motcua_edge.cli.run_command"])
def test_neither_typesetter_nor_spreadsheets_are_loaded_before_they_are_needed(
    program: str,
) -> None:
    command = [sys.executable, "-c", LOADED.format(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert program in done.stdout.split()
    assert [name for name in SLOW if name in done.stdout.split()] == []
