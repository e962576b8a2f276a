"""Facts of cameras: who looked, and why. Never a picture, never an address."""

from typing import ClassVar

from motcua_contract.facts.base import BaseFact


class PictureTaken(BaseFact, frozen=True, kw_only=True):
    """A picture was stored at the office; private parts of it are blackened.

    `reason` is a fault's code, or the words of whoever asked; `actor` is empty when the fault
    itself was the reason. It is deleted at `keep_until` (UTC ms).
    """

    TYPE: ClassVar[str] = "camera.picture_taken/1"
    camera: str
    reason: str
    actor: str = ""
    sha256: str
    size: int
    keep_until: int


class ReferenceRenewed(BaseFact, frozen=True, kw_only=True):
    """Somebody vouched for a camera's present view: what is good is learnt anew from it."""

    TYPE: ClassVar[str] = "camera.reference_renewed/1"
    camera: str
    actor: str
