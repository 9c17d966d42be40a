"""What every file of the ledger looks like: the one agreement between whoever writes events and whoever measures them.

Files lie in one folder per UTC month of the events' timestamps, `2025-03/….parquet`, sorted by `ORDER`. A file in that
folder counts only if the store says so: ask `files.live_files`, never the disk.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from store.terms import money

COLUMNS = {
    "alias": "VARCHAR",  # what the event named: a customer's id or any alias, resolved when it is read
    "timestamp": "TIMESTAMP",  # UTC, microseconds, without a zone
    "event_type": "VARCHAR",
    "transaction_id": "VARCHAR",
    "properties": "VARCHAR",  # a JSON object of text → text; what was sent as a number is its canonical plain decimal
    "seq": "BIGINT",  # its place of acceptance over the whole ledger, never repeated: of equal times the later counts
}
"""Name → DuckDB type, in this order; no value is ever NULL."""

ORDER = ("alias", "timestamp", "seq")
"""How the rows of a file are sorted, text by its UTF-8 bytes."""

ROW_GROUP = 20_000
"""Rows per row group: so small that one customer's part of a large file is read without the rest."""

PLACES, DIGITS = money.MAX_PLACES, money.MAX_DIGITS
"""Numbers have at most so many digits after and before the point; ingest rejects others, text that is none stays text.

That is more than a DECIMAL(38) holds at once: sum the whole part and the fraction apart, or fall back to Decimal."""


class LiveFile(NamedTuple):
    """A file whose rows count: `path` is absolute, the timestamps are those of its first and last event, in UTC."""

    id: int
    path: str
    month: str
    rows: int
    bytes: int
    first_seq: int
    min_timestamp: datetime
    max_timestamp: datetime


def month_of(moment: datetime) -> str:
    """The folder of an event: `2025-03`."""
    return f"{moment.year:04}-{moment.month:02}"
