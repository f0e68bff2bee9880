"""Runs over a back catalogue and their ledger; which older programs the tables still suit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", _key(32), nullable=False),
        sa.Column("name", _key(120), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("rule", _key(20), nullable=False),
        sa.Column("manifest", sa.String(), nullable=True),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("state", _key(20), nullable=False),
        sa.Column("walker_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("walked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_aside", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("name", name="uq_runs_name"),
    )
    op.create_index("ix_runs_state", "runs", ["state"])
    op.create_table(
        "run_inputs",
        sa.Column("id", _key(32), nullable=False),
        sa.Column("run_id", _key(32), nullable=False),
        sa.Column("key", _key(1000), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("size_bytes", _BIG, nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("box", sa.String(), nullable=True),
        sa.Column("shelf", sa.String(), nullable=True),
        sa.Column("state", _key(20), nullable=False),
        sa.Column("scan_id", _key(32), nullable=True),
        sa.Column("sha256", _key(64), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=True),
        sa.Column("straight", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_run_inputs_run_id_runs", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name="fk_run_inputs_scan_id_scans"),
        sa.PrimaryKeyConstraint("id", name="pk_run_inputs"),
        sa.UniqueConstraint("run_id", "key", name="uq_run_inputs_run_id_key"),
    )
    for columns in (["run_id", "state", "id"], ["run_id", "settled_at"], ["scan_id"]):
        op.create_index(f"ix_run_inputs_{'_'.join(columns)}", "run_inputs", columns)
    compatibility = op.create_table(
        "compatibility",
        sa.Column("oldest", _key(20), nullable=False),
        sa.PrimaryKeyConstraint("oldest", name="pk_compatibility"),
    )
    # A later step that an older program cannot bear writes its own number here; one that only adds leaves it.
    op.bulk_insert(compatibility, [{"oldest": revision}])


def downgrade() -> None:
    op.drop_table("compatibility")
    op.drop_table("run_inputs")
    op.drop_table("runs")
