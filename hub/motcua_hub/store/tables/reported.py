"""Calendars, planned work and what counts for nobody, the archive of reports, the public page.

What figures depend on is never edited: a new row takes the place of an old one, which keeps the
time it was replaced, so that any past view can be computed again.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from motcua_hub.store.tables.base import metadata
from motcua_hub.store.types import Hex, Id


def _by(name: str, *, required: bool = False) -> tuple[Column[int], Column[str]]:
    """When something was done, and who did it."""
    who = Column(f"{name}_by", String(64), nullable=False, server_default="")
    return Column(f"{name}_at", BigInteger, nullable=not required), who


def _why(name: str) -> Column[str]:
    return Column(f"{name}_why", Text, nullable=False, server_default="")


# A year that has no row here is as the contract knows it.
calendar_year = Table(
    "calendar_year",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("year", Integer, nullable=False),
    # the paper that fixed the days; empty: no official notice yet
    Column("notice", Text, nullable=False, server_default=""),
    *_by("set", required=True),
    Column("replaced_at", BigInteger),
    Index("ix_calendar_year_year", "year"),
)

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("year", Integer, nullable=False),
    Column("day", String(10), nullable=False),
    # off, work
    Column("kind", String(8), nullable=False),
    Column("name", String(200), nullable=False, server_default=""),
    # of a day worked by a swap: by the shifts of which weekday, 1 = Monday
    Column("as_weekday", Integer),
    *_by("added", required=True),
    Column("removed_at", BigInteger),
    Column("removed_by", String(64), nullable=False, server_default=""),
    Index("ix_calendar_day_year", "year"),
)

# Shifts of an office; those of the empty site are the default of all others.
service_shifts = Table(
    "service_shifts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("site", String(32), nullable=False),
    Column("always", Boolean, nullable=False),
    Column("shifts", Text, nullable=False),
    *_by("set", required=True),
    Column("replaced_at", BigInteger),
    Index("ix_service_shifts_site", "site"),
)

maintenance_window = Table(
    "maintenance_window",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("begin_at", BigInteger, nullable=False),
    Column("end_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("paper", Text, nullable=False, server_default=""),
    Column("emergency", Boolean, nullable=False),
    *_by("asked", required=True),
    *_by("announced"),
    *_by("approved"),
    *_by("seconded"),
    *_by("refused"),
    _why("refused"),
    *_by("cancelled"),
    _why("cancelled"),
    Index("ix_maintenance_window_end_at", "end_at"),
)

exclusion = Table(
    "exclusion",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("begin_at", BigInteger, nullable=False),
    Column("end_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("paper", Text, nullable=False),
    Column("incident", BigInteger),
    *_by("asked", required=True),
    *_by("approved"),
    *_by("refused"),
    _why("refused"),
    *_by("withdrawn"),
    _why("withdrawn"),
    Index("ix_exclusion_end_at", "end_at"),
)

# What a window or an exclusion is about: a target, a target with all that depends on it, an
# office, or everything (empty key).
layer_scope = Table(
    "layer_scope",
    metadata,
    Column("layer", String(16), primary_key=True),
    Column("layer_id", Id, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("key", String(64), primary_key=True),
)

report_template = Table(
    "report_template",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("body", Text, nullable=False),
    Column("sha256", Hex, nullable=False),
    *_by("set", required=True),
    Column("replaced_at", BigInteger),
)

# When which report is made by itself; `since` is the time from which periods are owed.
report_plan = Table(
    "report_plan",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("day", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("recipients", Text, nullable=False, server_default=""),
    Column("since", BigInteger, nullable=False),
    *_by("set", required=True),
)

# What people asked for and the worker has not made yet; ended rows say what became of it.
report_request = Table(
    "report_request",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("period", String(16), nullable=False),
    Column("filters", Text, nullable=False),
    # the report that gets a new version; empty: a new report
    Column("number", String(32), nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    *_by("asked", required=True),
    Column("ended_at", BigInteger),
    Column("report", BigInteger),
    Column("trouble", Text, nullable=False, server_default=""),
    Index("ix_report_request_ended_at", "ended_at"),
)

# What a drawing process works at; a row is there until it is done, and a failure stays with it.
report_drawing = Table(
    "report_drawing",
    metadata,
    # request/12, owed/month:2026-10, again/TGHD-2026-0001, look
    Column("what", String(64), primary_key=True),
    Column("begun_at", BigInteger),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("failed_at", BigInteger),
    Column("trouble", Text, nullable=False, server_default=""),
)

sla_report = Table(
    "sla_report",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("number", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("begin_at", BigInteger, nullable=False),
    Column("end_at", BigInteger, nullable=False),
    Column("filters", Text, nullable=False),
    Column("as_of", BigInteger, nullable=False),
    # provisional, final
    Column("standing", String(16), nullable=False),
    # which job owed it; NULL: a person asked for it
    Column("job", String(32)),
    *_by("made", required=True),
    Column("reason", Text, nullable=False, server_default=""),
    Column("document", LargeBinary, nullable=False),
    Column("sha256", Hex, nullable=False),
    UniqueConstraint("number", "version"),
    UniqueConstraint("job", "version"),
    Index("ix_sla_report_standing", "standing"),
)

sla_report_file = Table(
    "sla_report_file",
    metadata,
    Column("report", Id, ForeignKey("sla_report.id"), primary_key=True),
    # pdf, xlsx, csv; targets: every target's own sealed report
    Column("kind", String(16), primary_key=True),
    Column("sha256", Hex, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# What citizens are shown, under the name that they know it by.
public_target = Table(
    "public_target",
    metadata,
    Column("target", String(64), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("place", Integer, nullable=False),
    *_by("added", required=True),
)

public_snapshot = Table(
    "public_snapshot",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("made_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
