"""Uninterruptible power supplies."""

from motcua_edge.drivers.ups.fake import FakeUps
from motcua_edge.drivers.ups.nut import NutUps
from motcua_edge.drivers.ups.port import (
    Ups,
    UpsDriverGoneError,
    UpsError,
    UpsGarbledError,
    UpsRefusedError,
    UpsStaleError,
    UpsUnknownError,
    UpsUnreachableError,
)
from motcua_edge.drivers.ups.programs import FakePrograms, Programs, SystemPrograms

__all__ = [
    "FakePrograms",
    "FakeUps",
    "NutUps",
    "Programs",
    "SystemPrograms",
    "Ups",
    "UpsDriverGoneError",
    "UpsError",
    "UpsGarbledError",
    "UpsRefusedError",
    "UpsStaleError",
    "UpsUnknownError",
    "UpsUnreachableError",
]
