"""Many small files of a month made one, and what does not count any more cleared away, while others read and ingest.

A merged file is made aside, without keeping anybody waiting. Then one transaction puts it in the place of its parts, if
all of them still count. The parts stay on the disk for a while, for those who have begun to read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import time
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update
from sqlmodel import col

from store.database import Actor, Store, Work
from store.errors import TermsheetError
from store.tables import table
from store.tables.usage import UsageFileRow, UsageLedgerRow
from store.usage.ledger.accepting import forget_on_rollback
from store.usage.ledger.columns import COLUMNS, ORDER, LiveFile
from store.usage.ledger.events import paths_of
from store.usage.ledger.files import prove, reading
from store.usage.ledger.writing import Written, path_of, place, proof_of, write_aside

FILES = 50
"""So many small files of a month are merged."""
LOOSE = 8
"""So many are worth merging when a load is through: a month's events of one customer then lie together."""
LARGE = 1_000_000
"""A file with so many rows is not small: it stays as it is."""
GRACE = timedelta(seconds=30)
"""How long a file that was merged into another stays, for readers who have begun."""
STALE = 3600
"""Seconds after which something half made is taken for left behind."""


def tend(store: Store, *, by: Actor, now: datetime, files: int = FILES) -> None:
    """What the ledger needs from time to time: merges where that is due, and clears away what was merged before.

    Due are months that have so many small files.

    Never fails for reasons of its own: what could not be done now is done the next time, and a month with a file that
    is missing or damaged keeps none of the others waiting.
    """
    from duckdb import Error

    with suppress(TermsheetError, Error, OSError):
        for month in _due(store, files):
            with suppress(TermsheetError, Error, OSError):
                compact(store, month, by=by, now=now)
        clear(store, by=by, now=now)


def _due(store: Store, files: int) -> list[str]:
    r = UsageFileRow
    with store.read() as session:
        small = select(col(r.month)).where(col(r.retired_at).is_(None), col(r.rows) < LARGE)
        return list(session.scalars(small.group_by(col(r.month)).having(func.count() >= files)))


def compact(store: Store, month: str, *, by: Actor, now: datetime) -> bool:
    """Merges the month's small files of like size; whether it did: another process may have been faster.

    Raises `StoreUnavailable` where one of them is not what was written.
    """
    chosen: list[LiveFile] = []
    asides: list[Path] = []

    def merge(files: tuple[LiveFile, ...]) -> None:
        chosen[:] = alike([file for file in files if file.rows < LARGE])
        if len(chosen) > 1:
            prove(store, chosen)  # what was changed by hand must not come out as if it had been written so
            query = f"SELECT {', '.join(COLUMNS)} FROM read_parquet(?::VARCHAR[]) ORDER BY {', '.join(ORDER)}"
            with store.ledger.cursor() as cursor:
                asides[:] = [write_aside(store.ledger, cursor, query, [paths_of(chosen)])]

    reading(store, merge, [month])
    if not asides:
        return False
    try:
        with store.work(by=by, now=now) as work:
            return _swap(work, chosen, asides[0])
    finally:
        asides[0].unlink(missing_ok=True)


def alike(files: Sequence[LiveFile]) -> list[LiveFile]:
    """The most files of which none is much larger than all smaller ones together: no row is written again and again."""
    best: list[LiveFile] = []
    group: list[LiveFile] = []
    total = 0
    for file in sorted(files, key=lambda each: each.rows):
        if group and file.rows > 2 * total:
            group, total = [], 0
        group.append(file)
        total += file.rows
        best = group[:] if len(group) > len(best) else best
    return list(best)


def _swap(work: Work, parts: Sequence[LiveFile], aside: Path) -> bool:
    ids = [part.id for part in parts]
    row = select(UsageLedgerRow.mark)  # type: ignore[call-overload]
    mark = work.session.scalar(row)
    live = select(func.count()).where(col(UsageFileRow.id).in_(ids), col(UsageFileRow.retired_at).is_(None))
    if work.session.scalar(live) != len(ids):
        return False
    first = min(part.first_seq for part in parts)
    low, high = min(part.min_timestamp for part in parts), max(part.max_timestamp for part in parts)
    rows, (size, digest) = sum(part.rows for part in parts), proof_of(aside)
    made = Written(path_of(parts[0].month, first, mark), parts[0].month, rows, size, digest, first, low, high)
    forget_on_rollback(work.session, work.ledger, [made])
    place(work.ledger, aside, made.path)
    work.session.execute(insert(table(UsageFileRow)), [{**made._asdict(), "created_at": work.now}])
    retired = update(table(UsageFileRow)).where(col(UsageFileRow.id).in_(ids)).values(retired_at=work.now)
    work.session.execute(retired)
    work.session.execute(text("UPDATE usage_ledger SET state = state + 1"))
    return True


def clear(store: Store, *, by: Actor, now: datetime) -> None:
    """Removes files that were merged a while ago, and what stopped programs left behind."""
    old = (col(UsageFileRow.retired_at).is_not(None), col(UsageFileRow.retired_at) < now - GRACE)
    with store.read() as session:
        due = session.scalar(select(func.count()).select_from(UsageFileRow).where(*old))
        mark = session.scalar(select(col(UsageLedgerRow.mark)))
        known = set(session.scalars(select(col(UsageFileRow.path))))
    if mark is None:
        return
    if due or strays(store.ledger.folder, mark, known):
        with store.work(by=by, now=now) as work:
            # Whoever writes a file has this transaction's lock until the store knows it: others are strays for certain.
            gone = list(work.session.scalars(select(col(UsageFileRow.path)).where(*old)))
            work.session.execute(delete(table(UsageFileRow)).where(*old))
            known = set(work.session.scalars(select(col(UsageFileRow.path))))
            left = [path for path in strays(store.ledger.folder, mark, known) if path not in gone]
            for path in left:
                (store.ledger.folder / path).unlink(missing_ok=True)
        for path in gone:
            (store.ledger.folder / path).unlink(missing_ok=True)
    _clear_incoming(store.ledger.incoming)


def strays(folder: Path, mark: str, known: set[str]) -> list[str]:
    """Files of this ledger, relative to its folder, that the store does not know."""
    found = (f"{path.parent.name}/{path.name}" for path in folder.glob(f"*-*/*-{mark}.parquet"))
    return sorted(path for path in found if path not in known)


def _clear_incoming(folder: Path) -> None:
    before: Any = time() - STALE
    for path in folder.glob("*"):
        if path.is_file() and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
