"""Fills an archive with copies of scans that have gone through it, to measure how one more fares in a large one.

The copies are rows like any others but for the chain of events, which is continued in number only: for a measurement's
own database, never for an office's.
"""

from __future__ import annotations

from sqlalchemy import Connection, create_engine, inspect, text

# In which columns a copy differs, so that its keys are its own and sort before those of what comes later.
_IDS = {"id", "scan_id", "certificate_id", "sha256"}
_TABLES = (
    "scans",
    "pages",
    "certificates",
    "fields",
    "owners",
    "parcels",
    "search_entries",
    "owner_answers",
    "record_versions",
    "events",
    "run_inputs",
)
_KEYS = {"key", "serial_key", "register_key", "parcel"}
_SEEDS = (
    "CREATE TEMPORARY TABLE seeds AS SELECT i.scan_id, c.id AS certificate_id "
    "FROM run_inputs i JOIN certificates c ON c.scan_id = i.scan_id WHERE i.state = 'archived'"
)
# Counted by the database itself.
_LEFT_OUT = {"search_entries": {"number"}}


def multiply(url: str, copies: int) -> None:
    """Copy every scan that a run has archived that many times, with all that hangs on it and its line in the ledger.

    Lets the engine tidy up, as it does by itself in the time that a run takes.
    """
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(_SEEDS))
            for table in _TABLES:
                connection.execute(text(_statement(connection, table)), {"copies": copies})
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM (ANALYZE)"))
    finally:
        engine.dispose()


def _statement(connection: Connection, table: str) -> str:
    turn = "printf('%08x', n)" if connection.dialect.name == "sqlite" else "lpad(to_hex(n), 8, '0')"
    columns = [
        column["name"]
        for column in inspect(connection).get_columns(table)
        if column["name"] not in _LEFT_OUT.get(table, ())
    ]
    given = []
    for column in columns:
        if column in _IDS:
            given.append(f"{turn} || substr(t.{column}, 9)")
        elif column in _KEYS:
            given.append(f"{turn} || t.{column}")
        elif (table, column) == ("events", "number"):
            given.append("t.number + n * (SELECT max(number) FROM events)")
        else:
            given.append(f"t.{column}")
    by = "id" if table == "scans" else "scan_id" if "scan_id" in columns else "certificate_id"
    seed = "certificate_id" if by == "certificate_id" else "scan_id"
    # Copy after copy, in the order of the keys, as rows come in.
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) "  # noqa: S608 - nothing but names of our own tables
        "WITH RECURSIVE turns(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM turns WHERE n < :copies) "
        f"SELECT {', '.join(given)} FROM turns CROSS JOIN {table} t "
        f"WHERE t.{by} IN (SELECT {seed} FROM seeds) ORDER BY n"
    )
