"""Rows for a database at any step of its schema: one or two in each table, whatever its columns."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, DateTime, Integer, MetaData, Table, select
from sqlalchemy.engine import Connection

WORDS = {
    ("membership", "role"): "motion",
    ("video", "stage"): "filmed",
    ("video", "drafting"): "paused",
    ("due", "stage"): "review",
    ("asset", "kind"): "music",
    ("media_file", "state"): "ready",
    ("rush", "kind"): "camera",
    ("asset_version", "approval"): "approved",
    ("casting", "cue"): "music",
    ("casting", "policy"): "pinned",
    ("draft", "state"): "done",
    ("draft_input", "kind"): "asset",
    ("draft_segment", "missing"): "take",
    ("render_output", "kind"): "segment",
    ("note", "visibility"): "public",
    ("note", "state"): "open",
    ("verdict", "decision"): "approve",
    ("job", "state"): "running",
    ("proposal", "state"): "open",
    ("share_link", "rights"): "view",
    ("session", "through"): "browser",
    ("course", "verdicts"): "all",
    ("session", "reach"): "send",
    ("one_time_link", "opens"): "password",
    ("delivery", "state"): "waiting",
    ("mail", "state"): "sent",
    ("mail_choice", "how"): "daily",
    ("person", "password_hash"): "$argon2id$x",
    ("person", "email"): "élodie@example.org",
    ("share_link", "password_hash"): "$argon2id$x",
    ("take", "start"): 5,
    ("take", "stop"): 9,
    ("note", "start"): 5,
    ("note", "stop"): 9,
}
"""What only some values are allowed for."""

EMPTY = {("share_link", "video_id"), ("share_link", "draft_id")}


def fill(connection: Connection) -> dict[str, dict[str, Any]]:
    """Puts a row into every table; what it holds, by table and column."""
    known = MetaData()
    known.reflect(connection)
    rows: dict[str, dict[str, Any]] = {}
    for table in known.sorted_tables:
        if table.name != "alembic_version":
            rows[table.name] = _row(table, rows)
            connection.execute(table.insert().values(rows[table.name]))
    return rows


def _row(table: Table, rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {column.name: _value(table.name, column, rows) for column in table.columns}


def _value(table: str, column: Column[Any], rows: dict[str, dict[str, Any]]) -> Any:
    if (table, column.name) in EMPTY:
        return None
    for key in column.foreign_keys:
        other = key.column.table.name
        return rows[other][key.column.name] if other in rows else None  # itself, in its first row
    if (table, column.name) in WORDS:
        return WORDS[table, column.name]
    return _any(column)


def _any(column: Column[Any]) -> Any:
    kind = column.type
    if kind.__class__.__name__ in {"UUID", "Uuid"}:
        return uuid4()
    if column.name == "id" or column.name.endswith("_id"):
        return 7 if isinstance(kind, Integer) else uuid4().hex
    made = [
        (Boolean, True),
        (BigInteger, 3 * 2**40),
        (Integer, 2),
        (DateTime, datetime(2026, 5, 4, 3, 2, 1, 654321, tzinfo=UTC if getattr(kind, "timezone", False) else None)),
        (Date, date(2026, 5, 4)),
        (JSON, {"é": [1, None, "x"]}),
    ]
    return next((value for of, value in made if isinstance(kind, of)), f"{column.name} é")


def there(connection: Connection, tables: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The one row of each of those tables, in those columns, as it now is."""
    known = MetaData()
    known.reflect(connection)
    return {
        name: dict(connection.execute(select(*(known.tables[name].c[column] for column in row))).mappings().one())
        for name, row in tables.items()
    }
