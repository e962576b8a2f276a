"""The bare thing that ingest is compared with: receive, decode, insert, commit, acknowledge.

The same client, store and rows as ingest's; no digests, no protocol, no projections.
Arguments: the broker's port, and a path of SQLite or a URL of PostgreSQL.
"""

import sqlite3
import sys
import time
from typing import Protocol

import psycopg
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from motcua_contract.messages import Ack, Batch, decode, encode

ROWS = 500
COLUMNS = (
    "site", "jid", "seq", "eid", "type", "boot", "t_mono", "t_wall", "clock", "business_day",
    "body", "received_at",
)  # fmt: skip
KINDS = {
    "jid": "BLOB", "eid": "BLOB", "body": "BLOB",
    "seq": "BIGINT", "t_mono": "BIGINT", "t_wall": "BIGINT", "received_at": "BIGINT",
}  # fmt: skip
NAMES = ", ".join(COLUMNS)
TABLE = (
    "CREATE TABLE event(id {key}, "
    + ", ".join(f"{name} {KINDS.get(name, 'TEXT')}" for name in COLUMNS)
    + ", UNIQUE(site, jid, seq))"
)
Values = tuple[object, ...]


class Store(Protocol):
    def insert(self, rows: list[Values]) -> None: ...


class Sqlite:
    def __init__(self, path: str) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute(TABLE.format(key="INTEGER PRIMARY KEY"))

    def insert(self, rows: list[Values]) -> None:
        marks = ", ".join("?" * len(COLUMNS))
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany(
            f"INSERT OR IGNORE INTO event({NAMES}) VALUES ({marks})",  # noqa: S608
            rows,
        )
        self._database.execute("COMMIT")


class Postgres:
    def __init__(self, url: str) -> None:
        self._database = psycopg.connect(url)
        table = TABLE.replace("BLOB", "BYTEA").format(key="BIGSERIAL PRIMARY KEY")
        self._database.execute(table.encode())
        self._database.commit()

    def insert(self, rows: list[Values]) -> None:
        marks = ", ".join(["%s"] * len(COLUMNS))
        statement = f"INSERT INTO event({NAMES}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
        with self._database.cursor() as cursor:
            cursor.executemany(statement.encode(), rows)
        self._database.commit()


class Bare:
    def __init__(self, port: int, store: Store) -> None:
        self._store = store
        self._rows: list[Values] = []
        self._acks: list[tuple[str, Ack]] = []
        self._heard = 0
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="bare", protocol=MQTTv5)
        self._client.on_message = self._on_message
        self._client.on_connect = lambda client, *_: client.subscribe("mc/1/+/up/batch", 1)
        self._client.connect("127.0.0.1", port, clean_start=True)

    def run(self) -> None:
        """Commit whenever 500 rows are there, or nothing more has come."""
        while True:
            before = self._heard
            self._client.loop(0.0 if self._rows else 0.1)
            if self._rows and (len(self._rows) >= ROWS or self._heard == before):
                self._commit()

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self._heard += 1
        site = message.topic.split("/")[2]
        batch = decode(Batch, message.payload)
        now, jid = time.time_ns() // 1_000_000, bytes.fromhex(batch.jid)
        self._rows += [
            (
                site, jid, event.seq, bytes.fromhex(event.eid), event.type, event.boot,
                event.t_mono, event.t_wall, event.clock.value, event.business_day,
                bytes(event.body), now,
            )
            for event in batch.events
        ]  # fmt: skip
        ack = Ack(jid=batch.jid, upto=batch.last, tag="0" * 32)
        self._acks.append((f"mc/1/{site}/down/ack", ack))

    def _commit(self) -> None:
        self._store.insert(self._rows)
        for topic, ack in self._acks:
            self._client.publish(topic, encode(ack), qos=1)
        self._rows.clear()
        self._acks.clear()


if __name__ == "__main__":
    where = sys.argv[2]
    Bare(int(sys.argv[1]), Postgres(where) if "://" in where else Sqlite(where)).run()
