"""A camera that sends MJPEG over HTTP, with the faults of such cameras.

    python mjpeg_camera.py --show FILE [--port N] [--login USER:PASSWORD] [--picture WIDTHxHEIGHT]

Says `ready PORT` and then takes a line at a time. `show FILE` puts another film on (raw luma
pictures, one after the other). `whole` sends them as they are, `half` sends the first half of each
JPEG, `stall` keeps connections and sends nothing any more, `silent` does not even answer requests.
Ends with its input.
"""

import argparse
import base64
import io
import socketserver
import sys
import threading
import time
from pathlib import Path

from PIL import Image

RATE = 5
BOUNDARY = "--motcua-camera"


class Camera:
    """What is on show, and how."""

    def __init__(self, size: tuple[int, int], login: str) -> None:
        self.size = size
        self.mode = "whole"
        self.login = base64.b64encode(login.encode()).decode() if login else ""
        self.pictures: list[bytes] = []

    def load(self, path: str) -> None:
        """Put the film of that file on."""
        raw = Path(path).read_bytes()
        length = self.size[0] * self.size[1]
        cuts = range(0, len(raw), length)
        self.pictures = [_jpeg(raw[cut : cut + length], self.size) for cut in cuts]

    def part(self, number: int) -> bytes:
        """A picture with its header, as the mode wants it."""
        jpeg = self.pictures[number % len(self.pictures)]
        if self.mode == "half":
            jpeg = jpeg[: len(jpeg) // 2]
        head = f"{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
        return head.encode() + jpeg + b"\r\n"


def _jpeg(raw: bytes, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.frombytes("L", size, raw).convert("RGB").save(out, "JPEG", quality=90)
    return out.getvalue()


class Viewer(socketserver.StreamRequestHandler):
    """One connection."""

    server: "Server"

    def handle(self) -> None:
        """Read the request, then send pictures until the viewer goes."""
        camera = self.server.camera
        words = b""
        while line := self.rfile.readline().strip():
            words += line + b"\n"
        while camera.mode == "silent":
            time.sleep(0.05)  # what a hung camera does
        if camera.login and f"Basic {camera.login}".encode() not in words:
            self.wfile.write(
                b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=camera\r\n"
                b"Content-Length: 0\r\nConnection: close\r\n\r\n"
            )
            return
        kind = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
        self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode())
        self._send(camera)

    def _send(self, camera: Camera) -> None:
        number = 0
        while True:
            if camera.mode != "stall":
                self.wfile.write(camera.part(number))
            number += 1
            time.sleep(1 / RATE)  # the camera's rate


class Server(socketserver.ThreadingTCPServer):
    """Ends without waiting for its viewers."""

    allow_reuse_address = True
    daemon_threads = True
    camera: Camera

    def handle_error(self, request: object, client_address: object) -> None:
        """Viewers go away without a word."""


def say(words: str) -> None:
    """One line for whoever started the program."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def obey(camera: Camera) -> None:
    """Do what the lines say until they end."""
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "show":
            camera.load(rest)
        else:
            camera.mode = word
        say("done")


def main() -> None:
    """Serve until the input ends."""
    words = argparse.ArgumentParser()
    words.add_argument("--show", required=True)
    words.add_argument("--port", type=int, default=0)
    words.add_argument("--login", default="")
    words.add_argument("--picture", default="640x360")
    given = words.parse_args()
    width, height = map(int, given.picture.split("x"))
    camera = Camera((width, height), given.login)
    camera.load(given.show)
    server = Server(("127.0.0.1", given.port), Viewer)
    server.camera = camera
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say(f"ready {server.server_address[1]}")
    obey(camera)


if __name__ == "__main__":
    main()
