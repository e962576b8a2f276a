"""A controller whose numbers are set by hand."""

from motcua_edge.drivers.controller.port import Measured


class FakeGauges:
    """Implements `Gauges`. It cannot be slow and its numbers never move by themselves."""

    def __init__(self, measured: Measured | None = None) -> None:
        self.measured = measured or Measured()

    def read(self) -> Measured:
        """What was set."""
        return self.measured
