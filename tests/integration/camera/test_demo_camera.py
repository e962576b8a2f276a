"""The demo's camera: each of its scenes is the fault it is meant to be."""

from pathlib import Path

import pytest

from demo.camera import DemoCamera
from motcua_edge.domain.camera.look import Profile
from motcua_edge.domain.camera.rules import Known, judge
from motcua_edge.drivers.camera import ProcessCamera
from support.cameras import Lens, quick


@pytest.mark.parametrize("scene", ["covered", "moved", "frozen"])
async def test_each_scene_of_the_demo_is_told(tmp_path: Path, scene: str):
    shown = DemoCamera(tmp_path)
    shown.start()
    camera = ProcessCamera(quick(shown.url))
    try:
        good = await camera.look(Profile.DAY)
        await camera.learn(Profile.DAY)
        known = Known(sharpness=good.sharpness)
        assert judge(await camera.look(Profile.DAY), known).code == ""
        shown.show(scene)
        # the program's camera has no stage: its films are put on by the demo
        await Lens(camera, stage=None).settled(lambda look: judge(look, known).code == scene)
        shown.show("hall")
        await Lens(camera, stage=None).settled(lambda look: judge(look, known).code == "")
    finally:
        await camera.close()
        shown.close()
