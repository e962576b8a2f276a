"""What the uplink counts, besides what the sender counts."""

import msgspec


class Counters(msgspec.Struct):
    """Since the process started."""

    published: int = 0
    connects: int = 0
    failures: int = 0
    malformed: int = 0
    floor_refused: int = 0
    slow: int = 0
    health_published: int = 0
