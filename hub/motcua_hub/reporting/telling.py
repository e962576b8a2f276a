"""Telling the recipients of a report that it is there: a message in the outbox, once each."""

from typing import Final

from sqlalchemy import Connection

from motcua_hub.domain.reporting.document import Document
from motcua_hub.domain.reporting.periods import PeriodKind
from motcua_hub.reporting.words import load
from motcua_hub.store import outbox, reporting

SHOWN: Final = ("availability", "lower", "upper", "coverage", "down", "unknown")


def tell(
    connection: Connection, document: Document, sha256: str, kind: PeriodKind, now: int
) -> int:
    """Write one message for each recipient of this kind of report; how many."""
    words = load()
    plans = {each.kind: each for each in reporting.plans(connection)}
    recipients = plans[kind].recipients if kind in plans else ()
    subject = words["mail.subject"].format(
        tieu_de=document.subtitle, so=document.number, pb=document.version
    )
    for address in recipients:
        outbox.enqueue(
            connection,
            f"report:{document.name}:{address}"[:160],
            outbox.Channel.EMAIL,
            address,
            subject,
            body(document, sha256),
            now=now,
            kind="report",
        )
    return len(recipients)


def body(document: Document, sha256: str) -> str:
    """What the message says: the same figures as everywhere."""
    words = load()
    rows = {row.key: row for row in document.table("summary").rows}
    figures = [
        f"- {row.cells[0].text}: {row.cells[1].text} (24/7); {row.cells[2].text} ({office})"
        for row, office in ((rows[key], words["basis.office"].lower()) for key in SHOWN)
    ]
    lines = [
        document.title,
        document.subtitle,
        document.period,
        document.official,
        *([words["reason"].format(ly_do=document.reason)] if document.reason else []),
        "",
        *figures,
        "",
        words["mail.where"].format(so=document.number, pb=document.version),
        f"SHA-256: {sha256}",
    ]
    return "\n".join(lines)
