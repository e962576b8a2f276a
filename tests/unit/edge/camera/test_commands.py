"""What the hub may ask of cameras, and what goes with the answer."""

import base64
import hashlib

import pytest

from motcua_contract.facts.camera import PictureTaken, ReferenceRenewed
from motcua_contract.messages import Command
from motcua_edge.app.with_commands import Abilities, Diagnostics
from motcua_edge.services.remote import DoFailedError
from support.webapp import ControlLog

HALL = "camera-hall"


def abilities(office) -> Abilities:
    return Abilities(
        controls=ControlLog().controls(),
        health=office.health,
        diagnostics=Diagnostics(about=dict, figures=dict, lines=list),
        drivers=office.built.drivers,
        cameras=office.cameras,
    )


def asked(name: str, **arguments: str) -> Command:
    return Command(name=name, correlation="c1", expires=0, arguments=arguments, actor="kt-tinh")


async def test_a_snapshot_goes_with_the_answer_and_is_on_record(bench):
    office = bench()
    await office.look()
    command = asked("camera.snapshot", component=HALL, reason="kiểm tra từ xa")
    done = await abilities(office).doers()["camera.snapshot"](command)
    assert done.media == "image/jpeg"
    (fact,) = office.hall.facts(PictureTaken)
    assert hashlib.sha256(base64.b64decode(done.data)).hexdigest() == fact.sha256
    assert (fact.actor, fact.reason) == ("kt-tinh", "kiểm tra từ xa")


async def test_relearning_from_afar_names_who_asked(bench):
    office = bench()
    await office.look()
    await abilities(office).doers()["camera.relearn"](asked("camera.relearn", component=HALL))
    (fact,) = office.hall.facts(ReferenceRenewed)
    assert fact.actor == "kt-tinh"


@pytest.mark.parametrize("name", ["camera.snapshot", "camera.relearn"])
async def test_what_cannot_be_done_is_answered_with_its_reason(bench, name: str):
    office = bench()
    office.fakes[HALL].offline = "no answer in time"
    doer = abilities(office).doers()[name]
    with pytest.raises(DoFailedError, match=r"no answer in time|no look yet"):
        await doer(asked(name, component=HALL, reason="vì sao"))
    with pytest.raises(DoFailedError, match="there are: camera-hall"):
        await doer(asked(name, component="camera-no", reason="vì sao"))


async def test_a_cameras_driver_can_be_restarted_by_name(bench):
    office = bench()
    done = await abilities(office).doers()["driver.restart"](
        asked("driver.restart", component=HALL)
    )
    assert HALL in done.detail
