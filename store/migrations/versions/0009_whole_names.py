"""A word for each owner's whole name among the codes of a certificate's row; the full-text index follows by itself."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# As store.search_index writes it: "nguyen van a 0 tran thi b" becomes "n0nguyenvana n0tranthib".
_WHOLE_NAMES = "'n0' || replace(replace(replace(names, ' 0 ', '|'), ' ', ''), '|', ' n0')"


# Rows that migration 0005 has just filled, by the program of today, have the words already.
PUT_IN = f"UPDATE search_entries SET codes = codes || ' ' || {_WHOLE_NAMES} WHERE codes NOT LIKE '% n0%'"  # noqa: S608
TAKE_OUT = (
    "UPDATE search_entries SET codes = substr(codes, 1, length(codes) - length(added) - 1) "  # noqa: S608
    f"FROM (SELECT number AS same, {_WHOLE_NAMES} AS added FROM search_entries) AS whole "
    "WHERE whole.same = search_entries.number AND codes LIKE '% n0%'"
)


def upgrade() -> None:
    op.execute(PUT_IN)


def downgrade() -> None:
    op.execute(TAKE_OUT)
