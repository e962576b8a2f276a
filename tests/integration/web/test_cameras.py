"""Cameras on the pages: notices for who is filmed, pictures and references for technicians."""

from pathlib import Path

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from motcua_contract.facts.camera import PictureTaken, ReferenceRenewed
from motcua_edge.app.with_cameras import build_cameras
from motcua_edge.config import AgentConfig
from motcua_edge.config_cameras import CameraSection
from motcua_edge.drivers.camera import FakeCamera
from motcua_edge.drivers.camera.fake import GOOD
from motcua_edge.services.cameras import Cameras, Watcher
from motcua_edge.services.health import HealthBook
from motcua_edge.web.server import build_app
from support.webapp import PIN

HALL = "camera-hall"
TECHNICIAN = "/api/v1/technician"


@pytest.fixture
def fake() -> FakeCamera:
    return FakeCamera()


@pytest.fixture
def cameras(office, fake: FakeCamera, tmp_path: Path) -> Cameras:
    """The office's only camera, built as the agent builds it."""
    agent = AgentConfig(
        site="q1-ben-nghe",
        device="pi-1",
        site_file="",
        state_dir=str(tmp_path),
        cameras=(CameraSection(name="hall", source="rtsp://10.0.0.9/"),),
    )
    built = build_cameras(agent, office.service, HealthBook(office.service), lambda _: fake)
    return built.cameras


@pytest.fixture
def hall(cameras: Cameras) -> Watcher:
    """Who looks at it."""
    return cameras._watchers[HALL]


@pytest.fixture
async def filmed(office, cameras: Cameras, hall: Watcher):
    """A client of an office with a camera that was looked at once."""
    await hall.step()
    app = build_app(office.deps(cameras=cameras))
    async with TestClient(TestServer(app)) as client:
        yield client


async def log_in(client, officer: str = "tuan") -> None:
    body = {"officer": officer, "pin": PIN}
    assert (await client.post(f"{TECHNICIAN}/login", json=body)).status == 200


async def picture(client, reason: str = "kiểm tra") -> str:
    body = {"camera": HALL, "reason": reason}
    answer = await client.post(f"{TECHNICIAN}/camera-picture", json=body)
    assert answer.status == 201, await answer.text()
    return (await answer.json())["file"]


@pytest.mark.parametrize("page", ["kiosk", "board"])
async def test_people_are_told_of_cameras_where_there_are_some(filmed, page: str):
    assert (await (await filmed.get(f"/api/v1/snapshot/{page}")).json())["filmed"] is True


@pytest.mark.parametrize("page", ["kiosk", "board"])
async def test_nobody_is_told_of_cameras_where_there_are_none(client, page: str):
    assert (await (await client.get(f"/api/v1/snapshot/{page}")).json())["filmed"] is False


async def test_a_technician_takes_a_picture_with_a_reason_and_sees_it(filmed, office):
    await log_in(filmed)
    file = await picture(filmed, "kiểm tra sau sửa chữa")
    (fact,) = [f for f in office.journal.facts if isinstance(f, PictureTaken)]
    assert (fact.actor, fact.reason) == ("tuan", "kiểm tra sau sửa chữa")
    view = await (await filmed.get("/api/v1/snapshot/technician")).json()
    assert view["cameras"] == {HALL: [file]}
    shown = await filmed.get(f"{TECHNICIAN}/pictures/{HALL}/{file}")
    assert (shown.status, shown.content_type) == (200, "image/jpeg")
    assert shown.headers["Cache-Control"] == "no-store"
    assert (await shown.read())[:2] == b"\xff\xd8"


async def test_nobody_else_sees_or_takes_a_picture(filmed, office):
    await log_in(filmed)
    file = await picture(filmed)
    filmed.session.cookie_jar.clear()
    body = {"camera": HALL, "reason": "tò mò"}
    assert (await filmed.get(f"{TECHNICIAN}/pictures/{HALL}/{file}")).status == 401
    assert (await filmed.post(f"{TECHNICIAN}/camera-picture", json=body)).status == 401
    await log_in(filmed, "hoa")
    assert (await filmed.get(f"{TECHNICIAN}/pictures/{HALL}/{file}")).status == 403
    assert (await filmed.post(f"{TECHNICIAN}/camera-picture", json=body)).status == 403
    assert len([f for f in office.journal.facts if isinstance(f, PictureTaken)]) == 1


@pytest.mark.parametrize(
    "path",
    [
        f"{HALL}/20261123-090000-000.jpg",
        "camera-no/20261123-090000-000.jpg",
        f"{HALL}/..%2f..%2flearnt.json",
        f"{HALL}/..%2flearnt.json",
    ],
)
async def test_only_stored_pictures_are_shown(filmed, path: str):
    await log_in(filmed)
    assert (await filmed.get(f"{TECHNICIAN}/pictures/{path}")).status == 404


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"camera": HALL, "reason": " "}, 422, "reason"),
        ({"camera": "camera-no", "reason": "vì sao"}, 422, "camera"),
        ({"camera": HALL}, 422, "reason"),
    ],
)
async def test_a_picture_needs_a_camera_and_a_reason(filmed, body: dict, status: int, field: str):
    await log_in(filmed)
    answer = await filmed.post(f"{TECHNICIAN}/camera-picture", json=body)
    assert (answer.status, (await answer.json())["field"]) == (status, field)


async def test_a_camera_that_is_gone_gives_no_picture_and_says_why(filmed, fake: FakeCamera):
    await log_in(filmed)
    fake.offline = "connection refused"
    body = {"camera": HALL, "reason": "vì sao"}
    answer = await filmed.post(f"{TECHNICIAN}/camera-picture", json=body)
    assert answer.status == 503
    assert "connection refused" in (await answer.json())["detail"]


async def test_a_technician_renews_the_reference(filmed, office):
    await log_in(filmed)
    answer = await filmed.post(f"{TECHNICIAN}/camera-relearn", json={"camera": HALL})
    assert answer.status == 200
    (fact,) = [f for f in office.journal.facts if isinstance(f, ReferenceRenewed)]
    assert (fact.camera, fact.actor) == (HALL, "tuan")


async def test_a_covered_view_becomes_no_reference(filmed, hall, office, fake: FakeCamera):
    await log_in(filmed)
    fake.scene = msgspec.structs.replace(GOOD, mean=60, std=1, flat=1.0)
    await hall.step()
    answer = await filmed.post(f"{TECHNICIAN}/camera-relearn", json={"camera": HALL})
    assert answer.status == 503
    assert "covered" in (await answer.json())["detail"]
    assert not [f for f in office.journal.facts if isinstance(f, ReferenceRenewed)]


async def test_an_office_without_cameras_says_so(client):
    await log_in(client)
    answer = await client.post(f"{TECHNICIAN}/camera-relearn", json={"camera": HALL})
    assert answer.status == 503
    assert "no camera" in (await answer.json())["detail"]
    view = await (await client.get("/api/v1/snapshot/technician")).json()
    assert view["cameras"] == {}
