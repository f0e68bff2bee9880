"""A word for each owner's whole name among the codes; on PostgreSQL words of names are other words than those of texts.

There a word's weight said in which column it stands, which the index does not know: of "Huỳnh Công Giang" it gave the
hundred thousand certificates with these words anywhere, each to be looked at. With letters of their own it gives the
few.
"""

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
# What PostgreSQL indexes of each column, with the letters that store.search puts before its words.
_NEW = {
    "A": "regexp_replace({row}accents, '[^ ]+', 'a0\\&', 'g')",
    "B": "regexp_replace({row}names, '[^ ]+', 'w0\\&', 'g')",
    "C": "{row}codes",
    "D": "{row}body",
}
_OLD = {"A": "{row}accents", "B": "{row}names", "C": "{row}codes", "D": "{row}body"}


def upgrade() -> None:
    _change(PUT_IN, _NEW)
    # A program before this one would write rows without the words, and ask PostgreSQL for words that are not there.
    op.execute("UPDATE compatibility SET oldest = '0009'")


def downgrade() -> None:
    _change(TAKE_OUT, _OLD)
    op.execute("UPDATE compatibility SET oldest = '0006'")


def _change(codes: str, columns: dict[str, str]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(codes)
        return
    run = op.get_bind().exec_driver_sql
    # One pass over all rows and one making of the index, instead of a change of the index for each row.
    run("DROP INDEX search_fts_words")
    run("ALTER TABLE search_entries DISABLE TRIGGER search_entries_follow")
    run(codes.replace("%", "%%"))
    run(_follow(columns))
    run("TRUNCATE search_fts")
    run(f"INSERT INTO search_fts (number, words) SELECT number, {_vector(columns, '')} FROM search_entries")  # noqa: S608
    run("ALTER TABLE search_entries ENABLE TRIGGER search_entries_follow")
    run("CREATE INDEX search_fts_words ON search_fts USING gin (words)")


def _vector(columns: dict[str, str], row: str) -> str:
    return " || ".join(
        f"setweight(to_tsvector('simple', {said.format(row=row)}), '{weight}')" for weight, said in columns.items()
    )


def _follow(columns: dict[str, str]) -> str:
    return f"""
        CREATE OR REPLACE FUNCTION search_entries_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO search_fts (number, words) VALUES (NEW.number, {_vector(columns, "NEW.")})
            ON CONFLICT (number) DO UPDATE SET words = EXCLUDED.words;
            RETURN NULL;
        END $$
    """  # noqa: S608 - names of columns only
