"""From looks to the journal: each lasting change once, pictures on record, one cause for many."""

import asyncio
import hashlib
import stat

import msgspec
import pytest

from motcua_contract.facts.camera import PictureTaken, ReferenceRenewed
from motcua_contract.vocabulary import HealthState, PowerMode
from motcua_edge.domain.camera.look import Look, Profile
from motcua_edge.domain.power.commands import RecordPower
from motcua_edge.domain.refusals import Refusal
from motcua_edge.drivers.camera import CameraDriverError
from motcua_edge.drivers.camera.fake import GOOD
from motcua_edge.services.cameras import NoPictureError, NoSuchCameraError
from support.waiting import until_async

COVERED = msgspec.structs.replace(GOOD, mean=60, std=1, laplacian=10, flat=1.0)
MOVED = msgspec.structs.replace(GOOD, dx=-16, dy=2)
BLURRED = msgspec.structs.replace(GOOD, laplacian=100)
HALL = "camera-hall"
KEEP_MS = 72 * 3_600_000


async def test_a_fault_and_its_end_are_one_transition_each(bench):
    office = bench()
    await office.look(6)
    office.fakes[HALL].scene = COVERED
    await office.look(20)
    office.fakes[HALL].scene = GOOD
    await office.look(20)
    assert office.changes(HALL) == ["ok", "covered", "ok"]
    assert office.health.current[HALL].state == HealthState.OK
    assert office.changes("camera") == [], "one camera is no site"


async def test_a_camera_that_is_gone_says_why(bench):
    office = bench()
    await office.look()
    office.fakes[HALL].offline = "connection refused"
    await office.look(3)
    assert office.health.current[HALL].code == "offline"
    assert office.health.current[HALL].detail == "connection refused"


async def test_moved_says_how_far_so_that_it_can_be_turned_back(bench):
    office = bench()
    await office.look(6)
    office.fakes[HALL].scene = MOVED
    await office.look(6)
    assert office.health.current[HALL].code == "moved"
    assert "-5.0% right, +0.6% down" in office.health.current[HALL].detail


async def test_many_cameras_at_once_are_one_fault_of_the_site(bench):
    office = bench("a", "b", "c")
    await office.look(6)
    for name in ("camera-a", "camera-b"):
        office.fakes[name].offline = "no answer in time"
    await office.look(10)
    assert office.changes("camera") == ["ok", "site_wide"]
    assert office.changes("camera-a") == ["ok", "unknown"]
    assert office.changes("camera-b") == ["ok", "unknown"]
    assert office.changes("camera-c") == ["ok"]
    assert "2 offline" in office.health.current["camera"].detail
    for name in ("camera-a", "camera-b"):
        office.fakes[name].offline = ""
    await office.look(10)
    assert office.changes("camera") == ["ok", "site_wide", "ok"]
    assert office.changes("camera-a") == ["ok", "unknown", "ok"]


async def test_a_fault_takes_one_masked_picture_on_record(bench):
    office = bench()
    await office.look(6)
    office.fakes[HALL].scene = COVERED
    await office.look(30)
    (fact,) = office.hall.facts(PictureTaken)
    assert (fact.camera, fact.reason, fact.actor) == (HALL, "covered", "")
    assert fact.keep_until == taken_at(office) + KEEP_MS
    (picture,) = (office.folder / "cameras/hall/pictures").iterdir()
    assert hashlib.sha256(picture.read_bytes()).hexdigest() == fact.sha256
    assert stat.S_IMODE(picture.parent.stat().st_mode) == 0o700
    assert "u:p" not in repr(fact)


def taken_at(office) -> int:
    """After six good looks and six covered ones."""
    return office.hall.clock.wall - 24 * 10_000


async def test_a_camera_that_flutters_takes_a_picture_every_ten_minutes_at_most(bench):
    office = bench()
    for _ in range(10):
        office.fakes[HALL].scene = GOOD
        await office.look(6)
        office.fakes[HALL].scene = COVERED
        await office.look(6)
    assert office.changes(HALL).count("covered") == 10
    assert 2 <= len(office.hall.facts(PictureTaken)) <= 3


async def test_an_offline_camera_takes_no_picture(bench):
    office = bench()
    office.fakes[HALL].offline = "connection refused"
    await office.look(6)
    assert office.hall.facts(PictureTaken) == []


async def test_a_picture_that_is_asked_for_names_who_and_why(bench):
    office = bench()
    await office.look()
    path = await office.cameras.snapshot(HALL, "kiểm tra sau sửa chữa", "kt-binh")
    assert path.exists()
    assert path.suffix == ".jpg"
    (fact,) = office.hall.facts(PictureTaken)
    assert (fact.reason, fact.actor) == ("kiểm tra sau sửa chữa", "kt-binh")


async def test_without_a_reason_there_is_no_picture(bench):
    office = bench()
    await office.look()
    with pytest.raises(Refusal):
        await office.cameras.snapshot(HALL, "  ", "kt-binh")
    assert office.hall.facts(PictureTaken) == []
    assert list((office.folder / "cameras/hall/pictures").iterdir()) == []


async def test_a_camera_that_is_gone_gives_no_picture_and_says_so(bench):
    office = bench()
    office.fakes[HALL].offline = "no answer in time"
    with pytest.raises(NoPictureError, match="no answer in time"):
        await office.cameras.snapshot(HALL, "vì sao", "kt-binh")
    assert office.hall.facts(PictureTaken) == []


