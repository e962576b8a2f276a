"""Charge from a battery's voltage, for pads that have one."""


def percent(millivolts, empty, full):
    """0 to 100, straight between the two voltages."""
    share = (millivolts - empty) * 100 // (full - empty)
    return max(0, min(100, share))


class Battery:
    """`adc` has `read_u16`; `wiring` has `divider`, `empty_mv`, `full_mv`."""

    def __init__(self, adc, wiring):
        self._adc = adc
        self._wiring = wiring

    def percent(self):
        """The charge now."""
        volts = self._adc.read_u16() * 3300 * self._wiring.get("divider", 2) // 65535
        return percent(volts, self._wiring.get("empty_mv", 3400), self._wiring.get("full_mv", 4150))
