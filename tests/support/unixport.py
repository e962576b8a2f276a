"""Whether MicroPython's unix port is here."""

import sys
from pathlib import Path
from typing import Final

import pytest

needs_micropython: Final = pytest.mark.skipif(
    not Path(sys.executable).with_name("micropython").exists(),
    reason="MicroPython's unix port is there for x86-64 only",
)
