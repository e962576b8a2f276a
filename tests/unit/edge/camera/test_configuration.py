"""Cameras in edge.toml: what is refused, and that no message shows a password."""

import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua_edge.config_cameras import CameraSection
from motcua_edge.drivers.camera import CameraDriverError, Settings
from motcua_edge.drivers.camera.login import signed_in

SECRET = "bi-mat"
GOOD = {"name": "hall", "source": "rtsp://10.0.0.9/stream"}


def section(**changes: object) -> CameraSection:
    return msgspec.convert({**GOOD, **changes}, CameraSection)


def test_a_camera_needs_a_name_and_a_source_only():
    camera = section()
    assert (camera.every_s, camera.keep_hours, camera.privacy) == (10.0, 72, ())


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Hall"},
        {"name": "hall\n"},
        {"source": f"ftp://an:{SECRET}@10.0.0.9/"},
        {"source": f"an:{SECRET}@10.0.0.9"},
        {"source": f"rtsp://an:{SECRET}@10.0.0.9/ x"},
        {"source": f"rtsp://an:{SECRET}@10.0.0.9/", "login_file": "camera.login"},
        {"source": "/dev/video0", "login_file": "camera.login"},
        {"every_s": 0.5},
        {"keep_hours": 0},
        {"keep_hours": 2161},
        {"lighting": ["7:00-18:00"]},
        {"lighting": ["07:00-24:00"]},
        {"privacy": [{"left": 0, "top": 0, "width": 1.1, "height": 1}]},
        {"privacy": [{"left": 0, "top": 0, "width": 1}]},
        {"microphone": True},
    ],
)
def test_what_does_not_fit_is_refused_without_its_secrets(changes: dict[str, object]):
    with pytest.raises(msgspec.ValidationError) as caught:
        section(**changes)
    assert SECRET not in str(caught.value)


def test_a_section_in_a_log_shows_no_password():
    camera = section(source=f"rtsp://an:{SECRET}@10.0.0.9/")
    assert SECRET not in f"{camera!r} {camera} {[camera]}"
    assert SECRET not in repr(Settings(source=camera.source))


@settings(deadline=None)
@given(
    st.text(min_size=1).filter(lambda t: ":" not in t and len(f"-{t}-".splitlines()) == 1),
    st.text().filter(lambda t: len(f"-{t}-".splitlines()) == 1),
)
def test_whatever_a_password_holds_the_address_keeps_it(user: str, password: str):
    with_login(f"{user}:{password}", user, password)


def with_login(text: str, user: str, password: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "login"
        path.write_text(text, encoding="utf-8", newline="")
        made = signed_in(Settings(source="rtsp://10.0.0.9:554/stream", login_file=str(path)))
    parts = urlsplit(made.source)
    assert (parts.hostname, parts.port, parts.path) == ("10.0.0.9", 554, "/stream")
    assert unquote(parts.username or "") == user
    assert unquote(parts.password or "") == password


@pytest.mark.parametrize("text", ["", "an", ":x", "an:x\nbinh:y\n"])
def test_a_login_file_that_is_none_is_said_and_not_shown(tmp_path: Path, text: str):
    path = tmp_path / "camera.login"
    path.write_text(text)
    with pytest.raises(CameraDriverError, match="one line") as caught:
        signed_in(Settings(source="rtsp://10.0.0.9/", login_file=str(path)))
    assert "binh" not in str(caught.value)


def test_a_missing_login_file_keeps_nobody_from_anything_but_this_camera(tmp_path: Path):
    settings = Settings(source="rtsp://10.0.0.9/", login_file=str(tmp_path / "no"))
    with pytest.raises(CameraDriverError, match="cannot be read"):
        signed_in(settings)
