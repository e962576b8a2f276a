"""What sites' journals tell of boots, programs, ticks and probes, read from `event`.

Times named `_mono` and those of ticks and probes are ms of the boot's own clock; `begun_at` places
it in UTC.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, false

from motcua_hub.store.tables.base import metadata
from motcua_hub.store.types import Hex


def _site() -> Column[str]:
    return Column("site", String(32), primary_key=True)


def _boot() -> Column[str]:
    return Column("boot", String(64), primary_key=True)


site_boot = Table(
    "site_boot",
    metadata,
    _site(),
    _boot(),
    # when it began (UTC ms), once that is settled; NULL: nobody can place it yet
    Column("begun_at", BigInteger),
    Column("doubt", BigInteger, nullable=False, server_default="0"),
    # the meeting with the hub that takes the least time; NULL: it never met the hub
    Column("met_hub", BigInteger),
    Column("met_mono", BigInteger),
    Column("met_trip", BigInteger),
    # UTC minus boot-time clock by a synchronised clock; NULL: it never was
    Column("synced_offset", BigInteger),
    # the boot before it, as its first program tells; NULL: not known yet, empty: it is the first
    Column("before", String(64)),
    # why and when it ended in good order
    Column("clean", String(32), nullable=False, server_default=""),
    Column("clean_mono", BigInteger),
    # the time between the boot before and this one is booked as down
    Column("joined", Boolean, nullable=False, server_default=false()),
    Column("heard_at", BigInteger, nullable=False),
    Index("ix_site_boot_site_before", "site", "before"),
)

# One program start each.
site_run = Table(
    "site_run",
    metadata,
    _site(),
    Column("jid", Hex, primary_key=True),
    Column("boot", String(64), nullable=False),
    Column("started_mono", BigInteger, nullable=False),
    Column("parent_jid", Hex),
    Column("version", String(64), nullable=False, server_default=""),
    # the program before it ended without a word
    Column("unclean", Boolean, nullable=False, server_default=false()),
    Column("stopped_mono", BigInteger),
    Column("reason", String(200), nullable=False, server_default=""),
    Column("cause", String(32), nullable=False, server_default=""),
    Index("ix_site_run_site_boot", "site", "boot"),
    Index("ix_site_run_site_parent", "site", "parent_jid"),
)

# Ticks `first` to `last` of a boot that all say the same; neighbours that do are one row.
site_span = Table(
    "site_span",
    metadata,
    _site(),
    _boot(),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("longest", BigInteger, nullable=False),
    Column("run", String(32), nullable=False),
    Column("synced", Boolean, nullable=False, server_default=false()),
    Column("wall_offset", BigInteger, nullable=False),
    # names, separated by spaces
    Column("failed", Text, nullable=False, server_default=""),
    Column("ups", String(16), nullable=False, server_default=""),
    Column("gateway", Boolean),
    Column("hub", Boolean),
    Column("place", String(16), nullable=False, server_default=""),
)

# Probes of one target by a site's Pi that all found the same; kept for a month.
site_probe = Table(
    "site_probe",
    metadata,
    _site(),
    _boot(),
    Column("target", String(64), primary_key=True),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("cause", String(64), nullable=False, server_default=""),
    Column("confirmed", BigInteger),
    # which of the probes confirmed it, from 1; 0: none
    Column("nth", BigInteger, nullable=False, server_default="0"),
    Column("ms", BigInteger),
    Column("interval", Integer, nullable=False),
    Column("timeout", Integer, nullable=False),
    Column("n_down", Integer, nullable=False),
    Column("n_up", Integer, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Index("ix_site_probe_received_at", "received_at"),
)
