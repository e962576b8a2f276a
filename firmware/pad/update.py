"""An update on its way into the spare slot: parts, then size, signature and every file checked."""

import gc
import json
import os
from binascii import a2b_base64, hexlify, unhexlify
from hashlib import sha256

from pad import files

PACKAGE = "update.bin"
_STEP = 512
_DIGEST_INFO = unhexlify("3031300d060960864801650304020105000420")
_EXPONENT = 65537
_HEAD_MOST = 8192


class RefusedError(ValueError):
    """The package is not taken; the slot that runs stays."""


def signed(text, signature, modulus):
    """Whether the owner of `modulus` signed `text` (RSA, PKCS #1 v1.5, SHA-256; both in hex)."""
    length = len(modulus) // 2
    number = pow(int(signature, 16), _EXPONENT, int(modulus, 16))
    block = _DIGEST_INFO + sha256(text).digest()
    wanted = b"\x00\x01" + b"\xff" * (length - len(block) - 3) + b"\x00" + block
    return number.to_bytes(length, "big") == wanted


class Receiver:
    """Takes the frames `begin`, `part`, `end`.

    `spare` is the folder to fill, `modulus` the release key's. `done` says that it is filled.
    """

    def __init__(self, spare, modulus, room=512 * 1024):
        self.done = False
        self._spare = spare
        self._modulus = modulus
        self._room = room
        self._size = self._at = 0

    def take(self, body):
        """The answer to one frame."""
        kind = body.get("t")
        answer = {"t": "took", "of": kind, "ok": 1, "why": ""}
        try:
            if kind == "begin":
                self._begin(body)
            elif kind == "part":
                self._part(body)
            elif not self.done:  # asked again: the answer was lost
                self._end()
        except (RefusedError, ValueError, TypeError, KeyError, OSError) as error:
            answer["ok"], answer["why"] = 0, str(error)[:80]
        answer["at"] = self._at
        return answer

    def _begin(self, body):
        size = int(body["size"])
        if not self._modulus:
            raise RefusedError("no release key")
        if not 0 < size <= self._room:
            raise RefusedError("size")
        self._size, self._at = size, 0
        files.remove(PACKAGE)

    def _part(self, body):
        data = a2b_base64(body["d"])
        # a part that came twice is answered with where to go on
        if body["at"] == self._at and self._at + len(data) <= self._size:
            with open(PACKAGE, "ab") as file:
                file.write(data)
            self._at += len(data)

    def _end(self):
        if not self._size or self._at != self._size or files.size_of(PACKAGE) != self._size:
            raise RefusedError("not whole")
        gc.collect()
        with open(PACKAGE, "rb") as file:
            head = self._head(file)
            _empty(self._spare)
            for name, size, digest in head["files"]:
                self._unpack(file, name, size, digest)
        files.remove(PACKAGE)
        self.done = True

    def _head(self, file):
        line = file.readline()
        text, star, signature = line.strip().rpartition(b"*")
        if not star or len(line) > _HEAD_MOST or not signed(text, signature, self._modulus):
            raise RefusedError("signature")
        return json.loads(text)

    def _unpack(self, file, name, size, digest):
        if ".." in name or name.startswith("/"):
            raise RefusedError("name")
        path = self._spare + "/" + name
        folder = path.rsplit("/", 1)[0]
        files.make_folder(folder)
        seen = sha256()
        with open(path, "wb") as out:
            while size > 0:
                data = file.read(min(_STEP, size))
                if not data:
                    raise RefusedError("short")
                seen.update(data)
                out.write(data)
                size -= len(data)
        if hexlify(seen.digest()) != digest.encode():
            raise RefusedError("file " + name)


def _empty(folder):
    files.make_folder(folder)
    for name in os.listdir(folder):
        path = folder + "/" + name
        try:
            os.remove(path)
        except OSError:
            _empty(path)
            os.rmdir(path)
