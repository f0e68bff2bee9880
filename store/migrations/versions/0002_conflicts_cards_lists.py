"""Parcels and register entries to be compared, identity cards beside certificates, lists for the registry."""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from certificate.keys import parcel_keys, register_key
from certificate.record import Record

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BATCH = 500


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("certificates", sa.Column("register_key", _key(200), nullable=True))
    op.create_index("ix_certificates_register_key", "certificates", ["register_key"])
    op.create_table(
        "parcels",
        sa.Column("certificate_id", _key(32), nullable=False),
        sa.Column("parcel_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", _key(20), nullable=False),
        sa.Column("map_sheet", _key(40), nullable=False),
        sa.Column("parcel", _key(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name="fk_parcels_certificate_id_certificates", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("certificate_id", "parcel_index", name="pk_parcels"),
    )
    op.create_index("ix_parcels_place_map_sheet_parcel", "parcels", ["place", "map_sheet", "parcel"])
    _owner_cards()
    _registry_lines()
    _fill()


def downgrade() -> None:
    for table in ("registry_lines", "owner_cards", "parcels"):
        op.drop_table(table)
    op.drop_index("ix_certificates_register_key", "certificates")
    op.drop_column("certificates", "register_key")


def _owner_cards() -> None:
    op.create_table(
        "owner_cards",
        sa.Column("certificate_id", _key(32), nullable=False),
        sa.Column("owner_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name="fk_owner_cards_certificate_id_certificates",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("certificate_id", "owner_index", name="pk_owner_cards"),
    )


def _registry_lines() -> None:
    op.create_table(
        "registry_lines",
        sa.Column("id", _key(32), nullable=False),
        sa.Column("certificate_id", _key(32), nullable=False),
        sa.Column("owner_index", sa.Integer(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exported_by", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("citizens", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name="fk_registry_lines_certificate_id_certificates",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_registry_lines"),
    )
    op.create_index("ix_registry_lines_certificate_id", "registry_lines", ["certificate_id"])


def _fill() -> None:
    """Give the certificates that are there already the keys that new ones get."""
    connection = op.get_bind()
    for certificate_id, record in _records(connection):
        connection.execute(
            sa.text("UPDATE certificates SET register_key = :key WHERE id = :id"),
            {"key": register_key(record), "id": certificate_id},
        )
        for index, key in parcel_keys(record).items():
            connection.execute(
                sa.text("INSERT INTO parcels VALUES (:id, :index, :place, :map_sheet, :parcel)"),
                {
                    "id": certificate_id,
                    "index": index,
                    "place": key.place,
                    "map_sheet": key.map_sheet,
                    "parcel": key.parcel,
                },
            )


def _records(connection: sa.Connection) -> Iterator[tuple[str, Record]]:
    after = ""
    query = sa.text("SELECT id, record FROM certificates WHERE id > :after ORDER BY id LIMIT :limit")
    while True:
        rows = connection.execute(query, {"after": after, "limit": _BATCH}).all()
        for row in rows:
            yield row.id, Record.from_json(json.loads(row.record) if isinstance(row.record, str) else row.record)
        if len(rows) < _BATCH:
            return
        after = rows[-1].id
