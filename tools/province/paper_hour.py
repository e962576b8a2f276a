"""One hour of one server that fits on a sheet of paper: whoever doubts a figure adds it up by hand.

Asked every 30 s from 10:00:00 on, again 5 s after a failure; the hub is away for six minutes; the
last ten minutes were announced as planned work. Afterwards the server's own journal comes in.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from province.probers import FAIL, OK, Run, Timing, asked
from province.script import HOUR, MINUTE, SECOND
from province.spans import Signal, Span

BEGIN = int(datetime(2026, 1, 6, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")).timestamp()) * SECOND
PERIOD: Span = (BEGIN, BEGIN + HOUR)
OFF: Span = (BEGIN + 11 * MINUTE + 50 * SECOND, BEGIN + 15 * MINUTE + 5 * SECOND)
"""When it did not answer; the probes see it from 10:12:00 on."""
AWAY: Span = (BEGIN + 30 * MINUTE, BEGIN + 36 * MINUTE)
"""When the hub was not there."""
DARK: Span = (BEGIN + 34 * MINUTE, BEGIN + 36 * MINUTE)
"""When the server did not run, as its journal tells later."""
WORK: Span = (BEGIN + 50 * MINUTE, BEGIN + HOUR)


def answers() -> list[list[Run]]:
    """What the hub's prober got, before and after its absence."""
    signal = Signal(
        [(BEGIN, (OK, "")), (OFF[0], (FAIL, "timeout")), (OFF[1], (OK, ""))],
    )
    return [
        asked(signal, Timing(), BEGIN, AWAY[0]),
        asked(signal, Timing(), AWAY[1], PERIOD[1]),
    ]
