"""Words for searching, and what other registers say; the full-text index follows the words by triggers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BATCH = 500
_COLUMNS = ("accents", "names", "codes", "body")


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "search_entries",
        sa.Column("number", big, autoincrement=True, nullable=False),
        sa.Column("certificate_id", _key(32), nullable=False),
        sa.Column("scan_id", _key(32), nullable=False),
        sa.Column("serial_key", _key(40), nullable=True),
        sa.Column("register_key", _key(80), nullable=True),
        sa.Column("issued", _key(10), nullable=True),
        sa.Column("shown", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _COLUMNS),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name="fk_search_entries_certificate_id_certificates",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name="pk_search_entries"),
        sa.UniqueConstraint("certificate_id", name="uq_search_entries_certificate_id"),
    )
    for name in ("scan_id", "serial_key", "register_key", "issued"):
        op.create_index(f"ix_search_entries_{name}", "search_entries", [name])
    op.create_table(
        "search_words",
        sa.Column("word", _key(60), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_search_words"),
    )
    _legacy()
    connection = op.get_bind()
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)
    _fill(connection)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for when in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER search_entries_{when}")
    else:
        op.execute("DROP TRIGGER search_entries_follow ON search_entries")
        op.execute("DROP FUNCTION search_entries_follow()")
    for table in ("search_fts", "search_words", "search_entries", "legacy_differences", "legacy_lines"):
        op.drop_table(table)


_LISTED = ", ".join(_COLUMNS)
_OLD_VALUES = ", ".join(f"old.{name}" for name in _COLUMNS)
_NEW_VALUES = ", ".join(f"new.{name}" for name in _COLUMNS)
_OLD = f"INSERT INTO search_fts(search_fts, rowid, {_LISTED}) VALUES ('delete', old.number, {_OLD_VALUES});"  # noqa: S608
_NEW = f"INSERT INTO search_fts(rowid, {_LISTED}) VALUES (new.number, {_NEW_VALUES});"  # noqa: S608
_SQLITE = (
    f"""
    CREATE VIRTUAL TABLE search_fts USING fts5(
        {_LISTED}, content='search_entries', content_rowid='number', tokenize='unicode61 remove_diacritics 0'
    )
    """,
    f"CREATE TRIGGER search_entries_insert AFTER INSERT ON search_entries BEGIN {_NEW} END",
    f"CREATE TRIGGER search_entries_delete AFTER DELETE ON search_entries BEGIN {_OLD} END",
    f"CREATE TRIGGER search_entries_update AFTER UPDATE ON search_entries BEGIN {_OLD} {_NEW} END",
)
# The weights A to D tell the columns apart, in their order.
_VECTOR = " || ".join(
    f"setweight(to_tsvector('simple', NEW.{name}), '{weight}')" for name, weight in zip(_COLUMNS, "ABCD", strict=True)
)
_FOLLOW = f"""
    CREATE FUNCTION search_entries_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO search_fts (number, words) VALUES (NEW.number, {_VECTOR})
        ON CONFLICT (number) DO UPDATE SET words = EXCLUDED.words;
        RETURN NULL;
    END $$
"""  # noqa: S608 - names of columns only
_POSTGRESQL = (
    """
    CREATE TABLE search_fts (
        number bigint PRIMARY KEY REFERENCES search_entries ON DELETE CASCADE, words tsvector NOT NULL
    )
    """,
    "CREATE INDEX search_fts_words ON search_fts USING gin (words)",
    _FOLLOW,
    """
    CREATE TRIGGER search_entries_follow AFTER INSERT OR UPDATE ON search_entries
    FOR EACH ROW EXECUTE FUNCTION search_entries_follow()
    """,
)


def _legacy() -> None:
    op.create_table(
        "legacy_lines",
        sa.Column("id", _key(32), nullable=False),
        sa.Column("source_sha256", _key(64), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("serial_key", _key(40), nullable=True),
        sa.Column("certificate_id", _key(32), nullable=True),
        sa.Column("outcome", _key(20), nullable=False),
        sa.Column("diagnoses", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name="fk_legacy_lines_certificate_id_certificates",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_legacy_lines"),
        sa.UniqueConstraint("source_sha256", "line_number", name="uq_legacy_lines_source_sha256_line_number"),
    )
    for name in ("serial_key", "certificate_id"):
        op.create_index(f"ix_legacy_lines_{name}", "legacy_lines", [name])
    op.create_table(
        "legacy_differences",
        sa.Column("id", _key(32), nullable=False),
        sa.Column("line_id", _key(32), nullable=False),
        sa.Column("certificate_id", _key(32), nullable=False),
        sa.Column("path", _key(100), nullable=False),
        sa.Column("ours", sa.String(), nullable=True),
        sa.Column("theirs", sa.String(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_as", _key(10), nullable=True),
        sa.ForeignKeyConstraint(
            ["line_id"], ["legacy_lines.id"], name="fk_legacy_differences_line_id_legacy_lines", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name="fk_legacy_differences_certificate_id_certificates",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_legacy_differences"),
    )
    for name in ("line_id", "certificate_id", "settled_as"):
        op.create_index(f"ix_legacy_differences_{name}", "legacy_differences", [name])


def _fill(connection: sa.Connection) -> None:
    """Index the certificates that are there, a batch at a time."""
    # Not at the top: what fills the rows is the program of today, which the tables above must have been made for.
    from store.search_index import refresh_entry

    after = ""
    while True:
        ids = connection.execute(
            sa.text("SELECT id FROM certificates WHERE id > :after ORDER BY id LIMIT :batch"),
            {"after": after, "batch": _BATCH},
        ).scalars()
        batch = list(ids)
        for certificate_id in batch:
            refresh_entry(connection, certificate_id)
        if not batch:
            return
        after = batch[-1]
