"""The flash queue: a press that was confirmed to a citizen is in it until the journal has it.

Files `q-GEN.log` hold lines with a CRC; `q.head` says how far the oldest of them is freed. Losing
`q.head` sends freed presses again, which the controller knows by their ids.
"""

import gc
import json
import os

from pad import files

_COLLECT_EVERY = 32


class PressQueue:
    """Opens or makes the queue in `folder`, at most `limit` bytes.

    Attributes:
        waiting: How many presses are not freed.
        lost: How many were refused since the start because there was no room.
        torn: How many damaged lines were passed over since the start.
    """

    def __init__(self, folder, limit=65536, compact=4096):
        self.waiting = self.lost = self.torn = 0
        self._folder = folder
        self._limit = limit
        self._compact = compact
        self._first = None
        self._torn_tail = False
        files.make_folder(folder)
        self._gen, self._head = self._begin()
        self._size = 0
        self._mend()
        self._count()

    def put(self, record):
        """Keep a record (a dict); False if there is no room or the flash failed."""
        line = files.with_crc(json.dumps(record).encode())
        room = self._size + len(line) <= self._limit
        if not room or (self._torn_tail and not self._mend()) or not self._append(line):
            self.lost += 1
            return False
        self.waiting += 1
        return True

    def first(self):
        """The oldest record that is not freed, None if there is none."""
        if self._first is None and self.waiting:
            with open(self._path(), "rb") as file:
                self._first = self._next_whole(file, self._head)
        return self._first[0] if self._first else None

    def free(self, press_id):
        """Forget the oldest record if it has this id; whether it did."""
        record = self.first()
        if record is None or record.get("i") != press_id:
            return False
        self._head = self._first[1]
        self._first = None
        self.waiting -= 1
        if self.waiting == 0 and self._size > self._compact:
            self._begin_anew()
        else:
            self._save_head()
        return True

    # ---- inside ----

    def _path(self):
        return "%s/q-%d.log" % (self._folder, self._gen)

    def _begin(self):
        """(generation, offset) to read from, without files that nobody needs."""
        there = sorted(
            int(name[2:-4])
            for name in os.listdir(self._folder)
            if name.startswith("q-") and name.endswith(".log") and name[2:-4].isdigit()
        )
        gen, head = self._saved_head() or (there[0] if there else 0, 0)
        for old in there:
            if old < gen:
                files.remove("%s/q-%d.log" % (self._folder, old))
        return gen, head

    def _saved_head(self):
        text = files.read_line(self._folder + "/q.head")
        try:
            gen, head = text.split()
            return int(gen), int(head)
        except (AttributeError, ValueError):
            return None

    def _save_head(self):
        text = b"%d %d" % (self._gen, self._head)
        files.write_line(self._folder + "/q.head", text)

    def _begin_anew(self):
        old = self._path()
        self._gen, self._head, self._size = self._gen + 1, 0, 0
        self._save_head()
        files.remove(old)

    def _append(self, line):
        try:
            with open(self._path(), "ab") as file:
                file.write(line)
                file.flush()
        except OSError:
            self._mend()
            return False
        self._size += len(line)
        return True

    def _mend(self):
        """End a torn last line, so that the next record begins a line of its own; if it can."""
        self._torn_tail = True
        try:
            self._size = files.size_of(self._path())
            if self._size and not self._ends_whole():
                with open(self._path(), "ab") as file:
                    file.write(b"\n")
                    file.flush()
                self._size += 1
        except OSError:
            return False
        self._torn_tail = False
        return True

    def _ends_whole(self):
        with open(self._path(), "rb") as file:
            file.seek(self._size - 1)
            return file.read(1) == b"\n"

    def _count(self):
        self._head = min(self._head, self._size)
        if not self._size:
            return
        with open(self._path(), "rb") as file:
            at = self._head
            while True:
                found = self._next_whole(file, at)
                if found is None:
                    return
                at = found[1]
                self.waiting += 1
                if self.waiting % _COLLECT_EVERY == 0:
                    gc.collect()  # else the heap is free and yet too much in pieces

    def _next_whole(self, file, at):
        """(record, offset after it) of the first undamaged line from `at`; None at the end."""
        file.seek(at)
        while True:
            line = file.readline()
            if not line:
                return None
            at += len(line)
            record = _record(line)
            if record is not None:
                return record, at
            self.torn += 1


def _record(line):
    text = files.without_crc(line)
    if text is None:
        return None
    try:
        record = json.loads(text)
    except ValueError:
        return None
    return record if isinstance(record, dict) and "i" in record else None
