"""The first tables: scans, pages, certificates, fields and their history, owners, answers, events, users."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    _scans()
    _certificates()
    _owners()
    _events_and_users()
    _events_only_grow()


def downgrade() -> None:
    for table in reversed(
        ("scans", "pages", "certificates", "fields", "field_changes", "owners", "owner_answers", "events", "users")
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_event_change()")


def _scans() -> None:
    op.create_table(
        "scans",
        sa.Column("id", _key(32), nullable=False),
        sa.Column("sha256", _key(64), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size_bytes", _BIG, nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("state", _key(20), nullable=False),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("return_reason", sa.String(), nullable=True),
        sa.Column("queue", _key(40), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=True),
        sa.Column("lease_worker", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duplicate_of", _key(32), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["duplicate_of"], ["scans.id"], name="fk_scans_duplicate_of_scans"),
        sa.PrimaryKeyConstraint("id", name="pk_scans"),
    )
    op.create_index("ix_scans_duplicate_of", "scans", ["duplicate_of"], unique=False)
    op.create_index("ix_scans_office_state_id", "scans", ["office", "state", "id"], unique=False)
    op.create_index("ix_scans_sha256", "scans", ["sha256"], unique=False)
    op.create_index("ix_scans_state_id", "scans", ["state", "id"], unique=False)
    op.create_index("ix_scans_uploaded_by_id", "scans", ["uploaded_by", "id"], unique=False)
    op.create_table(
        "pages",
        sa.Column("scan_id", _key(32), nullable=False),
        sa.Column("page_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unreadable", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name="fk_pages_scan_id_scans", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scan_id", "page_number", name="pk_pages"),
    )


def _certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", _key(32), nullable=False),
        sa.Column("scan_id", _key(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("form", _key(20), nullable=False),
        sa.Column("serial_number", sa.String(), nullable=True),
        sa.Column("serial_key", _key(40), nullable=True),
        sa.Column("verdict", _key(10), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("as_read", sa.JSON(), nullable=False),
        sa.Column("faces", sa.JSON(), nullable=False),
        sa.Column("previews", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pdfa_sha256", _key(64), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name="fk_certificates_scan_id_scans"),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
        sa.UniqueConstraint("scan_id", "position", name="uq_certificates_scan_id_position"),
    )
    op.create_index("ix_certificates_serial_key", "certificates", ["serial_key"], unique=False)
    op.create_table(
        "fields",
        sa.Column("certificate_id", _key(32), nullable=False),
        sa.Column("path", _key(100), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("decision", _key(10), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name="fk_fields_certificate_id_certificates", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("certificate_id", "path", name="pk_fields"),
    )
    op.create_table(
        "field_changes",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("certificate_id", _key(32), nullable=False),
        sa.Column("path", _key(100), nullable=False),
        sa.Column("old", sa.String(), nullable=True),
        sa.Column("new", sa.String(), nullable=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name="fk_field_changes_certificate_id_certificates",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_field_changes"),
    )
    op.create_index("ix_field_changes_certificate_id", "field_changes", ["certificate_id"], unique=False)


def _owners() -> None:
    op.create_table(
        "owners",
        sa.Column("certificate_id", _key(32), nullable=False),
        sa.Column("owner_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("full_name", sa.String(), nullable=True),
        sa.Column("name_key", _key(200), nullable=True),
        sa.Column("id_number", _key(40), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name="fk_owners_certificate_id_certificates", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("certificate_id", "owner_index", name="pk_owners"),
    )
    op.create_index("ix_owners_id_number", "owners", ["id_number"], unique=False)
    op.create_index("ix_owners_name_key", "owners", ["name_key"], unique=False)
    op.create_table(
        "owner_answers",
        sa.Column("certificate_id", _key(32), nullable=False),
        sa.Column("owner_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verdict", _key(30), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name="fk_owner_answers_certificate_id_certificates",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("certificate_id", "owner_index", name="pk_owner_answers"),
    )
    op.create_index("ix_owner_answers_verdict", "owner_answers", ["verdict"], unique=False)


def _events_and_users() -> None:
    op.create_table(
        "events",
        sa.Column("number", _BIG, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("action", _key(40), nullable=False),
        sa.Column("scan_id", _key(32), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("prev_hash", _key(64), nullable=False),
        sa.Column("hash", _key(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_events"),
    )
    op.create_index("ix_events_scan_id", "events", ["scan_id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", _key(32), nullable=False),
        sa.Column("name", _key(80), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", _key(20), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("officer_code", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("name", name="uq_users_name"),
    )


def _events_only_grow() -> None:
    """Nobody changes or removes an event through the program or a console by mistake."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'events are only ever added'; END $$"
        )
        op.execute(
            "CREATE TRIGGER events_only_grow BEFORE UPDATE OR DELETE ON events "
            "FOR EACH ROW EXECUTE FUNCTION refuse_event_change()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER events_no_{action.lower()} BEFORE {action} ON events "
            "BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END"
        )
