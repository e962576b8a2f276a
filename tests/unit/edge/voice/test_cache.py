"""The cache of rendered clauses under two zones at once."""

import logging
from concurrent.futures import ThreadPoolExecutor

from motcua_edge.drivers.voice import Sound, SoundCache


def test_two_zones_that_keep_the_same_clause_at_once_disturb_nobody(tmp_path, caplog):
    cache = SoundCache(tmp_path / "cache")
    sound = Sound(b"\1\0" * 200_000)
    with caplog.at_level(logging.WARNING), ThreadPoolExecutor(8) as zones:
        for _ in range(20):
            list(zones.map(lambda _: cache.put("quầy số năm", sound), range(8)))
    assert cache.get("quầy số năm") == sound
    assert caplog.records == []
