"""The firmware's pure modules are imported by CPython here; on boards they run as they are."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "firmware"))
