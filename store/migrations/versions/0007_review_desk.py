"""The review desk with its locks, notes and key-ins; receipts, replaced scans, one-time codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _big() -> sa.BigInteger:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("scans", sa.Column("replaced_by", _key(32), nullable=True))
    op.create_index("ix_scans_replaced_by", "scans", ["replaced_by"])
    op.add_column("users", sa.Column("totp_secret", _key(64), nullable=True))
    op.add_column("users", sa.Column("totp_step", _big(), server_default="0", nullable=False))
    _review_tasks()
    _notes_and_key_ins()
    op.create_table(
        "receipts",
        sa.Column("code", _key(20), nullable=False),
        sa.Column("scan_id", _key(32), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name="fk_receipts_scan_id_scans", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code", name="pk_receipts"),
        sa.UniqueConstraint("scan_id", name="uq_receipts_scan_id"),
    )
    # What waits for a person now goes on the desk; the first look at each record fills in the rest.
    op.execute(
        "INSERT INTO review_tasks (scan_id, office, queue, uploaded_by, doubtful, due_at, stage, keyed_by, entered_at)"
        " SELECT id, office, queue, uploaded_by, 0, created_at, 'review', '', updated_at"
        " FROM scans WHERE state = 'in_review'"
    )


def downgrade() -> None:
    for table in ("receipts", "key_ins", "notes", "review_tasks"):
        op.drop_table(table)
    op.drop_column("users", "totp_step")
    op.drop_column("users", "totp_secret")
    op.drop_index("ix_scans_replaced_by", "scans")
    op.drop_column("scans", "replaced_by")


def _review_tasks() -> None:
    op.create_table(
        "review_tasks",
        sa.Column("scan_id", _key(32), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("queue", _key(40), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("form", _key(20), nullable=True),
        sa.Column("reason", _key(40), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("doubtful", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", _key(10), nullable=False),
        sa.Column("keyed_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("postponed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_by", sa.String(), nullable=True),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name="fk_review_tasks_scan_id_scans", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scan_id", name="pk_review_tasks"),
    )
    op.create_index("ix_review_tasks_due_at_scan_id", "review_tasks", ["due_at", "scan_id"])


def _notes_and_key_ins() -> None:
    op.create_table(
        "notes",
        sa.Column("id", _big(), nullable=False),
        sa.Column("scan_id", _key(32), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name="fk_notes_scan_id_scans", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_scan_id", "notes", ["scan_id"])
    op.create_table(
        "key_ins",
        sa.Column("id", _big(), nullable=False),
        sa.Column("certificate_id", _key(32), nullable=False),
        sa.Column("path", _key(100), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name="fk_key_ins_certificate_id_certificates", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_key_ins"),
    )
    op.create_index("ix_key_ins_certificate_id", "key_ins", ["certificate_id"])
