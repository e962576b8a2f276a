"""Cameras: RTSP, MJPEG over HTTP and V4L2, looked at by a process of their own."""

from motcua_edge.drivers.camera.fake import FakeCamera
from motcua_edge.drivers.camera.port import (
    Camera,
    CameraDriverError,
    CameraOfflineError,
    Picture,
    Settings,
)
from motcua_edge.drivers.camera.process import ProcessCamera

__all__ = [
    "Camera",
    "CameraDriverError",
    "CameraOfflineError",
    "FakeCamera",
    "Picture",
    "ProcessCamera",
    "Settings",
]
