"""What an input's files looked like when they were listed, so that a listing done again sees which have changed.

And what there is to say about them: which page is at fault, where the numbers of pages have a gap.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("run_inputs", sa.Column("mark", _key(16), nullable=True))
    op.add_column("run_inputs", sa.Column("remark", sa.String(), nullable=True))
    there = sa.text("remark IS NOT NULL")
    op.create_index(
        "ix_run_inputs_remarked", "run_inputs", ["run_id", "id"], sqlite_where=there, postgresql_where=there
    )


def downgrade() -> None:
    op.drop_index("ix_run_inputs_remarked", "run_inputs")
    op.drop_column("run_inputs", "remark")
    op.drop_column("run_inputs", "mark")
