"""The separation table: every state of a camera is told from every other, by numbers alone."""

from typing import Final

import numpy as np
import pytest

from motcua_edge.domain.camera import rules
from motcua_edge.domain.camera.look import HEIGHT, WIDTH, Box, Look
from motcua_edge.domain.camera.rules import Known, judge
from motcua_edge.drivers.camera.looker import pixels
from support.scenes import SCENES, small

REFERENCE: Final = small(SCENES["normal"](0))
SPECTRUM: Final = pixels.spectrum(REFERENCE)
KNOWN: Final = Known(
    sharpness=pixels.laplacian(REFERENCE) / float(REFERENCE.std()) ** 2, std=float(REFERENCE.std())
)
EVERYWHERE: Final = ~pixels.mask(())

TABLE: Final = {
    "normal": "",
    "people": "",
    "half light": "",
    "night": "",
    "lights off": rules.DARK,
    "lens cap": rules.DARK,
    "covered": rules.COVERED,
    "overexposed": rules.OVEREXPOSED,
    "defocus 2": rules.BLURRED,
    "defocus 4": rules.BLURRED,
    "defocus 8": rules.BLURRED,
    "moved 1 %": "",
    "moved 5 %": rules.MOVED,
    "moved 20 %": rules.MOVED,
}


def look_at(scene: str, moment: int = 1) -> Look:
    luma, before = small(SCENES[scene](moment + 1)), small(SCENES[scene](moment))
    peak, dx, dy = pixels.shift(SPECTRUM, pixels.spectrum(luma))
    return Look(
        mean=float(luma.mean()),
        std=float(luma.std()),
        laplacian=pixels.laplacian(luma),
        bright=pixels.bright(luma),
        flat=pixels.flat(luma),
        diff=pixels.difference(luma, before, EVERYWHERE),
        peak=peak,
        dx=dx,
        dy=dy,
    )


def test_every_scene_has_its_row():
    assert set(TABLE) == set(SCENES)


@pytest.mark.parametrize("moment", [1, 7, 23])
@pytest.mark.parametrize(("scene", "code"), TABLE.items())
def test_each_case_of_the_table_is_told_apart(scene: str, code: str, moment: int):
    reading = judge(look_at(scene, moment), KNOWN)
    assert reading.code == code, reading.detail


def test_light_that_is_off_is_told_from_a_lens_that_is_capped():
    assert "light" in judge(look_at("lights off"), KNOWN).detail
    assert "lens or sensor" in judge(look_at("lens cap"), KNOWN).detail


def test_half_light_and_defocus_have_the_same_laplacian_but_not_the_same_sharpness():
    whole = pixels.laplacian(REFERENCE)
    half, blurred = look_at("half light"), look_at("defocus 2")
    assert abs(half.laplacian / whole - blurred.laplacian / whole) < 0.12
    assert half.sharpness / blurred.sharpness > 2.5


def test_a_lit_evening_is_not_blurred_beside_nights_of_noise():
    night = look_at("night")
    noisy = night.sharpness * 1.6
    assert judge(look_at("normal"), Known(sharpness=noisy)).code == rules.BLURRED
    assert judge(look_at("normal"), Known(sharpness=noisy, std=night.std)).code == ""


@pytest.mark.parametrize(
    ("scene", "dx"), [("moved 1 %", -3), ("moved 5 %", -16), ("moved 20 %", -64)]
)
def test_a_shift_is_measured_exactly(scene: str, dx: int):
    look = look_at(scene)
    assert (look.dx, look.dy) == (dx, 0)


def test_crowds_do_not_hide_the_scene_and_covers_do():
    assert look_at("people").peak > 0.25
    assert look_at("covered").peak < 0.06
    assert look_at("lens cap").peak < 0.06


def test_a_living_sensor_never_repeats_itself():
    living = [look_at(scene, moment).diff for scene in ("normal", "night") for moment in range(6)]
    assert min(living) > 0.5


def test_the_same_picture_twice_is_frozen_and_the_clock_in_it_does_not_hide_that():
    luma = small(SCENES["normal"](1))
    later = luma.copy()
    later[:16, :120] = 255 - later[:16, :120]
    clock = ~pixels.mask((Box(0, 0, 0.4, 0.1),))
    assert pixels.difference(luma, later, EVERYWHERE) > 0.05
    diff = pixels.difference(luma, later, clock)
    assert diff == 0
    frozen = look_at("normal")
    assert judge(Look(**{**_fields(frozen), "diff": diff}), KNOWN).code == rules.FROZEN


def _fields(look: Look) -> dict[str, object]:
    return {name: getattr(look, name) for name in look.__struct_fields__}


def test_boxes_cover_what_they_touch_and_nothing_beyond_the_picture():
    found = pixels.mask((Box(0.5, 0.5, 0.9, 0.9),))
    assert found.shape == (HEIGHT, WIDTH)
    assert found[90:, 160:].all()
    assert found.sum() == 90 * 160
    assert not pixels.mask(()).any()


def test_a_picture_without_any_light_can_be_measured():
    black = np.zeros((HEIGHT, WIDTH), np.uint8)
    peak, _, _ = pixels.shift(SPECTRUM, pixels.spectrum(black))
    assert peak == 0
    assert pixels.laplacian(black) == 0
    assert pixels.flat(black) == 1
