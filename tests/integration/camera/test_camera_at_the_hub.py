"""From the lens to the hub: the province's events hold the fault, its end, and no picture."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.offices import OFFICES
from demo.stack import SiteStack, Stack, running
from support.invariants import hub_rows
from support.ledgers import hub_facts
from support.waiting import until

SMALL = OFFICES[0]
CAMERA = "camera-sanh"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
def province(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path / "province", [SMALL], with_camera=[SMALL.site])
    with running(stack) as started:
        yield started


def told(stack: Stack) -> list[str]:
    """What the hub knows of the camera, in order."""
    facts = hub_facts(stack, SMALL.site)
    bodies = [body for name, body in facts if name == "health.changed/1"]
    return [b.get("code") or b["state"] for b in bodies if b["component"] == CAMERA]


def test_a_covered_lens_is_known_at_the_hub_and_so_is_its_end(province: Stack):
    site: SiteStack = province.sites[SMALL.site]
    assert site.camera
    until(lambda: told(province) == ["ok"], within=60, every=0.5)
    site.camera.show("covered")
    until(lambda: told(province)[-1] == "covered", within=30, every=0.5)
    site.camera.show("hall")
    until(lambda: told(province) == ["ok", "covered", "ok"], within=30, every=0.5)
    rows = hub_rows(province, SMALL.site)
    (taken,) = [r["body"] for r in rows if r["type"] == "camera.picture_taken/1"]
    assert taken["reason"] == "covered"
    assert set(taken) == {"camera", "reason", "sha256", "size", "keep_until"}
    assert site.camera.url not in json.dumps(rows)
    assert not [r for r in rows if len(json.dumps(r)) > 4000], "an event could hide a picture"
