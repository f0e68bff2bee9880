"""The tables of runs over a back catalogue, and which older programs the tables still suit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.tables import Base, _Big, _key


class Run(Base):
    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(_key(32), primary_key=True)
    name: Mapped[str] = mapped_column(_key(120), unique=True)
    folder: Mapped[str]
    rule: Mapped[str] = mapped_column(_key(20))
    manifest: Mapped[str | None]
    host: Mapped[str]
    office: Mapped[str]
    started_by: Mapped[str]
    state: Mapped[str] = mapped_column(_key(20), index=True)
    walker_until: Mapped[datetime | None]
    walked_at: Mapped[datetime | None]
    left_aside: Mapped[int]
    trouble: Mapped[str | None]
    reasons: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class RunInput(Base):
    __tablename__ = "run_inputs"

    id: Mapped[str] = mapped_column(_key(32), primary_key=True)
    run_id: Mapped[str] = mapped_column(_key(32), ForeignKey("runs.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(_key(1000))
    files: Mapped[list[Any]]
    size_bytes: Mapped[int] = mapped_column(_Big)
    reference: Mapped[str | None]
    box: Mapped[str | None]
    shelf: Mapped[str | None]
    state: Mapped[str] = mapped_column(_key(20))
    scan_id: Mapped[str | None] = mapped_column(_key(32), ForeignKey("scans.id"), index=True)
    sha256: Mapped[str | None] = mapped_column(_key(64))
    error_code: Mapped[str | None]
    reasons: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    straight: Mapped[bool | None]
    created_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    # Of its files when they were listed: names, sizes, times.
    mark: Mapped[str | None] = mapped_column(_key(16))
    # What there is to say about its files, as a kind and a value: «file:A_2.jpg», «gap:1,3».
    remark: Mapped[str | None]

    # A walk that is repeated must not list an input twice; the rest serves the feeder and the figures.
    __table_args__ = (
        UniqueConstraint("run_id", "key"),
        Index(None, "run_id", "state", "id"),
        Index(None, "run_id", "settled_at"),
        Index(
            "ix_run_inputs_remarked",
            "run_id",
            "id",
            sqlite_where=text("remark IS NOT NULL"),
            postgresql_where=text("remark IS NOT NULL"),
        ),
    )


class Compatibility(Base):
    """One row: the oldest form of the tables whose program may still work on them as they are now."""

    __tablename__ = "compatibility"

    oldest: Mapped[str] = mapped_column(_key(20), primary_key=True)
