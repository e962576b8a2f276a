"""An end to all patience: a server that answers a byte a second holds nobody up."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def limited(of: Callable[[], socket.socket | None], seconds: float) -> Iterator[threading.Event]:
    """Shut a socket down when the time is over; the event says that it was.

    Timeouts of sockets are for each byte anew. Whoever waits on the socket gets an error, or finds
    that the other side ended. `of` returns the socket as it is then: TLS puts another in its place.
    """
    over = threading.Event()

    def end() -> None:
        over.set()
        here = of()
        if here is not None:
            with contextlib.suppress(OSError):
                # TLS's own shutdown would pull the connection from under the thread that reads
                socket.socket.shutdown(here, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield over
    finally:
        timer.cancel()
