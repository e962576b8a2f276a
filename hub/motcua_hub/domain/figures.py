"""What one ticket adds to the figures of its day. A test ticket adds nothing anywhere."""

from collections import Counter
from typing import Final

from motcua_contract.vocabulary import RatingState, TicketState
from motcua_hub.domain.tickets import TicketRow

QueueKey = tuple[str, str]
"""Day and service."""
RatingKey = tuple[str, str, int]
"""Day, officer and scale (0 for what has no scale)."""

_COLUMN: Final[dict[str, str]] = {
    TicketState.WAITING: "waiting",
    TicketState.CALLED: "called",
    TicketState.SERVING: "serving",
    TicketState.ON_HOLD: "parked",
    TicketState.AWAY: "parked",
    TicketState.MISSED: "missed",
    TicketState.WRAP_UP: "served",
    TicketState.SERVED: "served",
    TicketState.NO_SHOW: "no_show",
    TicketState.WALKED_OUT: "walked_out",
    TicketState.EXPIRED: "expired",
}


def queue_figures(row: TicketRow) -> dict[str, int]:
    """Columns of `queue_day`, with what this ticket adds to each."""
    if row.test:
        return {}
    if row.state == TicketState.VOID:
        return {"void": 1}
    figures = {"issued": 1}
    column = _COLUMN.get(row.state)
    if column:
        figures[column] = 1
    if row.wait_ms is not None:
        figures |= {"wait_n": 1, "wait_ms": row.wait_ms}
    if row.serving_ms is not None:
        figures |= {"serving_n": 1, "serving_ms": row.serving_ms}
    return figures


def rating_figures(row: TicketRow) -> list[tuple[int, str]]:
    """(scale, column) pairs of `rating_day` to which this ticket adds one."""
    if row.test or row.state == TicketState.VOID or row.rating_state == RatingState.NONE:
        return []
    pairs = [(0, "offered")]
    if row.rating_state == RatingState.RATED and row.rating_level and row.rating_scale:
        pairs.append((row.rating_scale, f"level{row.rating_level}"))
    elif row.rating_state in (RatingState.DECLINED, RatingState.EXPIRED):
        pairs.append((0, row.rating_state))
    return pairs


def queue_key(row: TicketRow) -> QueueKey:
    """Under which day and service it counts."""
    return (row.day, row.service)


class Figures:
    """Sums of many tickets; `subtract` takes an old version of a row out again."""

    def __init__(self) -> None:
        self.queue: dict[QueueKey, Counter[str]] = {}
        self.rating: dict[RatingKey, Counter[str]] = {}

    def add(self, row: TicketRow, sign: int = 1) -> None:
        """Count `row` in (sign 1) or out (sign -1)."""
        queue = self.queue.setdefault(queue_key(row), Counter())
        for column, amount in queue_figures(row).items():
            queue[column] += sign * amount
        for scale, column in rating_figures(row):
            key = (row.day, row.officer or "", scale)
            self.rating.setdefault(key, Counter())[column] += sign

    def replace(self, old: TicketRow | None, new: TicketRow) -> None:
        """Count a row anew."""
        if old is not None:
            self.add(old, -1)
        self.add(new)
