"""The queue by run and by band, counted along one index; indexes of the few replaced and repeated scans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_FACTS = ["office", "form", "reason", "queue", "run", "band", "stage", "uploaded_by", "postponed_until"]


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("review_tasks", sa.Column("band", _key(10), server_default="high", nullable=False))
    op.add_column("review_tasks", sa.Column("run", _key(120), nullable=True))
    op.execute(
        "UPDATE review_tasks SET band = CASE WHEN confidence < 0.7 THEN 'low' ELSE 'middle' END WHERE confidence < 0.95"
    )
    op.execute(
        "UPDATE review_tasks SET run = (SELECT r.name FROM run_inputs i JOIN runs r ON r.id = i.run_id"
        " WHERE i.scan_id = review_tasks.scan_id ORDER BY i.id LIMIT 1)"
    )
    op.create_index("ix_review_tasks_office_due_at_scan_id", "review_tasks", ["office", "due_at", "scan_id"])
    op.create_index("ix_review_tasks_facts", "review_tasks", _FACTS)
    # Indexes of the few rows that have something there: over all rows SQLite takes them for useless.
    for column in ("duplicate_of", "replaced_by"):
        op.drop_index(f"ix_scans_{column}", "scans")
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_scans_{column}", "scans", [column], sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    for column in ("duplicate_of", "replaced_by"):
        op.drop_index(f"ix_scans_{column}", "scans")
        op.create_index(f"ix_scans_{column}", "scans", [column])
    op.drop_index("ix_review_tasks_facts", "review_tasks")
    op.drop_index("ix_review_tasks_office_due_at_scan_id", "review_tasks")
    op.drop_column("review_tasks", "run")
    op.drop_column("review_tasks", "band")
