"""What the ledger keeps: targets, probes, evidence, the hub's sign of life.

`evidence`, `evidence_purge` and `target_version` are append-only: triggers of migrations 0004 and
0016 refuse to change or delete their rows (but for evidence that a recorded purge covers), on both
databases.
Each row of evidence is chained to the one before, so that `verify` finds an edit by hand as well.
Times are UTC ms, intervals half-open.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    false,
)

from motcua_hub.store.tables.base import metadata
from motcua_hub.store.types import Hex, Id


def _target() -> Column[str]:
    return Column("target", String(64), nullable=False)


def _sli(*, key: bool = False) -> Column[str]:
    return Column("sli", String(16), nullable=False, primary_key=key)


target = Table(
    "target",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    # server, site_link, device, service
    Column("kind", String(16), nullable=False),
    Column("site", String(32)),
    # what it depends on: id of another target
    Column("parent", String(64)),
    Column("unit", String(64), nullable=False, server_default=""),
    Column("carrier", String(64), nullable=False, server_default=""),
    # under which name its site reports its health; NULL: it does not
    Column("component", String(48)),
    # id in the registry of assets; NULL: not from there
    Column("asset", BigInteger),
    # JSON, see ledger.targets.Rules; the newest row of target_version says the same of all
    Column("policy", Text, nullable=False, server_default="{}"),
    Column("life_begin", BigInteger, nullable=False),
    Column("life_end", BigInteger),
    Column("added_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("retired_at", BigInteger),
    Index("ix_target_site", "site"),
    Index("ix_target_parent", "parent"),
)

# What a target is, in all its versions. Each holds from `valid_from` on, over whatever was said
# before of that time, and is known since `recorded_at`: what `as_of` reads.
target_version = Table(
    "target_version",
    metadata,
    Column("target", String(64), primary_key=True),
    # 1, 2, 3 …
    Column("version", Integer, primary_key=True),
    # of its rules and its place alone; what reports call their policy
    Column("rules", Integer, nullable=False),
    Column("valid_from", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("recorded_by", String(64), nullable=False, server_default=""),
    Column("why", String(400), nullable=False, server_default=""),
    # as in `target`
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("site", String(32)),
    Column("parent", String(64)),
    Column("unit", String(64), nullable=False, server_default=""),
    Column("carrier", String(64), nullable=False, server_default=""),
    Column("component", String(48)),
    Column("asset", BigInteger),
    Column("policy", Text, nullable=False),
    Column("life_begin", BigInteger, nullable=False),
    Column("life_end", BigInteger),
    Column("retired_at", BigInteger),
)

target_probe = Table(
    "target_probe",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    _target(),
    # hub, or the site whose Pi probes
    Column("vantage", String(64), nullable=False),
    # JSON of a ProbeSpec
    Column("spec", Text, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("retired_at", BigInteger),
    Index("ix_target_probe_target", "target"),
    Index("ix_target_probe_vantage", "vantage"),
)

# Who probes: `hub`, or a site whose Pi does.
vantage = Table(
    "vantage",
    metadata,
    Column("id", String(64), primary_key=True),
    # grows with every change of what it probes
    Column("version", BigInteger, nullable=False, server_default="0"),
    # JSON list of References: what shows that the vantage itself is not cut off
    Column("reference_list", Text, nullable=False, server_default="[]"),
)

evidence = Table(
    "evidence",
    metadata,
    # place in the chain: 1, 2, 3 …; holes only where evidence_purge tells of them
    Column("n", Id, primary_key=True, autoincrement=False),
    Column("id", String(200), nullable=False),
    _target(),
    _sli(),
    Column("begin_at", BigInteger, nullable=False),
    Column("end_at", BigInteger, nullable=False),
    # up, down, blind
    Column("claim", String(8), nullable=False),
    Column("source", String(32), nullable=False),
    Column("vantage", String(64), nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("boot_id", String(64), nullable=False, server_default=""),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    Column("cause", String(64), nullable=False, server_default=""),
    Column("payload_hash", String(64), nullable=False, server_default=""),
    Column("blip", Boolean, nullable=False, server_default=false()),
    Column("edge", BigInteger, nullable=False, server_default="0"),
    Column("superseded_by", String(200), nullable=False, server_default=""),
    # an earlier row has this id and says something else
    Column("twin", Boolean, nullable=False, server_default=false()),
    # SHA-256 of the hash before and all of this row
    Column("hash", Hex, nullable=False),
    Index("ix_evidence_id", "id"),
    Index("ix_evidence_target_end_at", "target", "end_at"),
)

# The end of the chain: one row, locked by whoever adds.
evidence_head = Table(
    "evidence_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
    Column("hash", Hex, nullable=False),
    # a report was made of all received up to here: nothing may be dated before it any more
    Column("sealed_at", BigInteger, nullable=False, server_default="0"),
)

# Rows [first, last] of the chain were deleted by the retention rule; `hash` is that of the last.
evidence_purge = Table(
    "evidence_purge",
    metadata,
    Column("first", Id, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("hash", Hex, nullable=False),
    # everything in it ended before this, at least five years before `made_at`
    Column("before_at", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)

# While one is in force nothing of its target (empty: of any) is purged.
evidence_hold = Table(
    "evidence_hold",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("target", String(64), nullable=False, server_default=""),
    Column("reason", String(400), nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    Column("begun_by", String(64), nullable=False),
    Column("ended_at", BigInteger),
    Column("ended_by", String(64), nullable=False, server_default=""),
)

# What a vantage says right now; a checkpoint that becomes evidence in time.
open_claim = Table(
    "open_claim",
    metadata,
    Column("target", String(64), primary_key=True),
    _sli(key=True),
    Column("vantage", String(64), primary_key=True),
    Column("source", String(32), nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("claim", String(8), nullable=False),
    Column("begin_at", BigInteger, nullable=False),
    # proven up to here; the word holds for `horizon` longer when nothing follows
    Column("until_at", BigInteger, nullable=False),
    Column("horizon", BigInteger, nullable=False, server_default="0"),
    # up to here it is evidence already
    Column("settled_at", BigInteger, nullable=False, server_default="0"),
    Column("confirmed_at", BigInteger),
    Column("cause", String(64), nullable=False, server_default=""),
    Column("blip", Boolean, nullable=False, server_default=false()),
    Column("edge", BigInteger, nullable=False, server_default="0"),
    Column("boot_id", String(64), nullable=False, server_default=""),
    Column("updated_at", BigInteger, nullable=False),
)

# A person's correction: evidence of rank 100 once a second person has agreed.
correction = Table(
    "correction",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    _target(),
    _sli(),
    Column("begin_at", BigInteger, nullable=False),
    Column("end_at", BigInteger, nullable=False),
    Column("claim", String(8), nullable=False),
    Column("cause", String(64), nullable=False, server_default=""),
    Column("reason", String(400), nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("decided_by", String(64)),
    Column("decided_at", BigInteger),
    # NULL: not decided yet
    Column("approved", Boolean),
    Column("evidence", String(200)),
    Index("ix_correction_target", "target"),
)

hub_alive = Table(
    "hub_alive",
    metadata,
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("mono", BigInteger, nullable=False),
    Column("boot", String(64), nullable=False),
    Column("run", String(32), nullable=False),
)

# Rows of hub_alive that followed each other without a hole.
hub_alive_span = Table(
    "hub_alive_span",
    metadata,
    Column("begin_at", BigInteger, primary_key=True, autoincrement=False),
    Column("end_at", BigInteger, nullable=False),
    Column("run", String(32), nullable=False),
    Column("rows", BigInteger, nullable=False),
    Index("ix_hub_alive_span_end_at", "end_at"),
)

# Every word about a site's session with the broker, as it came in; links are judged from these.
link_word = Table(
    "link_word",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("site", String(32), nullable=False),
    # when the hub heard it
    Column("at", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("session", String(128), nullable=False),
    Column("boot", String(128), nullable=False, server_default=""),
    Column("why", String(200), nullable=False, server_default=""),
    # the broker remembered it: nobody knows since when
    Column("retained", Boolean, nullable=False, server_default=false()),
    # the last the hub had heard of the site before; NULL: nothing
    Column("heard_at", BigInteger),
    Index("ix_link_word_site_id", "site", "id"),
)

ledger_cursor = Table(
    "ledger_cursor",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
)

# Time lines in pieces of fixed length; whoever adds evidence deletes those it touches.
timeline_chunk = Table(
    "timeline_chunk",
    metadata,
    Column("target", String(64), primary_key=True),
    _sli(key=True),
    Column("chunk", Integer, primary_key=True),
    # of rules, the hub's holes and the ancestors' pieces it was made from
    Column("basis", Hex, nullable=False),
    Column("content", Hex, nullable=False),
    Column("segments", LargeBinary, nullable=False),
)

# Pieces to be made again.
timeline_stale = Table(
    "timeline_stale",
    metadata,
    Column("target", String(64), primary_key=True),
    Column("chunk", Integer, primary_key=True),
)
