"""Versions of records, and proposals to delete what need not be kept any longer."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from store.versions import record_hash

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None

_BATCH = 500


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "record_versions",
        sa.Column("certificate_id", _key(32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scan_id", _key(32), nullable=False),
        sa.Column("kind", _key(20), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("record_sha256", _key(64), nullable=False),
        sa.Column("pdfa_sha256", _key(64), nullable=True),
        sa.PrimaryKeyConstraint("certificate_id", "number", name="pk_record_versions"),
    )
    op.create_index("ix_record_versions_scan_id", "record_versions", ["scan_id"])
    op.create_index("ix_record_versions_pdfa_sha256", "record_versions", ["pdfa_sha256"])
    op.create_table(
        "retention_cases",
        sa.Column("id", _key(32), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("status", _key(20), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("executed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scans", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_retention_cases"),
    )
    _first_versions()


def downgrade() -> None:
    op.drop_table("retention_cases")
    op.drop_table("record_versions")


def _first_versions() -> None:
    """What was approved before versions were kept becomes version 1."""
    connection = op.get_bind()
    after = ""
    query = sa.text(
        "SELECT id, scan_id, record, decided_by, decided_at, pdfa_sha256 FROM certificates"
        " WHERE id > :after AND decided_at IS NOT NULL ORDER BY id LIMIT :limit"
    )
    keep = sa.text(
        "INSERT INTO record_versions"
        " (certificate_id, number, scan_id, kind, who, at, record, record_sha256, pdfa_sha256)"
        " SELECT id, 1, scan_id, 'approved', decided_by, decided_at, record, :sha256, pdfa_sha256"
        " FROM certificates WHERE id = :id"
    )
    while True:
        rows = connection.execute(query, {"after": after, "limit": _BATCH}).all()
        for row in rows:
            record = json.loads(row.record) if isinstance(row.record, str) else row.record
            connection.execute(keep, {"id": row.id, "sha256": record_hash(record)})
        if len(rows) < _BATCH:
            return
        after = rows[-1].id
