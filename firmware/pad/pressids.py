"""Press ids `FLASH.BOOT.N`, which never come again."""

from binascii import hexlify

from pad import files


class PressIds:
    """Counts the start in `path` when made. `fresh(n)` gives n random bytes."""

    def __init__(self, path, fresh):
        flash, boot = _last(path) or (hexlify(fresh(4)).decode(), 0)
        self.boot = "%s.%d" % (flash, boot + 1)
        # before any press of this start: an id that was used is never given again
        files.write_line(path, self.boot.encode())
        self._made = 0

    def next(self):
        """One more."""
        self._made += 1
        return "%s.%d" % (self.boot, self._made)

    def of_this_boot(self, press_id):
        """Whether a press was made since the start."""
        return press_id.rsplit(".", 1)[0] == self.boot


def _last(path):
    text = files.read_line(path)
    try:
        flash, boot = text.decode().split(".")
        return flash, int(boot)
    except (AttributeError, ValueError):
        return None
