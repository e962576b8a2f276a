"""What both boards have: plain pins, a tone by PWM, a watchdog."""

import machine

WATCHDOG_MS = 8000


class Board:
    """`pins` has buttons (a tuple of pin numbers), ready, green, red, buzzer."""

    def __init__(self, name, pins):
        self.name = name
        self._buttons = pins["buttons"]
        self._ready = machine.Pin(pins["ready"], machine.Pin.OUT, value=0)
        self._green = machine.Pin(pins["green"], machine.Pin.OUT, value=0)
        self._red = machine.Pin(pins["red"], machine.Pin.OUT, value=0)
        self._buzzer = machine.PWM(machine.Pin(pins["buzzer"]))
        self._buzzer.duty_u16(0)

    def buttons(self, names):
        """{name: pin}; a button closes its pin to ground."""
        return {
            name: machine.Pin(number, machine.Pin.IN, machine.Pin.PULL_UP)
            for name, number in zip(names, self._buttons)
        }

    def first_is_down(self):
        """Whether the first button is held: at power-on it asks for the REPL."""
        return machine.Pin(self._buttons[0], machine.Pin.IN, machine.Pin.PULL_UP).value() == 0

    def adc(self, number):
        """An analogue input."""
        return machine.ADC(machine.Pin(number))

    def ready(self, on):
        """The light that says: rate now."""
        self._ready.value(1 if on else 0)

    def green(self, on):
        """The good light."""
        self._green.value(on)

    def red(self, on):
        """The bad light."""
        self._red.value(on)

    def tone(self, hz):
        """A tone; 0 is silence."""
        if hz:
            self._buzzer.freq(hz)
        self._buzzer.duty_u16(32768 if hz else 0)

    def watchdog(self):
        """Restarts the board unless it is fed every 8 s; nothing can stop it again."""
        return machine.WDT(timeout=WATCHDOG_MS)

    def restart(self):
        """Start afresh."""
        machine.reset()
