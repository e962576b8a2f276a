"""How much of the fault matrix to run: a sample in every run, all of it on request."""

import os
import sys


def full() -> bool:
    """Whether the whole matrix was asked for (`make faults`)."""
    return os.environ.get("MOTCUA_FAULTS") == "full"


def count(sample: int, whole: int) -> int:
    """The number of cases to run."""
    return whole if full() else sample


def tell(figures: str) -> None:
    """Say what was counted; shown with `pytest -s`."""
    sys.stdout.write(figures + "\n")
