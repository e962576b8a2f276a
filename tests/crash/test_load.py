"""Many hands at once on one real office: no number twice, none left out, none called twice."""

import asyncio
import random
from collections import Counter, defaultdict
from http import HTTPStatus
from typing import Final

import pytest

from demo.client import Json, OfficeClient, Seat
from demo.offices import PIN
from demo.stack import SiteStack, Stack
from motcua_edge.domain.refusals import RefusalCode
from support.faults import count, full
from support.invariants import Row, check_all, edge_rows, issued
from support.sampling import exposition
from support.small_province import SMALL

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400 if full() else 300)]
COUNTERS: Final = (1, 2, 3)
PRESSES: Final = count(400, 10_000)
CLIENTS: Final = 20
ROUNDS: Final = count(2, 40)
MEANT: Final = {RefusalCode.TICKET_OPEN, RefusalCode.QUEUE_EMPTY}
"""How 50 officers' presses at once may be refused; anything else is a fault."""


async def press(client: OfficeClient, counter: int, token: str, key: str) -> Json | str:
    """One press of "next", without a key when it is empty: the ticket, or the refusal's code."""
    headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
    url = f"{client.url}/api/v1/counters/{counter}/next"
    async with client.session.post(url, json={}, headers=headers) as response:
        answer: Json = await response.json()
        if response.status == HTTPStatus.OK:
            return dict(answer["ticket"])
    assert answer["detail"], "a refusal says what to do"
    assert answer["message"], "a refusal says it in Vietnamese too"
    return str(answer["code"])


async def storm(
    client: OfficeClient, seats: dict[int, Seat], chance: random.Random, *, keyed: bool
) -> dict[int, list[Json]]:
    """50 presses at once; the tickets by counter. Keyed: an impatient hand repeats its press."""
    presses, storm_id = [], f"{chance.getrandbits(64):x}"
    for _ in range(50):
        counter = chance.choice(COUNTERS)
        key = f"{storm_id}-{counter}-{chance.randrange(6)}" if keyed else ""
        presses.append((counter, key))
    answers = await asyncio.gather(
        *(press(client, counter, seats[counter].session, key) for counter, key in presses)
    )
    called: dict[int, list[Json]] = defaultdict(list)
    for (counter, _), answer in zip(presses, answers, strict=True):
        if isinstance(answer, str):
            assert answer in MEANT, f"not a refusal that is meant: {answer}"
        else:
            called[counter].append(answer)
    return called


async def serve_ten(site: SiteStack, chance: random.Random, *, keyed: bool) -> list[str]:
    """Ten citizens, three counters, storms of presses until nobody waits; who was called."""
    order: list[str] = []
    async with OfficeClient(site.url, timeout_s=30) as client:
        technician = await client.technician(PIN)
        seats = {n: await client.sit_down(n, f"cb{n:02d}", PIN, technician) for n in COUNTERS}
        for _ in range(10):
            await client.take_ticket(chance.choice(SMALL.fields))
        while called := await storm(client, seats, chance, keyed=keyed):
            for counter, answers in called.items():
                names = {answer["id"] for answer in answers}
                assert len(names) == 1, f"counter {counter} got {names} at once"
                assert keyed or len(answers) == 1, "one press, one ticket"
                order += names
                await client.step(counter, "start", answers[0]["id"], seats[counter].session)
                await client.step(counter, "finish", answers[0]["id"], seats[counter].session)
        for counter in COUNTERS:
            await client.post(f"/api/v1/counters/{counter}/logout", {}, seats[counter].session)
    return order


def calls(rows: list[Row]) -> Counter[str]:
    """How often the journal says that each ticket was called."""
    return Counter(r["body"]["ticket"] for r in rows if r["type"].startswith("ticket.called/"))


def test_fifty_presses_of_next_at_three_counters_call_each_of_ten_tickets_once(
    stack: Stack, site: SiteStack
) -> None:
    chance = random.Random(50)
    order = []
    for number in range(ROUNDS):
        order += asyncio.run(serve_ten(site, chance, keyed=number % 2 == 1))
    rows = edge_rows(site)
    assert sorted(order) == sorted(issued(rows)), "everybody was called, nobody twice"
    assert calls(rows) == dict.fromkeys(order, 1)
    assert len(order) == 10 * ROUNDS
    check_all(stack, site)


async def citizen(site: SiteStack, chance: random.Random, presses: int, taken: list[Json]) -> None:
    """One kiosk: every tenth press is sent twice at once, as a bouncing touch does."""
    async with OfficeClient(site.url, timeout_s=60) as client:
        for _ in range(presses):
            service, key = chance.choice(SMALL.fields), f"{chance.getrandbits(96):024x}"
            again = 2 if chance.random() < 0.1 else 1
            answers = await asyncio.gather(
                *(client.take_ticket(service, key=key) for _ in range(again))
            )
            assert all(answer == answers[0] for answer in answers), "one key, one answer"
            taken.append(answers[0])


def test_twenty_kiosks_at_once_leave_no_gap_and_no_double(stack: Stack, site: SiteStack) -> None:
    taken: list[Json] = []

    async def everybody() -> None:
        share = PRESSES // CLIENTS
        await asyncio.gather(
            *(citizen(site, random.Random(n), share, taken) for n in range(CLIENTS))
        )

    asyncio.run(everybody())
    behind = exposition(f"{site.url}/metrics")['motcua_edge_inside{figure="unread_commits"}']
    assert behind <= 50, "a slow printer lets nothing pile up in memory"
    found = issued(edge_rows(site))
    assert sorted(ticket["id"] for ticket in taken) == sorted(found), "answers and journal agree"
    assert len(found) == PRESSES
    numbers: dict[str, list[int]] = defaultdict(list)
    for row in found.values():
        numbers[row["body"]["series"]].append(row["body"]["number"])
    for series, given in numbers.items():
        assert given == list(range(1, len(given) + 1)), f"series {series} has a gap or a double"
    assert len({row["body"]["label"] for row in found.values()}) == PRESSES
    check_all(stack, site, within=60)
