"""The printer over any link: ask, send, and ask again before believing."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import msgspec

from motcua_contract.vocabulary import PrintFailure
from motcua_edge.drivers.printer import queries
from motcua_edge.drivers.printer.encoding import Encoder
from motcua_edge.drivers.printer.links import Link, LinkDownError, LinkStalledError
from motcua_edge.drivers.printer.port import (
    FateUnknownError,
    NothingPrintedError,
    PaperRanOutError,
    PrinterStatus,
)
from motcua_edge.drivers.printer.queries import Query
from motcua_edge.drivers.printer.slip import Slip

T = TypeVar("T")
_LOG = logging.getLogger(__name__)


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """How long to wait for what, in seconds, and how fast paper moves."""

    status_s: float = 0.5
    confirm_s: float = 8.0
    poll_s: float = 0.25
    mm_per_s: float = 75.0
    dots_per_mm: float = 8.0


class EscposPrinter:
    """Implements `Printer`. All blocking work is in one thread, so that one job runs at a time."""

    def __init__(self, link: Link, encoder: Encoder, timing: Timing) -> None:
        self._link = link
        self._encoder = encoder
        self._timing = timing
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="printer")
        self._stopping = threading.Event()
        self._ordered: bool | None = None
        """Whether the printer answers in order (GS r); None until it was tried."""
        self._ordered_answers = 0
        self._unclean = True
        self._torso = False
        self._loading: Future[None] | None = None

    async def print(self, slip: Slip) -> None:
        """See `Printer`."""
        await self._in_worker(lambda: self._print(slip))

    def expect_torso(self) -> None:
        """See `Printer`."""
        self._torso = True

    async def status(self) -> PrinterStatus:
        """See `Printer`. The first look also loads the encoder, so that no slip waits for it."""
        status = await self._in_worker(self._status)
        if self._loading is None and not self._stopping.is_set():
            self._loading = self._worker.submit(self._encoder.load)
        return status

    async def close(self) -> None:
        """See `Printer`."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        await self._in_worker(self._link.close)
        self._worker.shutdown(wait=False)

    async def _in_worker(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    # ---- in the worker ----

    def _print(self, slip: Slip) -> None:
        data = self._encoder.encode(slip)
        try:
            self._prepare()
            self._send(data, slip.height)
        finally:
            if not self._link.keep_open:
                self._link.close()

    def _prepare(self) -> None:
        """Everything before the first byte of the slip; raises NothingPrintedError."""
        status = self._status_or_reopen()
        cause = status.cause
        if cause is not None:
            raise NothingPrintedError(cause)
        if not self._link.reports:
            return
        try:
            self._clean_up()
            self._learn_order()
        except LinkDownError as error:
            self._link.close()
            raise NothingPrintedError(PrintFailure.OFFLINE, str(error)) from error
        except LinkStalledError as error:
            self._link.close()
            raise NothingPrintedError(PrintFailure.STALLED, str(error)) from error

    def _status_or_reopen(self) -> PrinterStatus:
        """A link that was kept open may be long dead: one fresh attempt before judging."""
        was_open = self._link.keep_open
        status = self._ask_open()
        return self._ask_open() if was_open and not status.reachable else status

    def _status(self) -> PrinterStatus:
        status = self._status_or_reopen()
        if not self._link.keep_open:
            self._link.close()
        return status

    def _ask_open(self) -> PrinterStatus:
        try:
            self._link.open()
            return self._ask() if self._link.reports else PrinterStatus(reports=False)
        except LinkDownError as error:
            _LOG.debug("printer link: %s", error)
            self._forget_link()
            return PrinterStatus(reachable=False, reports=self._link.reports)
        except LinkStalledError as error:
            _LOG.debug("printer link: %s", error)
            self._forget_link()
            return PrinterStatus(stalled=True)

    def _forget_link(self) -> None:
        """The next printer on this cable may be another one: learn it anew."""
        self._link.close()
        self._ordered = None
        self._unclean = True

    def _ask(self) -> PrinterStatus:
        self._take(0.0)
        answers: dict[Query, int] = {}
        for query in (Query.PRINTER, Query.OFFLINE, Query.PAPER, Query.ERROR):
            if query is Query.ERROR and not queries.has_error(answers):
                break
            answer = self._ask_one(query)
            if answer is None:
                break
            answers[query] = answer
        return queries.read(answers)

    def _ask_one(self, query: Query) -> int | None:
        self._link.write(queries.real_time(query))
        deadline = time.monotonic() + self._timing.status_s
        while (left := deadline - time.monotonic()) > 0:
            answers = self._take(left)
            if answers:
                return answers[-1]
        return None

    def _take(self, timeout: float) -> list[int]:
        """Real-time answers that came; counts the answers given in order on the way."""
        data = self._link.read(timeout)
        self._ordered_answers += sum(map(queries.is_ordered_answer, data))
        return [byte for byte in data if queries.is_real_time_answer(byte)]

    def _clean_up(self) -> None:
        """Drop and cut off what a broken or killed job may have left in the printer."""
        if self._unclean:
            self._link.write(queries.CLEAR_BUFFER)
            self._unclean = False
        if self._torso:
            self._link.write(self._encoder.torso_off())
            self._torso = False

    def _learn_order(self) -> None:
        if self._ordered is None:
            self._ordered = self._waited_for_order(self._timing.status_s)

    def _waited_for_order(self, seconds: float) -> bool:
        before = self._ordered_answers
        self._take(0.0)
        self._ordered_answers = before
        self._link.write(queries.ORDERED_QUERY)
        deadline = time.monotonic() + seconds
        while self._ordered_answers == before and (left := deadline - time.monotonic()) > 0:
            self._take(left)
        return self._ordered_answers > before

    def _send(self, data: bytes, rows: int) -> None:
        """From here on bytes leave: every way out but a confirmed end is an error that says so."""
        try:
            self._link.write(data)
            if self._link.reports:
                self._confirm(rows)
        except LinkDownError as error:
            self._broken()
            raise FateUnknownError(PrintFailure.OFFLINE, str(error)) from error
        except LinkStalledError as error:
            status = self._status_after_stall()
            self._broken()
            if status.cause is PrintFailure.PAPER_OUT:
                raise PaperRanOutError(PrintFailure.PAPER_OUT, str(error)) from error
            raise FateUnknownError(PrintFailure.STALLED, str(error)) from error

    def _confirm(self, rows: int) -> None:
        status = self._settled(rows)
        if status.cause is None:
            return
        if status.answered:
            self._clear_quietly()
        self._broken()
        if status.cause is PrintFailure.PAPER_OUT:
            raise PaperRanOutError(PrintFailure.PAPER_OUT)
        raise FateUnknownError(status.cause)

    def _settled(self, rows: int) -> PrinterStatus:
        """The status once the slip went through, or as soon as something stopped it."""
        timing = self._timing
        paper_s = rows / timing.dots_per_mm / timing.mm_per_s
        before = self._ordered_answers
        if self._ordered:
            self._link.write(queries.ORDERED_QUERY)
        deadline = time.monotonic() + (timing.confirm_s if self._ordered else 0) + paper_s
        while True:
            self._take(timing.poll_s)
            through = self._ordered_answers > before
            status = self._ask()
            if status.cause is not None or through:
                return status
            if time.monotonic() > deadline or self._stopping.is_set():
                return PrinterStatus(stalled=True) if self._ordered else status

    def _status_after_stall(self) -> PrinterStatus:
        """What the printer says of the stall, when it says anything."""
        self._link.drop_unsent()
        status = self._ask_open()
        if status.answered:
            self._clear_quietly()
        return status

    def _clear_quietly(self) -> None:
        """Keep a stopped slip from coming out later, when paper is back."""
        try:
            self._link.write(queries.CLEAR_BUFFER)
            self._ask()  # an answer means that it has arrived: closing drops what has not
        except (LinkDownError, LinkStalledError) as error:
            _LOG.debug("printer buffer not cleared: %s", error)

    def _broken(self) -> None:
        self._torso = True
        self._forget_link()
