"""An officer who calls one citizen after the other."""

from demo.client import OfficeClient, Seat
from demo.offices import PIN

COUNTER, OFFICER, SERVICE = 1, "cb01", "CT"


async def seated(client: OfficeClient, citizens: int) -> Seat:
    """An officer at counter 1, and so many citizens waiting for it."""
    technician = await client.technician(PIN)
    seat = await client.sit_down(COUNTER, OFFICER, PIN, technician)
    for _ in range(citizens):
        await client.take_ticket(SERVICE)
    return seat


async def finish(client: OfficeClient, seat: Seat) -> None:
    """Serve whoever was called, so that the next one can be."""
    view = await client.get(f"/api/v1/snapshot/counter/{COUNTER}", seat.device)
    ticket = str(view["current"]["ticket"]["id"])
    await client.step(COUNTER, "start", ticket, seat.session)
    await client.step(COUNTER, "finish", ticket, seat.session)
