"""What the camera service records."""

from motcua_edge.domain.commands import Command


class RecordPicture(Command, frozen=True, kw_only=True):
    """A picture is on the disk; `keep_until` is UTC ms. See the fact `camera.picture_taken`."""

    camera: str
    reason: str
    actor: str = ""
    sha256: str
    size: int
    keep_until: int


class RenewReference(Command, frozen=True, kw_only=True):
    """A technician vouches for the present view."""

    camera: str
    actor: str
