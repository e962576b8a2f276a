"""A server dies: who is told, what people do, when it is back, and the figures that remain of it.

Real: hub, broker, one office, a web server that is killed, the hub's probes, a mail server over
SMTP, the API. Shortened: the server is asked every second instead of every thirty.
"""

import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from demo.api import Api, ApiRefusedError
from demo.mailroom import Mailroom, subject, words
from demo.offices import OFFICES
from demo.records import SERVER, fill
from demo.stack import Stack, running
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
OFFICE = OFFICES[0]
INTERVAL_MS, RETRY_MS, TIMEOUT_MS = 1_000, 300, 1_000
FAST = {"interval": INTERVAL_MS, "retry": RETRY_MS, "timeout": TIMEOUT_MS}
BOUND_S = (INTERVAL_MS + 2 * RETRY_MS + TIMEOUT_MS) / 1000


@pytest.fixture
def mailroom(tmp_path: Path) -> Mailroom:
    return Mailroom(tmp_path / "mail")


@pytest.fixture
def stack(tmp_path: Path, mailroom: Mailroom) -> Iterator[Stack]:
    made = Stack(tmp_path / "province", [OFFICE], mailroom=mailroom, with_server=True)
    with running(made) as started:
        yield started


@pytest.fixture
def api(stack: Stack) -> Api:
    made = Api.of(stack, "e2e")
    fill(made, {OFFICE.site: OFFICE.name}, stack.server_port, **FAST)
    return made


def state(api: Api) -> str:
    now = api.get(f"/targets/{SERVER}")["now"]
    return str(now[0]["state"]) if now else ""


def incident(api: Api, status: str = "open") -> int | None:
    found = api.get("/incidents", status=status)["incidents"]
    mine = [each["id"] for each in found if each["target"] == SERVER]
    return int(mine[0]) if mine else None


def act(api: Api, number: int, deed: str, **more: object) -> str:
    return str(api.post(f"/incidents/{number}/acts", {"act": deed, **more})["status"])


def letters(mailroom: Mailroom, number: int) -> list[tuple[str, str]]:
    told = [(each.to, subject(each)) for each in mailroom.letters()]
    return [(to, about) for to, about in told if f"(SC-{number})" in about]


def test_an_outage_is_found_told_answered_mended_and_counted(
    api: Api, mailroom: Mailroom, stack: Stack
):
    until(lambda: state(api) == "up", within=15)
    assert stack.server is not None
    stack.server.kill()
    died = time.time()
    number = until(lambda: incident(api), within=BOUND_S + 15)
    found = api.get(f"/incidents/{number}")["state"]
    assert (found["severity"], found["cause"]) == (1, "software")
    onset, confirmed = found["runs"][0]["onset"], found["runs"][0]["confirmed_at"]
    assert -INTERVAL_MS <= onset - died * 1000 <= INTERVAL_MS + TIMEOUT_MS
    assert confirmed - died * 1000 <= BOUND_S * 1000 + 500

    first = until(lambda: letters(mailroom, number), within=30)
    assert [to for to, _ in first] == ["truc-phan-mem@cds.invalid"]
    act(api, number, "acknowledge")
    act(api, number, "workaround", words="Tiếp nhận bằng sổ giấy")
    stack.start_server()
    back = time.time()
    until(lambda: api.get(f"/incidents/{number}")["status"] == "restored", within=20)
    told = until(lambda: letters(mailroom, number)[1:], within=30)
    assert [to for to, _ in told] == [first[0][0]]

    act(api, number, "fix", words="Khởi động lại máy chủ")
    with pytest.raises(ApiRefusedError, match="409"):
        act(api, number, "close")

    now = int(time.time() * 1000)
    figures = api.get(f"/targets/{SERVER}/figures", begin=onset - 5_000, end=now)
    down = figures["numbers"]["down"]
    assert abs(down - (back - died) * 1000) <= figures["numbers"]["doubt"]
    assert Fraction(figures["numbers"]["lower"]) <= Fraction(figures["numbers"]["availability"])
    assert words(mailroom.letters()[0])
    assert stack.hub.running
