"""Announcing: calls and announcements become sound, in order, and are accounted for."""

from motcua_edge.services.announcing.daily import DailyAnnouncements
from motcua_edge.services.announcing.ports import (
    Fault,
    HealthReporter,
    NoSuchZoneError,
    Uttered,
)
from motcua_edge.services.announcing.service import AnnouncingService
from motcua_edge.services.announcing.sound_check import SoundCheck

__all__ = [
    "AnnouncingService",
    "DailyAnnouncements",
    "Fault",
    "HealthReporter",
    "NoSuchZoneError",
    "SoundCheck",
    "Uttered",
]
