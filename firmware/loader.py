"""Two slots of firmware, and which one to start. No update replaces this file.

`slots.json` says which slot is good and which one is on trial, and how often that was started.
"""

import json
import os

STATE = "slots.json"
TRIES = 3
_OTHER = {"a": "b", "b": "a"}


def settings():
    """The pad's own settings: its name, key, board, buttons and link."""
    with open("config.json") as file:
        return json.load(file)


class Slots:
    """The slots of this board.

    Attributes:
        running: The slot that `start` chose.
        back: Whether the newest update was taken back.
    """

    def __init__(self, path=STATE):
        self._path = path
        self._state = _load(path)
        self.running = self._state["good"]
        self.back = bool(self._state.get("back"))

    def start(self):
        """Count this start, and give the folder of the slot to run."""
        trial = self._state.get("trial")
        if trial:
            if self._state.get("tries", 0) >= TRIES:
                self._save(good=self._state["good"], back=1)
                self.back = True
            else:
                # before the slot's first line runs: a slot that hangs has had its try
                self._save(
                    good=self._state["good"], trial=trial, tries=self._state.get("tries", 0) + 1
                )
                self.running = trial
                self.back = False
        return "slot_" + self.running

    def spare(self):
        """The folder to write an update into."""
        return "slot_" + _OTHER[self.running]

    def try_spare(self):
        """The next start is the spare slot's, on trial."""
        good = self._state["good"] if self._state.get("trial") else self.running
        self._save(good=good, trial=_OTHER[self.running], tries=0)

    def on_trial(self):
        """Whether the running slot has yet to prove itself."""
        return self._state.get("trial") == self.running

    def confirm(self):
        """The running slot is good; harmless when repeated."""
        if self.on_trial():
            self._save(good=self.running)

    def _save(self, **state):
        self._state = state
        beside = self._path + ".new"
        with open(beside, "w") as file:
            json.dump(state, file)
            file.flush()
        os.rename(beside, self._path)


def _load(path):
    try:
        with open(path) as file:
            state = json.load(file)
        if state["good"] in _OTHER:
            return state
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return {"good": "a"}
