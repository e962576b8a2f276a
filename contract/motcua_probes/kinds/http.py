"""HTTP(S): one GET over a connection of its own, its status and, if asked for, its body.

Spoken by hand: this is where nearly all probes are, and a client library with its pools, cookies
and headers costs several times the probe. Redirects are an answer, not followed.
"""

import re
from typing import Final

from motcua_probes.attempt import Attempt
from motcua_probes.failures import ProbeError
from motcua_probes.lines import Line
from motcua_probes.results import Trouble

MOST: Final = 1_048_576
"""Bytes of an answer that are read; what is expected must be among them."""
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r]")
_END = b"\r\n\r\n"
_SERVER_ERROR = 500


async def http(attempt: Attempt) -> None:
    """The status is one of those expected, and the body holds what it should."""
    line = await attempt.line()
    try:
        await line.send(_request(attempt))
        answer = await _head(line)
        _check_status(attempt, answer)
        if attempt.spec.expect_body:
            await _check_body(attempt, line, answer)
    finally:
        line.close()


def _request(attempt: Attempt) -> bytes:
    spec = attempt.spec
    host = f"[{attempt.name}]" if ":" in attempt.name else attempt.name
    at = host if spec.port is None else f"{host}:{spec.port}"
    path = spec.path if spec.path.startswith("/") else f"/{spec.path}"
    if re.search(r"[\x00-\x20\x7f]", path + at):
        raise ProbeError(Trouble.PROTOCOL, "the path or host has blanks or control characters")
    return (
        f"GET {path} HTTP/1.1\r\nHost: {at}\r\nUser-Agent: Motcua-probe\r\n"
        "Accept: */*\r\nConnection: close\r\n\r\n"
    ).encode()


async def _head(line: Line) -> bytes:
    """Everything up to the end of the headers, at least."""
    answer = b""
    while _END not in answer:
        more = await line.receive()
        if not more:
            trouble = Trouble.PROTOCOL if answer else Trouble.CLOSED
            raise ProbeError(trouble, "closed before the headers were complete")
        answer += more
        if len(answer) > MOST:
            raise ProbeError(Trouble.PROTOCOL, "headers without end")
        if not answer.startswith(b"HTTP/1."[: len(answer)]):
            raise ProbeError(Trouble.PROTOCOL, "what answers does not speak HTTP/1")
    return answer


def _check_status(attempt: Attempt, answer: bytes) -> None:
    found = _STATUS.match(answer)
    if found is None:
        raise ProbeError(Trouble.PROTOCOL, "the status line is not HTTP's")
    status = int(found[1])
    wanted = attempt.spec.expect_status or range(200, 400)
    if status not in wanted:
        trouble = Trouble.HTTP_5XX if status >= _SERVER_ERROR else Trouble.HTTP_STATUS
        raise ProbeError(trouble, f"status {status}")


async def _check_body(attempt: Attempt, line: Line, answer: bytes) -> None:
    head, _, body = answer.partition(_END)
    expected = attempt.spec.expect_body.encode()
    chunked = re.search(rb"(?im)^transfer-encoding:.*\bchunked\b", head) is not None
    length = re.search(rb"(?im)^content-length:[ \t]*(\d{1,12})[ \t]*\r?$", head)
    whole = MOST if chunked or length is None else min(MOST, int(length[1]))
    while True:
        text = joined(body) if chunked else body
        if expected in text:
            return
        more = await line.receive() if len(body) < whole else b""
        if not more:
            raise ProbeError(Trouble.HTTP_BODY, "the body does not hold what is expected")
        body += more


def joined(body: bytes) -> bytes:
    """The chunks that have come so far, without their lengths; stops at what is no chunk."""
    found, at = bytearray(), 0
    while True:
        end = body.find(b"\r\n", at)
        size = re.match(rb"[0-9a-fA-F]{1,8}", body[at:end]) if end >= 0 else None
        if size is None or int(size[0], 16) == 0:
            return bytes(found)
        begin = end + 2
        at = begin + int(size[0], 16)
        found += body[begin:at]
        at += 2
