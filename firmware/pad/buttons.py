"""The buttons of a board: edges by interrupt, levels by looking, presses by debouncing."""

from pad.debounce import PRESSED, Contact

_KEPT_EDGES = 32


class Buttons:
    """`pins` maps a button's name to its pin (down is 0); `now` gives ms."""

    def __init__(self, pins, now, debounce_ms=20):
        self._now = now
        self._pins = pins
        self._contacts = {
            name: Contact(debounce_ms, pin.value() == 0, now()) for name, pin in pins.items()
        }
        self._edges = []
        for name, pin in pins.items():
            pin.irq(handler=self._noted(name), trigger=pin.IRQ_FALLING | pin.IRQ_RISING)

    def _noted(self, name):
        def handler(pin):
            # a loop that is busy with the flash still learns of a press that is over by then
            if len(self._edges) < _KEPT_EDGES:
                self._edges.append((name, pin.value() == 0, self._now()))

        return handler

    def presses(self):
        """[(name, at ms)] of what has become a press since the last call."""
        found = []
        edges, self._edges = self._edges, []
        for name, level, at in edges:
            self._take(found, name, self._contacts[name].edge(level, at))
        now = self._now()
        for name, pin in self._pins.items():
            contact = self._contacts[name]
            self._take(found, name, contact.edge(pin.value() == 0, now))
            self._take(found, name, contact.settle(now))
        return found

    def _take(self, found, name, event):
        if event == PRESSED:
            found.append((name, self._contacts[name].down_since))

    def held(self):
        """{name: ms} of the buttons that are down."""
        now = self._now()
        held = {name: contact.held_ms(now) for name, contact in self._contacts.items()}
        return {name: ms for name, ms in held.items() if ms}