async def test_a_camera_that_nobody_has_is_not_found(bench):
    office = bench()
    with pytest.raises(NoSuchCameraError, match="camera-hall"):
        await office.cameras.snapshot("camera-no", "vì sao", "kt-binh")
    with pytest.raises(LookupError):
        await office.cameras.relearn("camera-no", "kt-binh")


async def test_pictures_are_deleted_at_their_age(bench):
    office = bench(keep_hours=1)
    await office.look()
    path = await office.cameras.snapshot(HALL, "vì sao", "kt-binh")
    office.hall.clock.advance(3_600_000 - 20_000)
    await office.look()
    assert path.exists()
    office.hall.clock.advance(601_000)
    await office.look()
    assert not path.exists()
    assert office.cameras.counts()["pictures_deleted"] == 1


async def test_a_technician_renews_the_reference_on_record(bench):
    office = bench()
    await office.look(6)
    office.fakes[HALL].scene = MOVED
    await office.look(6)
    await office.cameras.relearn(HALL, "kt-binh")
    assert office.fakes[HALL].learnt == set()
    (fact,) = office.hall.facts(ReferenceRenewed)
    assert (fact.camera, fact.actor) == (HALL, "kt-binh")
    office.fakes[HALL].scene = GOOD
    await office.look()
    assert office.health.current[HALL].code == ""
    assert office.fakes[HALL].learnt == {Profile.DAY}


@pytest.mark.parametrize("bad", ["offline", "covered", "nothing yet"])
async def test_nothing_bad_becomes_a_reference(bench, bad: str):
    office = bench()
    if bad != "nothing yet":
        await office.look(6)
        office.fakes[HALL].scene = COVERED if bad == "covered" else GOOD
        office.fakes[HALL].offline = "gone" if bad == "offline" else ""
        await office.look()
    before = set(office.fakes[HALL].learnt)
    with pytest.raises(NoPictureError, match="nothing good to learn from"):
        await office.cameras.relearn(HALL, "kt-binh")
    assert office.fakes[HALL].learnt == before
    assert office.hall.facts(ReferenceRenewed) == []


async def test_what_was_learnt_survives_a_restart(bench):
    office = bench()
    await office.look(6)
    again = bench()
    again.fakes[HALL].learnt = {Profile.DAY}
    again.fakes[HALL].scene = BLURRED
    await again.look(13)
    assert again.changes(HALL)[-1] == "blurred"


async def test_a_damaged_memory_is_learnt_anew(bench, caplog):
    office = bench()
    await office.look(6)
    (office.folder / "cameras/hall/learnt.json").write_bytes(b"\x00rotten")
    again = bench()
    assert again.watchers[HALL].watch.references.day.samples == ()
    assert "learning anew" in caplog.text


async def test_a_program_that_fails_is_unknown_and_started_again(bench):
    office = bench()
    office.fakes[HALL].broken = "no FFmpeg"
    driver = office.built.drivers[HALL]
    task = asyncio.create_task(driver.run())
    await until_async(lambda: HALL in office.health.current)
    assert office.health.current[HALL].code == "driver_failed"
    assert "no FFmpeg" in office.health.current[HALL].detail
    office.fakes[HALL].broken = ""
    driver.restart()
    await until_async(lambda: office.health.current[HALL].code == "")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert office.fakes[HALL].closed >= 2


async def test_a_look_that_fails_by_us_is_raised_for_the_supervisor(bench):
    office = bench()
    office.fakes[HALL].broken = "no FFmpeg"
    with pytest.raises(CameraDriverError):
        await office.look()


async def test_nobody_looks_while_the_office_lives_by_its_battery(bench):
    office = bench()
    await office.look(6)
    closed = office.fakes[HALL].closed
    await office.hall.office.execute(RecordPower(mode=PowerMode.SHEDDING, rule="test"))
    await office.look(5)
    assert office.changes(HALL) == ["ok", "unknown"]
    assert "battery" in office.health.current[HALL].detail
    assert office.fakes[HALL].closed > closed
    assert office.cameras.counts()["looks"] == 6
    await office.hall.office.execute(RecordPower(mode=PowerMode.MAINS, rule="test"))
    await office.look()
    assert office.changes(HALL) == ["ok", "unknown", "ok"]


async def test_figures_tell_running_from_usable(bench):
    office = bench()
    await office.look(6)
    office.fakes[HALL].scene = COVERED
    await office.look(6)
    office.fakes[HALL].offline = "gone"
    await office.look(3)
    counts = office.cameras.counts()
    assert (counts["looks"], counts["running"], counts["usable"]) == (15, 12, 11)
    numbers = office.cameras.numbers()
    assert (numbers["camera-hall.running"], numbers["camera-hall.usable"]) == (0, 0)
    office.fakes[HALL].offline = ""
    office.fakes[HALL].scene = GOOD
    await office.look(6)
    numbers = office.cameras.numbers()
    assert (numbers["camera-hall.running"], numbers["camera-hall.usable"]) == (1, 1)
    assert numbers["camera-hall.mean"] == GOOD.mean


async def test_numbers_are_only_numbers_of_looks(bench):
    office = bench()
    await office.look(2)
    known = {name.partition(".")[2] for name in office.cameras.numbers()}
    own = {"running", "usable", "pictures", "reference_sharpness"}
    renamed = {"deviation", "bright_share", "sharpness", "difference", "likeness"}
    assert known - own - renamed - {"shift_right", "shift_down"} <= set(Look.__struct_fields__)
