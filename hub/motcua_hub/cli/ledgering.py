"""The ledger's own rounds, put together."""

from sqlalchemy import Engine

from motcua_hub.ingest.messages import now_ms
from motcua_hub.ledger.rounds import EVERY_S, Rounds
from motcua_hub.loop import Loop


def ledger(engine: Engine) -> Loop:
    """The part that adds targets, judges links, reads devices and settles."""
    rounds = Rounds(engine)
    return Loop("ledger", lambda: rounds.round(now_ms()), EVERY_S)
