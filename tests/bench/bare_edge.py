"""The bare thing that an office's program is compared with: a web server and a broker connection.

Arguments: port, database, broker host, broker port, CA, certificate, key, client id.
"""

import asyncio
import ssl
import sys
from pathlib import Path

import aiomqtt
from aiohttp import web

from bare_server import make  # isort: skip


async def serve(port: int, database: str) -> None:
    runner = web.AppRunner(make(database))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()


async def listen(host: str, port: int, files: list[str], client_id: str) -> None:
    context = ssl.create_default_context(cafile=files[0])
    context.load_cert_chain(files[1], files[2])
    client = aiomqtt.Client(host, port, identifier=client_id, tls_context=context)
    async with client:
        await client.subscribe("mc/1/#")
        Path(sys.argv[2]).with_suffix(".connected").touch()
        async for _ in client.messages:
            pass


async def main() -> None:
    port, database, host, broker, *files, client_id = sys.argv[1:]
    await serve(int(port), database)
    await listen(host, int(broker), files, client_id)


if __name__ == "__main__":
    asyncio.run(main())
