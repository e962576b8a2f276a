"""What targets are, in all their versions: since when it holds, since when it is on record.

`target_rule` knew rules and parents only; its rows become versions. Names, units and contract lives
of former times are taken from the audit trail where it tells them whole. All of that counted for
the whole past so far, so the versions that are made here hold from the beginning of time.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TOLD = (
    "name",
    "kind",
    "site",
    "parent",
    "unit",
    "carrier",
    "component",
    "asset",
    "life_begin",
    "life_end",
)
Row = dict[str, Any]


def _table() -> None:
    op.create_table(
        "target_version",
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("why", sa.String(length=400), server_default="", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=True),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("unit", sa.String(length=64), server_default="", nullable=False),
        sa.Column("carrier", sa.String(length=64), server_default="", nullable=False),
        sa.Column("component", sa.String(length=48), nullable=True),
        sa.Column("asset", sa.BigInteger(), nullable=True),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("life_begin", sa.BigInteger(), nullable=False),
        sa.Column("life_end", sa.BigInteger(), nullable=True),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("target", "version", name=op.f("pk_target_version")),
    )


def _rows(table: str, order: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    query = sa.text(f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608 - our own names
    for row in op.get_bind().execute(query).mappings():
        found.setdefault(row["target"], []).append(dict(row))
    return found


def _audited() -> dict[str, list[Row]]:
    """What the audit trail says of changes, by target and in order: when, who, what it became."""
    query = sa.text(
        "SELECT at, actor, action, subject, detail FROM audit"
        " WHERE action IN ('target_added', 'target_changed') ORDER BY at, id"
    )
    found: dict[str, list[Row]] = {}
    for row in op.get_bind().execute(query).mappings():
        told = row["detail"].rpartition("} -> {")
        text = "{" + told[2] if told[1] else row["detail"]
        try:
            became = msgspec.json.decode(text)
        except msgspec.DecodeError:
            became = None
        found.setdefault(row["subject"], []).append({**row, "became": became})
    return found


def _versions(target: Row, rules: list[Row], told: list[Row]) -> list[Row]:
    """A target's versions, oldest first."""
    before = dict(target)
    if target["retired_at"] is not None and target["life_end"] == target["retired_at"]:
        before["life_end"] = None
    before["retired_at"] = None
    found = _by_audit(before, rules, told) or _by_rules(before, rules)
    if target["retired_at"] is not None or _said(found[-1]) != _said(target):
        made_at = target["retired_at"] or target["changed_at"]
        last = {**target, "recorded_at": max(made_at, found[-1]["recorded_at"])}
        found.append({**last, "rules": found[-1]["rules"], "recorded_by": ""})
    return [_row(target["id"], number, each) for number, each in enumerate(found, 1)]


def _said(row: Mapping[str, Any]) -> list[Any]:
    return [row[name] for name in (*_TOLD, "policy", "retired_at")]


def _by_rules(before: Row, rules: list[Row]) -> list[Row]:
    first = {"parent": before["parent"], "policy": before["policy"], "version": 1}
    held = rules or [{**first, "made_at": before["added_at"], "made_by": ""}]
    return [
        {
            **before,
            "parent": each["parent"],
            "policy": each["policy"],
            "rules": each["version"],
            "recorded_at": each["made_at"],
            "recorded_by": each["made_by"],
        }
        for each in held
    ]


def _by_audit(before: Row, rules: list[Row], told: list[Row]) -> list[Row]:
    """Nothing unless the trail is whole and leads to what the target is."""
    policies = {each["version"]: each["policy"] for each in rules}
    if not told or told[0]["action"] != "target_added":
        return []
    found: list[Row] = []
    for each in told:
        became = each["became"]
        if not isinstance(became, dict) or became.get("version", 1) not in policies:
            return []
        number = became.get("version", 1)
        row = {**before, **{name: became.get(name, before[name]) for name in _TOLD}}
        found.append(
            {
                **row,
                "rules": number,
                "policy": policies[number],
                "recorded_at": each["at"],
                "recorded_by": each["actor"],
            }
        )
    return found if _said(found[-1]) == _said(before) else []


def _row(target: str, number: int, each: Row) -> Row:
    names = (*_TOLD, "policy", "retired_at", "rules", "recorded_at", "recorded_by")
    row = {name: each[name] for name in names}
    return {**row, "target": target, "version": number, "valid_from": 0, "why": ""}


def _fill() -> None:
    bind = op.get_bind()
    rules, told = _rows("target_rule", "target, version"), _audited()
    targets = bind.execute(sa.text("SELECT * FROM target ORDER BY id")).mappings().all()
    rows = [
        version
        for target in targets
        for version in _versions(
            dict(target), rules.get(target["id"], []), told.get(target["id"], [])
        )
    ]
    if rows:
        table = sa.table("target_version", *(sa.column(name) for name in rows[0]))
        bind.execute(table.insert(), rows)


def _guard_sqlite() -> None:
    table = "target_version"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    taken = (
        f"WHEN EXISTS (SELECT 1 FROM {table} "  # noqa: S608 - our own names
        "WHERE target = NEW.target AND version = NEW.version)"
    )
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {taken} {refuse}")


def _guard_postgresql() -> None:
    table = "target_version"
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION motcua_append_only()"
        )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION motcua_append_only()"
    )


def upgrade() -> None:
    _table()
    _fill()
    op.drop_table("target_rule")
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()
