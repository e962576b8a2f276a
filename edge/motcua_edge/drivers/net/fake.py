"""A network whose answers are set by hand."""

from motcua_edge.drivers.net.port import PingUnavailableError


class FakePinger:
    """Implements `Pinger`: `answers` maps an address to its round trip in ms; others are silent.

    It cannot be late: a silent address answers None at once.
    """

    def __init__(self, answers: dict[str, float] | None = None) -> None:
        self.answers = dict(answers or {})
        self.forbidden = False
        self.asked: list[str] = []

    async def ping(self, address: str, timeout_s: float) -> float | None:
        """The answer that was set."""
        del timeout_s
        self.asked.append(address)
        if self.forbidden:
            msg = "pings are forbidden here"
            raise PingUnavailableError(msg)
        return self.answers.get(address)
