"""Citizens who look at the public page: `many_citizens.py PORT RATE SECONDS`, a JSON line of it."""

import http.client
import json
import sys
import threading
import time

PEOPLE = 8


class Citizen(threading.Thread):
    """Asks at its own pace over a connection that stays."""

    def __init__(self, port: int, rate: float, until: float) -> None:
        super().__init__(daemon=True)
        self._port, self._every, self._until = port, 1 / rate, until
        self.took: list[float] = []
        self.wrong = 0

    def run(self) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        due = time.perf_counter()
        while due < self._until:
            time.sleep(max(0.0, due - time.perf_counter()))  # the rate that is measured
            begun = time.perf_counter()
            line.request("GET", "/status")
            answer = line.getresponse()
            body = answer.read()
            self.took.append((time.perf_counter() - begun) * 1000)
            self.wrong += answer.status != 200 or b"</html>" not in body
            due += self._every
        line.close()


def main() -> None:
    """Ask, and say how it went."""
    port, rate, seconds = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    until = time.perf_counter() + seconds
    people = [Citizen(port, rate / PEOPLE, until) for _ in range(PEOPLE)]
    begun = time.perf_counter()
    for each in people:
        each.start()
    for each in people:
        each.join()
    took = sorted(ms for each in people for ms in each.took)
    told = {
        "rate": len(took) / (time.perf_counter() - begun),
        "p50": took[len(took) // 2],
        "p99": took[len(took) * 99 // 100],
        "wrong": sum(each.wrong for each in people),
    }
    sys.stdout.write(json.dumps(told) + "\n")


main()
