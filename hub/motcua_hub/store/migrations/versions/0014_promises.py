"""Deadlines as a policy; contacts that others follow; steps of a tier; whom nothing reached."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _promise()
    op.add_column("incident", sa.Column("promise", sa.BigInteger(), nullable=True))
    op.add_column("contact", sa.Column("successor", sa.BigInteger(), nullable=True))
    tier = sa.Column("tier", sa.Integer(), server_default="0", nullable=False)
    op.add_column("escalation_step", tier)
    op.add_column("escalation", sa.Column("unreached_at", sa.BigInteger(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _promise() -> None:
    op.create_table(
        "promise",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("unit", sa.BigInteger(), nullable=True),
        sa.Column("responsible", sa.String(length=16), server_default="", nullable=False),
        sa.Column("site", sa.String(length=32), server_default="", nullable=False),
        sa.Column("begins", sa.BigInteger(), nullable=False),
        sa.Column("terms", sa.Text(), server_default="[]", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )


def _guard_sqlite() -> None:
    """`REPLACE` deletes without telling triggers, so an insert is looked at too."""
    taken = "WHEN EXISTS (SELECT 1 FROM promise WHERE id = NEW.id)"
    refuse = "BEGIN SELECT RAISE(ABORT, 'promise is append-only'); END"
    for name, when in (
        ("update", "BEFORE UPDATE ON promise"),
        ("delete", "BEFORE DELETE ON promise"),
        ("replace", f"BEFORE INSERT ON promise {taken}"),
    ):
        op.execute(f"CREATE TRIGGER promise_no_{name} {when} {refuse}")


def _guard_postgresql() -> None:
    """`motcua_append_only` is of migration 0004."""
    for what, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER promise_no_{what.lower()} BEFORE {what} ON promise "
            f"FOR EACH {each} EXECUTE FUNCTION motcua_append_only()"
        )
