"""Events that the store held itself, written into the files of the usage ledger, in their order of acceptance."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from store.location import Location
from store.usage.ledger.batch import Row, key_of, microseconds
from store.usage.ledger.ledger import ledger_at
from store.usage.ledger.writing import Written, discard, load_lines, new_mark, write_months

AT_ONCE = 20_000


def carry_over(connection: Connection, usage: str) -> None:
    """Writes the files and what the store keeps of them; the old table stays as it was."""
    rows = _rows(connection)
    if not rows:
        return
    ledger = ledger_at(usage, _location(connection))
    made: list[Written] = []
    mark = new_mark()
    try:
        with ledger.cursor() as cursor:
            last = 0
            while rows:
                load_lines(ledger, cursor, [_row(row) for row in rows])
                _note_seen(connection, rows)
                last = rows[-1].seq
                rows = _rows(connection, last)
            write_months(ledger, cursor, "batch", mark, made)
        _note_files(connection, made)
        begun = sa.text("INSERT INTO usage_ledger (id, next_seq, state, mark) VALUES (1, :next, 1, :mark)")
        connection.execute(begun, {"next": last + 1, "mark": mark})
    except BaseException:
        discard(ledger, [file.path for file in made])
        raise
    finally:
        ledger.close()


_EVENT = sa.table(
    "usage_event", *map(sa.column, ("seq", "transaction_id", "customer_ref", "event_type", "timestamp", "properties"))
)


def _rows(connection: Connection, after: int = 0) -> list[Any]:
    wanted = sa.select(_EVENT).where(_EVENT.c.seq > after).order_by(_EVENT.c.seq).limit(AT_ONCE)
    return list(connection.execute(wanted))


def _row(row: Any) -> Row:
    """Its place in the batch is its place of acceptance here."""
    properties = json.loads(row.properties)
    return Row(row.seq, row.customer_ref, _moment(row), row.event_type, row.transaction_id, properties)


def _moment(row: Any) -> int:
    at = row.timestamp if isinstance(row.timestamp, datetime) else datetime.fromisoformat(row.timestamp)
    return microseconds(at.astimezone(UTC))


def _note_seen(connection: Connection, rows: list[Any]) -> None:
    keys = (key_of(row.transaction_id, _moment(row)) for row in rows)
    connection.execute(
        sa.text("INSERT INTO usage_seen (bucket, hash, moment) VALUES (:bucket, :hash, :moment)"),
        [{"bucket": key.bucket, "hash": key.hash, "moment": key.moment} for key in keys],
    )


def _note_files(connection: Connection, made: list[Written]) -> None:
    postgresql = connection.dialect.name == "postgresql"
    now = datetime.now(UTC)

    def values(file: Written) -> Iterator[tuple[str, Any]]:
        for name, value in {**file._asdict(), "created_at": now}.items():
            yield name, value if postgresql or not isinstance(value, datetime) else _text(value)

    names = (*Written._fields, "created_at")
    asked = f"INSERT INTO usage_file ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"
    connection.execute(sa.text(asked), [dict(values(file)) for file in made])
    month = sa.text("INSERT INTO usage_month (month, accepted, duplicate) VALUES (:month, :rows, 0)")
    connection.execute(month, [{"month": file.month, "rows": file.rows} for file in made])


def _text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _location(connection: Connection) -> Location:
    if connection.dialect.name != "sqlite":
        return Location(None, connection.engine.url, str(connection.engine.url))
    path = Path(connection.exec_driver_sql("PRAGMA database_list").all()[0][2])
    return Location(path, None, str(path))
