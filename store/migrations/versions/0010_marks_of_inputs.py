"""What an input's files looked like when they were listed, so that a listing done again sees which have changed."""

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


def downgrade() -> None:
    op.drop_column("run_inputs", "mark")
