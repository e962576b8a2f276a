"""Which parts of the fault matrix every run takes, and which wait for `make faults`."""

from support.faults import full

LONG = [
    "test_black_hole.py",
    "test_hub_restored.py",
    "test_man_in_the_middle.py",
    "test_restore.py",
]
"""Minutes each, and timing that two shared cores cannot promise yet."""
collect_ignore = [] if full() else LONG
