"""Papers as PDF: the one that was kept, or how it would look now."""

from motcua_hub.store import papers
from motcua_hub.upkeep import filing
from motcua_hub.upkeep.part import desk_of
from motcua_hub.web.api.operation import Call, File, not_found


def sheet(call: Call, series: str, subject: int, name: str, listed: str) -> File:
    """The sheet of a notice or of minutes. ApiError (404) when there is no such paper."""
    kept = papers.paper(call.connection, series, subject)
    content = kept.content if kept else None
    if content is None:
        desk = desk_of(call.hub.config.notices)
        content = filing.made(call.connection, desk, series, subject, call.now)
    if content is None:
        raise not_found(f"{series} {subject}", listed)
    return File(content=content, media="application/pdf", name=f"{name}-{subject}.pdf")
