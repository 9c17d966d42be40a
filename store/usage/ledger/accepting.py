"""Taking a batch in: which of its events are new, their file, and the store's word that it counts, in one transaction.

The row of `usage_ledger` is taken first, so writers come one after the other, in whatever process they are; until the
transaction is committed nobody sees anything of the batch. What a stop leaves behind is a file that does not count.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session

from store.database import Work
from store.tables import table
from store.tables.usage import UsageFileRow
from store.usage.ledger.batch import WINDOW, Batch, Key, month_at
from store.usage.ledger.ledger import Ledger
from store.usage.ledger.writing import Written, discard, load_lines, new_mark, write_months


class Taken(NamedTuple):
    """How many events of a batch were new, and how many were known."""

    accepted: int
    duplicate: int


def take(work: Work, batch: Batch) -> Taken:
    """The new events of the batch, written and counted when the work is committed; undone when it is not."""
    session = work.session
    first_seq, mark = _begin(session, batch.size)
    known = _known(session, batch)
    accepted = batch.size - len(known)
    made: list[Written] = []
    if accepted:
        forget_on_rollback(session, work.ledger, made)
        with work.ledger.cursor() as cursor:
            load_lines(work.ledger, cursor, batch.lines, first_seq, list(known))
            write_months(work.ledger, cursor, "batch", mark, made)
        rows = [{**file._asdict(), "created_at": work.now} for file in made]
        session.execute(insert(table(UsageFileRow)), rows)
        session.execute(text("UPDATE usage_ledger SET state = state + 1"))
    duplicate = dict(batch.duplicate)
    for moment in known.values():
        month = month_at(moment)
        duplicate[month] = duplicate.get(month, 0) + 1
    _count(session, {file.month: file.rows for file in made}, duplicate)
    return Taken(accepted, sum(duplicate.values()))


def _begin(session: Session, size: int) -> tuple[int, str]:
    """Waits for the turn to write, takes the places of acceptance; the first of them, and the ledger's mark."""
    asked = text(
        "INSERT INTO usage_ledger (id, next_seq, state, mark) VALUES (1, 1 + :n, 0, :mark) "
        "ON CONFLICT (id) DO UPDATE SET next_seq = usage_ledger.next_seq + :n RETURNING next_seq - :n, mark"
    )
    first_seq, mark = session.execute(asked, {"n": size, "mark": new_mark()}).one()
    return int(first_seq), str(mark)


_NEAR = """
SELECT b.n, b.moment FROM usage_batch b CROSS JOIN usage_seen s
WHERE s.bucket = b.bucket {shift} AND s.hash = b.hash AND abs(s.moment - b.moment) <= :window
"""
_KNOWN = " UNION ".join(_NEAR.format(shift=shift) for shift in ("", "- 1", "+ 1"))


def _known(session: Session, batch: Batch) -> dict[int, int]:
    """Which events of the batch are known already, with their times; the hashes of the others are taken."""
    _load(session, batch)
    session.execute(text(f"INSERT INTO usage_known (n, moment) {_KNOWN}"), {"window": WINDOW})
    known: dict[int, int] = {row[0]: row[1] for row in session.execute(text("SELECT n, moment FROM usage_known"))}
    fresh = "WHERE n NOT IN (SELECT n FROM usage_known)" if known else ""
    columns = "bucket, hash, moment"
    session.execute(text(f"INSERT INTO usage_seen ({columns}) SELECT {columns} FROM usage_batch {fresh}"))
    known.update((key.n, key.moment) for key in batch.contested if not _won(session, key))
    return known


def _won(session: Session, key: Key) -> bool:
    """Takes an id unless it was taken within the window of its time; whether it was free."""
    near = text("SELECT moment FROM usage_seen WHERE hash = :hash AND bucket IN (:bucket - 1, :bucket, :bucket + 1)")
    values = key._asdict()
    if any(abs(moment - key.moment) <= WINDOW for (moment,) in session.execute(near, values)):
        return False
    session.execute(text("INSERT INTO usage_seen (bucket, hash, moment) VALUES (:bucket, :hash, :moment)"), values)
    return True


def _load(session: Session, batch: Batch) -> None:
    """Puts the keys that are in the batch once where the database can join them, in the order of `usage_seen`."""
    connection = session.connection()
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with raw.cursor() as cursor:
            for name, columns in _ASIDE.items():
                columns = columns.replace("BLOB", "BYTEA")
                cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} ({columns}) ON COMMIT DROP")
                cursor.execute(f"TRUNCATE {name}")
            with cursor.copy("COPY usage_batch (bucket, hash, moment, n) FROM STDIN") as copy:
                for row in batch.uncontested():
                    copy.write_row(row)
            cursor.execute("ANALYZE usage_batch")
        return
    for name, columns in _ASIDE.items():
        raw.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} ({columns})")
        raw.execute(f"DELETE FROM {name}")
    raw.executemany("INSERT INTO usage_batch (bucket, hash, moment, n) VALUES (?, ?, ?, ?)", batch.uncontested())


_ASIDE = {
    "usage_batch": "bucket BIGINT, hash BLOB, moment BIGINT, n BIGINT",
    "usage_known": "n BIGINT, moment BIGINT",
}


def _count(session: Session, accepted: dict[str, int], duplicate: dict[str, int]) -> None:
    rows = [
        {"month": m, "accepted": accepted.get(m, 0), "duplicate": duplicate.get(m, 0)}
        for m in sorted({*accepted, *duplicate})
    ]
    if rows:
        session.execute(
            text(
                "INSERT INTO usage_month (month, accepted, duplicate) VALUES (:month, :accepted, :duplicate) "
                "ON CONFLICT (month) DO UPDATE SET accepted = usage_month.accepted + excluded.accepted, "
                "duplicate = usage_month.duplicate + excluded.duplicate"
            ),
            rows,
        )


def forget_on_rollback(session: Session, ledger: Ledger, made: list[Written]) -> None:
    """What was written for a transaction that comes to nothing is removed with it."""

    def committed(_: Any) -> None:
        made.clear()

    def ended(_: Any, transaction: Any) -> None:
        if transaction.parent is None:
            discard(ledger, [file.path for file in made])

    event.listen(session, "after_commit", committed)
    event.listen(session, "after_transaction_end", ended)
