"""Ledgers of any size in seconds: events made up by DuckDB itself, laid down in the ledger's own form.

Twelve months of 2025; customers by a skewed draw, the biggest with 13.5 % of everything; and one customer, `probe`,
with 20,000 events in July whatever the size.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, text

from store.database import Actor, Store
from store.tables import table
from store.tables.usage import UsageFileRow
from store.usage.ledger.writing import Written, new_mark, write_months

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PROBE, BIGGEST = "probe", "c000000"
PROBED = 20_000

_EVENTS = """
SELECT CASE WHEN i < {probed} THEN 'probe' WHEN hash(i * 29) % 1000 < 135 THEN 'c000000'
    ELSE 'c' || lpad((floor(pow((hash(i) % 1000000) / 1e6, 2) * ({customers} - 1)) + 1)::BIGINT::VARCHAR, 6, '0')
    END AS alias,
  make_timestamp(epoch_us(TIMESTAMP '2025-{month:02}-01') + (hash(i * 7 + {month}) % {micros})::BIGINT) AS timestamp,
  'llm.tokens' AS event_type, 't' || {month} || '-' || i AS transaction_id,
  '{{"tokens":"' || (hash(i * 3) % 100000)::BIGINT
    || CASE WHEN i % 3 = 0 THEN '.' || (hash(i * 5) % 900000 + 100000)::BIGINT::VARCHAR ELSE '' END
    || '","region":"' || ['us-east','us-west','eu-1','eu-2','ap-1','ap-2','sa','af'][(hash(i * 11) % 8 + 1)::INT]
    || '","cloud":"' || ['aws','gcp','azure'][(hash(i * 13) % 3 + 1)::INT]
    || '","user":"u' || (hash(i * 17) % 500)::BIGINT
    || '","model":"m' || (hash(i * 19) % 10)::BIGINT || '"}}' AS properties,
  {first} + i AS seq
FROM range({rows}) r(i)
"""


def laid(folder: Path, *, events: int, customers: int) -> Store:
    """The ledger that lies in a folder, laid there where it does not."""
    if (folder / "book.db").exists():
        return Store.open(str(folder / "book.db"))
    folder.mkdir(parents=True, exist_ok=True)
    return lay(folder, events=events, customers=customers)


def lay(folder: Path, *, events: int, customers: int) -> Store:
    """A new store in a folder whose ledger holds so many events."""
    store = Store.open(str(folder / "book.db"))
    mark, made, first = new_mark(), list[Written](), 1
    with store.ledger.cursor() as cursor:
        store.ledger.prepare()
        for month in range(1, 13):
            days = monthrange(2025, month)[1]
            rows = events // 12
            made_up = _EVENTS.format(
                probed=PROBED if month == 7 else 0, customers=customers, month=month, first=first, rows=rows,
                micros=days * 86_400_000_000,
            )  # fmt: skip
            cursor.execute(f"CREATE OR REPLACE TEMP TABLE made_up AS {made_up}")
            write_months(store.ledger, cursor, "made_up", mark, made)
            first += rows
    with store.work(by=Actor("bench", "cli"), now=NOW) as work:
        work.session.execute(insert(table(UsageFileRow)), [{**file._asdict(), "created_at": NOW} for file in made])
        begin = "INSERT INTO usage_ledger (id, next_seq, state, mark) VALUES (1, :first, 1, :mark)"
        work.session.execute(text(begin), {"first": first, "mark": mark})
    return store
