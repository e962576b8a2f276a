"""Sheets of paper: notices and minutes as PDF, laid out as official papers are.

Pages must look the same wherever they are made: nothing is fetched, fonts are those of the system
(Noto Serif where there is no Times).
"""

import logging
from collections.abc import Mapping, Sequence
from typing import NoReturn

from jinja2 import Environment, PackageLoader, StrictUndefined

from motcua_hub.domain.localtime import local
from motcua_hub.domain.notice.model import Group
from motcua_hub.domain.notice.text import Letterhead, Say, moment
from motcua_hub.store.notices import Delivery, Notice

for _talker in ("fontTools", "weasyprint"):
    logging.getLogger(_talker).setLevel(logging.WARNING)


class ForeignContentError(RuntimeError):
    """A sheet asked for something outside itself."""


def _nothing(url: str, *_more: object, **_options: object) -> NoReturn:
    raise ForeignContentError(url[:200])


def environment(say: Say) -> Environment:
    """Templates of this folder; a place without a value is a fault of ours and says so."""
    made = Environment(
        loader=PackageLoader("motcua_hub.upkeep", "sheets_html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(say=say)
    return made


def printed(html: str) -> bytes:
    """HTML as PDF. Raises ForeignContentError when it asks for anything outside itself."""
    from weasyprint import HTML  # noqa: PLC0415 - a second of work, and few programs print

    pdf: bytes = HTML(string=html, url_fetcher=_nothing).write_pdf()
    return pdf


def day(say: Say, head: Letterhead, ms: int) -> str:
    """Place and date, as they stand on the right of an official paper."""
    when = local(ms)
    values = {"dd": f"{when:%d}", "mm": f"{when:%m}", "yyyy": when.year}
    if head.place:
        return say("paper.date", dia_danh=head.place, **values)
    return say("paper.date.nowhere", **values)


def _to(say: Say, deliveries: Sequence[Delivery]) -> list[tuple[str, list[str]]]:
    """The five groups in their order, with the names that stand for each."""
    return [
        (
            say(f"notice.group.{group.value}"),
            sorted({one.name for one in deliveries if one.grp == group.value}),
        )
        for group in Group
    ]


def notice_html(
    say: Say, head: Letterhead, notice: Notice, deliveries: Sequence[Delivery], now: int
) -> str:
    """The sheet of a notice; one that was not sent says that it is a draft."""
    sent = notice.sent_at is not None
    values: Mapping[str, object] = {
        "head": head,
        "notice": notice,
        "number": f"{notice.number}/{head.mark}" if sent else "",
        "day": day(say, head, notice.sent_at or now),
        "groups": _to(say, deliveries),
        "lines": notice.body.splitlines(),
        "sent": sent,
        "sent_at": moment(say, notice.sent_at or 0),
    }
    return environment(say).get_template("notice.html").render(values)


def notice_pdf(
    say: Say, head: Letterhead, notice: Notice, deliveries: Sequence[Delivery], now: int
) -> bytes:
    """The same as PDF."""
    return printed(notice_html(say, head, notice, deliveries, now))
