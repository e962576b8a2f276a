"""A camera that speaks RTSP. A program for the system's Python, which alone has GStreamer.

    python3 rtsp_camera.py --show FILE [--port N] [--login USER:PASSWORD] [--picture WIDTHxHEIGHT]

Says `ready PORT` and then takes a line at a time: `show FILE` puts another file on. A file is raw
luma pictures, shown one after the other and again from the first. The pictures' time always goes
on, so that a file of one picture is a frozen sensor behind a living encoder. Ends with its input.
"""

import argparse
import sys
import threading
from pathlib import Path

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402 - only after require_version

RATE = 10
EVERY = 4
"""Pictures from one that stands alone to the next."""


def _say(words):
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


class Film:
    """The pictures on show; another file may be put in at any time."""

    def __init__(self, size):
        self._size = size
        self._pictures = []
        self._lock = threading.Lock()

    def load(self, path):
        raw = Path(path).read_bytes()
        cuts = range(0, len(raw), self._size)
        with self._lock:
            self._pictures = [raw[cut : cut + self._size] for cut in cuts]

    def picture(self, number):
        with self._lock:
            return self._pictures[number % len(self._pictures)]


class Factory(GstRtspServer.RTSPMediaFactory):
    """One encoder for all who watch; a microphone is there too."""

    def __init__(self, film, width, height):
        super().__init__()
        self._film = film
        self.set_launch(
            "appsrc name=film is-live=true format=time block=true "
            f"caps=video/x-raw,format=GRAY8,width={width},height={height},framerate={RATE}/1 "
            "! videoconvert ! video/x-raw,format=I420 "
            f"! x264enc tune=zerolatency speed-preset=ultrafast key-int-max={EVERY} bitrate=4000 "
            "! rtph264pay name=pay0 pt=96 config-interval=1 "
            "audiotestsrc is-live=true ! alawenc ! rtppcmapay name=pay1 pt=8"
        )
        self.set_shared(True)
        self._number = 0

    def do_configure(self, media):
        self._number = 0  # each pipeline counts its time from its own start
        source = media.get_element().get_by_name_recurse_up("film")
        source.connect("need-data", self._feed)

    def _feed(self, source, _length):
        buffer = Gst.Buffer.new_wrapped(self._film.picture(self._number))
        buffer.duration = Gst.SECOND // RATE
        buffer.pts = self._number * buffer.duration
        self._number += 1
        source.emit("push-buffer", buffer)


def _allow_only(server, factory, login):
    user, _, password = login.partition(":")
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth = GstRtspServer.RTSPAuth()
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)
    factory.set_permissions(permissions)


def _obey(film, loop):
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "show":
            film.load(rest)
            _say("done")
    loop.quit()


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--port", default="0")
    words.add_argument("--login", default="")
    words.add_argument("--picture", default="640x360")
    words.add_argument("--show", required=True)
    given = words.parse_args()
    Gst.init(None)
    width, height = map(int, given.picture.split("x"))
    film = Film(width * height)
    film.load(given.show)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(given.port)
    factory = Factory(film, width, height)
    if given.login:
        _allow_only(server, factory, given.login)
    server.get_mount_points().add_factory("/hall", factory)
    server.attach(None)
    loop = GLib.MainLoop()
    threading.Thread(target=_obey, args=(film, loop), daemon=True).start()
    _say(f"ready {server.get_bound_port()}")
    loop.run()


if __name__ == "__main__":
    main()
