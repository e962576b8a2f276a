"""Cameras: watched, reported, pictures for the few who may; numbers leave the Pi, pictures not."""

from motcua_edge.services.cameras.cameras import SITE, Cameras, NoSuchCameraError
from motcua_edge.services.cameras.memory import Memory
from motcua_edge.services.cameras.pictures import PictureFolder
from motcua_edge.services.cameras.watcher import NoPictureError, Plan, Watcher

__all__ = [
    "SITE",
    "Cameras",
    "Memory",
    "NoPictureError",
    "NoSuchCameraError",
    "PictureFolder",
    "Plan",
    "Watcher",
]
