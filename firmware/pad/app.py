"""The whole pad: one loop in which nothing waits, watched by the watchdog."""

import gc
import os
import time
from binascii import unhexlify

from pad import frames, lights
from pad.battery import Battery
from pad.buttons import Buttons
from pad.pressids import PressIds
from pad.pressqueue import PressQueue
from pad.session import Session
from pad.talk import Talk
from pad.update import Receiver
from pad.uptime import Uptime
from pad.version import VERSION

STUCK_MS = 30000
GOOD_AFTER_MS = 20000
TRIAL_MS = 300000
ANSWER_MS = 2000
"""So long the answer to the end of an update may take to leave, before the restart."""
_PAUSE_MS = 2


class App:
    """Built from the pad's settings, its board and its slots."""

    def __init__(self, settings, board, slots):
        self._settings, self._board, self._slots = settings, board, slots
        self._uptime = Uptime()
        key = unhexlify(settings["key"])
        self._link = _link(settings, key)
        self._queue = PressQueue("queue")
        self._ids = PressIds("queue/ids", os.urandom)
        self._lights = lights.Lights(board)
        self._buttons = Buttons(board.buttons(settings["buttons"]), self._uptime.ms)
        self._receiver = Receiver(slots.spare(), settings.get("release", ""))
        wiring = settings.get("battery")
        self._battery = Battery(board.adc(wiring["pin"]), wiring) if wiring else None
        self._stuck = set()
        self._done_at = None
        session = Session(settings["pad"], key, os.urandom)
        self._talk = Talk(session, self._queue, self._ids, self)

    def run(self):
        """For ever."""
        watchdog = self._board.watchdog()
        gc.collect()
        while True:
            self.step()
            watchdog.feed()
            time.sleep_ms(_PAUSE_MS)

    def step(self):
        """One turn of the loop."""
        now = self._uptime.ms()
        for name, at in self._buttons.presses():
            self._pressed(name, at)
        self._look_for_stuck(now)
        for line in self._link.pump(now):
            self._talk.hear(line, now)
        self._talk.tick(now)
        self._lights.step(now)
        self._mind_slots(now)

    def _pressed(self, name, at):
        kept = self._queue.put({"i": self._ids.next(), "b": name, "at": at})
        # only what is in the flash is confirmed to the citizen
        self._lights.answer(lights.QUEUED if kept else lights.FULL)

    def _look_for_stuck(self, now):
        stuck = {name for name, ms in self._buttons.held().items() if ms >= STUCK_MS}
        if stuck != self._stuck:
            self._stuck = stuck
            self._talk.beat(now)

    def _mind_slots(self, now):
        if self._receiver.done and self._done_at is None:
            self._done_at = now
        if self._done_at is not None and now - self._done_at > ANSWER_MS:
            self._slots.try_spare()
            self._board.restart()
        since = self._talk.since
        if since is not None and now - since > GOOD_AFTER_MS:
            self._slots.confirm()
        elif now > TRIAL_MS and self._slots.on_trial():
            self._board.restart()  # one of its three starts is over

    # ---- what `Talk` asks for ----

    def send(self, line):
        """Hand a line to the link."""
        self._link.send(line)

    def show(self, pattern):
        """Play a pattern."""
        self._lights.show(pattern)

    def ready(self, on):
        """Say that somebody may rate now."""
        self._lights.ready(on)

    def update(self, body):
        """Take a frame of an update."""
        return self._receiver.take(body)

    def about(self):
        """Who we are."""
        return {
            "fw": VERSION,
            "board": self._board.name,
            "slot": self._slots.running,
            "back": 1 if self._slots.back else 0,
        }

    def figures(self, now):
        """How we are; a good moment to tidy the heap, before it is in pieces."""
        gc.collect()
        return {
            "up": now // 1000,
            "held": self._buttons.held(),
            "bat": self._battery.percent() if self._battery else None,
            "mem": gc.mem_free(),
        }


def _link(settings, key):
    """The way to the controller. Each way loads its own libraries: the heap is small."""
    if settings["link"] == "mqtt":
        from binascii import hexlify

        from pad.mqtt_link import MqttLink
        from pad.wifi import Wifi

        password = hexlify(frames.hmac(key, b"broker")[:16]).decode()
        wifi = Wifi(settings["wifi"]["ssid"], settings["wifi"]["password"])
        return MqttLink(settings["pad"], password, settings["broker"], wifi)
    from pad.serial_link import SerialLink

    return SerialLink()
