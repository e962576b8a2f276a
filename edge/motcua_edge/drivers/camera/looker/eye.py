"""Answers the agent's requests from what the reader keeps."""

from pathlib import Path
from typing import Final

from av.video.frame import VideoFrame

from motcua_edge.domain.camera.look import HEIGHT, WIDTH, Look, Profile
from motcua_edge.drivers.camera.looker import pixels
from motcua_edge.drivers.camera.looker.pictures import store
from motcua_edge.drivers.camera.looker.pixels import Luma
from motcua_edge.drivers.camera.looker.reader import Reader
from motcua_edge.drivers.camera.looker.references import references
from motcua_edge.drivers.camera.port import CameraOfflineError, Settings
from motcua_edge.drivers.camera.talk import (
    Answer,
    Done,
    Failed,
    Forget,
    Learn,
    LookNow,
    Request,
    Seen,
    Store,
    Stored,
)


class Eye:
    """Looks through one reader."""

    def __init__(self, settings: Settings, reader: Reader) -> None:
        self._reader = reader
        self._privacy: Final = settings.privacy
        hidden = pixels.mask((*settings.clock, *settings.privacy))
        self._compared = ~pixels.mask(settings.clock)
        self._references = references(settings.folder, hidden)
        self._number = 0
        self._last: Luma | None = None

    def answer(self, request: Request) -> Answer:
        """Carry one request out."""
        try:
            return self._carry_out(request)
        except (CameraOfflineError, OSError) as error:
            return Failed(str(error) if isinstance(error, CameraOfflineError) else _storing(error))

    def _carry_out(self, request: Request) -> Answer:
        match request:
            case LookNow():
                return Seen(self.look(request.profile))
            case Store():
                frame = self._reader.newest(after=0).unpacked()
                return Stored(store(frame, Path(request.path), self._privacy))
            case Learn():
                if self._last is not None:
                    self._references[request.profile].learn(self._last)
            case Forget():
                for reference in self._references.values():
                    reference.forget()
        return Done()

    def look(self, profile: Profile) -> Look:
        """Measure a picture that no earlier look has seen.

        Raises:
            CameraOfflineError: There is none.
        """
        kept = self._reader.newest(after=self._number)
        self._number = kept.number
        luma = _luma(kept.unpacked())
        before, self._last = self._last, luma
        peak, dx, dy = self._shifted(luma, profile)
        return Look(
            mean=float(luma.mean()),
            std=float(luma.std()),
            laplacian=pixels.laplacian(luma),
            bright=pixels.bright(luma),
            flat=pixels.flat(luma),
            diff=None if before is None else pixels.difference(luma, before, self._compared),
            peak=peak,
            dx=dx,
            dy=dy,
            captured_ms=kept.captured_ms,
        )

    def _shifted(self, luma: Luma, profile: Profile) -> tuple[float | None, int | None, int | None]:
        reference = self._references[profile].spectrum()
        if reference is None:
            return None, None, None
        return pixels.shift(reference, pixels.spectrum(luma))


def _luma(frame: VideoFrame) -> Luma:
    """Small and grey; the whole picture is squeezed into the same points whatever its shape."""
    small = frame.reformat(width=WIDTH, height=HEIGHT, format="gray", interpolation="AREA")
    return small.to_ndarray().reshape(HEIGHT, WIDTH).astype("uint8", copy=False)


def _storing(error: OSError) -> str:
    return f"the picture cannot be stored: {error.strerror or type(error).__name__}"
