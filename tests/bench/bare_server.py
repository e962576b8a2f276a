"""The bare thing that a ticket is compared with: one POST, one fsynced row, nothing else."""

import sqlite3
import sys

from aiohttp import web


def make(path: str) -> web.Application:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE event(id INTEGER PRIMARY KEY, body TEXT)")

    async def post(request: web.Request) -> web.Response:
        body = await request.text()
        database.execute("INSERT INTO event(body) VALUES (?)", (body + " " * 600,))
        return web.json_response({"stored": True})

    app = web.Application()
    app.router.add_post("/", post)
    return app


if __name__ == "__main__":
    web.run_app(
        make(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None
    )
