"""A program ends when it is told to, wherever the signal meets it."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

PROGRAM = """
from motcua_hub.told import Told
told = Told()
print("ready", flush=True)
# never asleep: the signal comes in the middle of `wait`
while not told.wait(0):
    pass
assert told.wait(60), "what was said once is not forgotten"
"""


def told_to_end(number: int) -> int:
    """The exit code; with `threading.Event` in the handler most of these never ended."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(number)
        try:
            return process.wait(20)
        finally:
            process.kill()


def test_a_signal_in_the_middle_of_waiting_ends_the_program():
    numbers = [signal.SIGTERM, signal.SIGINT] * 10
    with ThreadPoolExecutor(2) as several:
        assert list(several.map(told_to_end, numbers)) == [0] * len(numbers)
