"""Reading a stream for ever, keeping only the newest whole picture, still packed.

Packets are read all the time, or the looks would see what the buffers kept; only the one that a
look asks for is unpacked.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

import av.error
from av.container import InputContainer
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from motcua_edge.drivers.camera.looker.sources import open_stream, said
from motcua_edge.drivers.camera.port import CameraOfflineError, Settings

_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 10.0
_JPEG_END: Final = b"\xff\xd9"
_JPEG_SLACK: Final = 2048
"""Bytes of padding that cameras put behind a JPEG's end mark."""
Open = Callable[[Settings], InputContainer]


class Kept:
    """A packed picture: the packet, who can unpack it, and when it came."""

    def __init__(
        self, packet: "Packet[VideoStream]", codec: VideoCodecContext, number: int
    ) -> None:
        self.packet: Final = packet
        self.codec: Final = codec
        self.number: Final = number
        self._came_ms = int(time.monotonic() * 1000)

    @property
    def captured_ms(self) -> int:
        """The stream's own time, or that of arrival where the stream has none."""
        packet = self.packet
        stamp = packet.pts if packet.pts is not None else packet.dts
        return self._came_ms if stamp is None else int(stamp * packet.time_base * 1000)

    def unpacked(self) -> VideoFrame:
        """The picture.

        Raises:
            CameraOfflineError: It is torn.
        """
        try:
            frames = [*self.codec.decode(self.packet), *self.codec.decode(None)]
            self.codec.flush_buffers()
        except (av.error.FFmpegError, MemoryError) as error:
            raise CameraOfflineError(said(error)) from error
        if not frames or frames[-1].is_corrupt:
            msg = "pictures come torn"
            raise CameraOfflineError(msg)
        return frames[-1]


class Reader:
    """The thread that reads; `newest` waits for what it finds."""

    def __init__(self, settings: Settings, open_: Open = open_stream) -> None:
        self._settings = settings
        self._open = open_
        self._news = threading.Condition()
        self._kept: Kept | None = None
        self._number = 0
        self._trouble = ""
        self._torn = False
        self._beat = time.monotonic()

    def start(self) -> None:
        """Begin; the thread ends with the process."""
        threading.Thread(target=self._read_for_ever, name="reader", daemon=True).start()

    @property
    def stuck(self) -> bool:
        """Whether FFmpeg no longer keeps to its own deadlines: only a new process helps."""
        patience = 2 * (self._settings.open_s + self._settings.read_s) + _LONGEST_WAIT_S
        return time.monotonic() - self._beat > patience

    def newest(self, after: int) -> Kept:
        """The newest picture whose number is above `after`.

        Raises:
            CameraOfflineError: The stream has failed, or nothing new came within `fresh_s`.
        """
        with self._news:
            self._news.wait_for(lambda: self._has(after) or self._trouble, self._settings.fresh_s)
            if self._kept is not None and self._kept.number > after:
                return self._kept
            torn = "pictures come torn" if self._torn else ""
            raise CameraOfflineError(self._trouble or torn or "no new picture in time")

    def _has(self, after: int) -> bool:
        return self._kept is not None and self._kept.number > after

    def _read_for_ever(self) -> None:
        wait_s = _FIRST_WAIT_S
        while True:
            before = self._number
            try:
                self._read()
                why = "the stream ended"
            except (av.error.FFmpegError, OSError, MemoryError, ValueError) as error:
                why = said(error)
            self._tell(why)
            wait_s = _FIRST_WAIT_S if self._number > before else min(2 * wait_s, _LONGEST_WAIT_S)
            # a camera that is off is asked less and less; this process has nothing else to do
            time.sleep(wait_s)

    def _read(self) -> None:
        self._beat = time.monotonic()
        with self._open(self._settings) as container:
            if not container.streams.video:
                msg = "no video"
                raise ValueError(msg)
            stream = container.streams.video[0]
            codec = stream.codec_context
            codec.thread_count = 1
            codec.thread_type = "NONE"
            for packet in container.demux(stream):
                self._beat = time.monotonic()
                if packet.size and packet.is_keyframe:
                    self._take(packet, codec)

    def _take(self, packet: "Packet[VideoStream]", codec: VideoCodecContext) -> None:
        self._torn = not _whole(packet, codec.name)
        if not self._torn:
            self._keep(packet, codec)

    def _keep(self, packet: "Packet[VideoStream]", codec: VideoCodecContext) -> None:
        with self._news:
            self._number += 1
            self._kept = Kept(packet, codec, self._number)
            self._trouble = ""
            self._news.notify_all()

    def _tell(self, why: str) -> None:
        with self._news:
            self._kept = None
            self._trouble = why
            self._news.notify_all()


def _whole(packet: "Packet[VideoStream]", codec: str) -> bool:
    """Whether all of the picture is there."""
    return not packet.is_corrupt and (
        codec != "mjpeg" or _JPEG_END in bytes(memoryview(packet)[-_JPEG_SLACK:])
    )
