"""Ingest that is killed between its commit and its first answer; run by a test as a process."""

import os
import signal
import sys
from pathlib import Path

from prometheus_client import CollectorRegistry

from motcua_hub.config import load
from motcua_hub.ingest.messages import Reply
from motcua_hub.ingest.mqtt import Link
from motcua_hub.ingest.receiver import Receiver
from motcua_hub.ingest.writer import Inbox, Writer
from motcua_hub.metrics import IngestMetrics
from motcua_hub.store.engine import open_engine
from motcua_hub.store.migrate import upgrade


def die(_reply: Reply) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    config = load(Path(sys.argv[1]))
    assert config.mqtt is not None
    engine = open_engine(config.url)
    upgrade(engine)
    metrics = IngestMetrics(CollectorRegistry())
    inbox = Inbox(metrics, 100)
    writer = Writer(Receiver(engine, metrics=metrics, credit=inbox.credit), inbox, die, 16)
    writer.start()
    Link(config.mqtt, inbox.put, metrics).start()
    writer.join()


if __name__ == "__main__":
    main()
