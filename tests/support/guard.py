"""Kill points at full speed: a seccomp filter stops one kind of system call, and only that.

strace stops a traced process at every call of every kind. Here the kernel hands the calls of one
kind, of all threads together, to a guard process, which lets them go on and kills at the n-th.
"""

import contextlib
import ctypes
import fcntl
import os
import platform
import select
import signal
import socket
import struct
import sys

import pytest

_NUMBERS = {
    "x86_64": {"seccomp": 317, "write": 1, "pwrite64": 18, "sendto": 44, "fdatasync": 75},
    "aarch64": {"seccomp": 277, "write": 64, "pwrite64": 68, "sendto": 206, "fdatasync": 83},
}
needs_filter = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in _NUMBERS,
    reason="needs Linux with seccomp, on x86-64 or ARM64",
)
_NO_NEW_PRIVILEGES, _SET_FILTER, _NEW_LISTENER = 38, 1, 8
_LOAD_NUMBER, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ASK, _ALLOW = 0x7FC0_0000, 0x7FFF_0000
_RECEIVE, _ANSWER, _GO_ON = 0xC050_2100, 0xC018_2101, 1
_NOTICE = 80


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def watched(call: str) -> int:
    """Have this process's calls of one kind asked about; the descriptor of the questions."""
    numbers = _NUMBERS[platform.machine()]
    rules = (
        (_LOAD_NUMBER, 0, 0, 0),
        (_IF_EQUAL, 0, 1, numbers[call]),
        (_RETURN, 0, 0, _ASK),
        (_RETURN, 0, 0, _ALLOW),
    )
    packed = b"".join(struct.pack("=HBBI", *rule) for rule in rules)
    program = _Program(len(rules), packed)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    found: int = libc.syscall(numbers["seccomp"], _SET_FILTER, _NEW_LISTENER, ctypes.byref(program))
    if found < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return found


def guard(questions: int, pid: int, n: int) -> None:
    """Let calls go on until the n-th, kill `pid` there; returns when it is dead."""
    poll = select.poll()
    poll.register(questions, select.POLLIN)
    seen = 0
    while not poll.poll()[0][1] & select.POLLHUP:
        notice = bytearray(_NOTICE)
        with contextlib.suppress(OSError):  # whoever asked may be dead by now
            fcntl.ioctl(questions, _RECEIVE, notice)
            seen += 1
            if seen == n:
                os.kill(pid, signal.SIGKILL)
                return
            (asked,) = struct.unpack_from("=Q", notice)
            fcntl.ioctl(questions, _ANSWER, struct.pack("=QqiI", asked, 0, 0, _GO_ON))


def hand_over(way: socket.socket, questions: int) -> None:
    """Give the descriptor to the guard."""
    socket.send_fds(way, [str(os.getpid()).encode()], [questions])
    os.close(questions)


def stand_guard(way: socket.socket, n: int) -> None:
    """The guard's whole life."""
    pid, (questions,), _, _ = socket.recv_fds(way, 32, 1)
    guard(questions, int(pid), n)
