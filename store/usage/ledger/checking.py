"""Proving that the files of the ledger and the store agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlmodel import col

from store.tables.usage import UsageFileRow, UsageMonthRow, UsageSeenRow
from store.usage.ledger.columns import COLUMNS
from store.usage.ledger.writing import digest_of

if TYPE_CHECKING:
    from store.database import Store


def ledger_faults(store: Store) -> Iterator[str]:
    """Where files and store disagree, one sentence each: files that are missing, damaged or unknown, and wrong sums."""
    with store.read() as session:
        known = set(session.scalars(select(col(UsageFileRow.path))))
        live: list[Any] = list(session.execute(select(UsageFileRow).where(col(UsageFileRow.retired_at).is_(None))))
        months = {row[0].month: row[0].accepted for row in session.execute(select(UsageMonthRow))}
        seen = session.scalar(select(func.count()).select_from(UsageSeenRow)) or 0
    rows: dict[str, int] = {}
    sound: list[str] = []
    for (row,) in live:
        rows[row.month] = rows.get(row.month, 0) + row.rows
        path = store.ledger.folder / row.path
        fault = _file_fault(store, path, row)
        if fault:
            yield f"the usage file {path} {fault}"
        else:
            sound.append(str(path))
    for month in sorted({*rows, *months}):
        if rows.get(month, 0) != months.get(month, 0):
            yield f"{months.get(month, 0)} events of {month} were accepted, the files have {rows.get(month, 0)}"
    if seen != sum(months.values()):
        yield f"{sum(months.values())} events were accepted, {seen} transaction ids are taken"
    yield from _repeated(store, sound)
    for stranger in _strangers(store.ledger.folder, known):
        yield f"the file {stranger} is none of the ledger's; it is not counted"


def _file_fault(store: Store, path: Path, row: Any) -> str:
    """What is wrong with one file, as the end of a sentence; "" if nothing is."""
    import duckdb

    try:
        if path.stat().st_size != row.bytes or digest_of(path) != row.digest:
            return f"is damaged: its bytes are not those that were written ({row.rows} events)"
    except FileNotFoundError:
        return f"is missing ({row.rows} events)"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    asked = f"SELECT count(*), min(seq), {', '.join(f'count({name})' for name in COLUMNS)} FROM read_parquet(?)"
    try:
        with store.ledger.cursor() as cursor:
            found = cursor.execute(asked, [str(path)]).fetchone() or ()
    except duckdb.Error as error:
        return f"cannot be read: {str(error).splitlines()[0]}"
    if set(found[2:]) != {row.rows} or found[0] != row.rows or found[1] != row.first_seq:
        return f"has {found[0]} events where {row.rows} were written"
    return ""


def _repeated(store: Store, paths: list[str]) -> Iterator[str]:
    if not paths:
        return
    with store.ledger.cursor() as cursor:
        asked = "SELECT count(*) - count(DISTINCT seq) FROM read_parquet(?::VARCHAR[])"
        (twice,) = cursor.execute(asked, [paths]).fetchone() or (0,)
    if twice:
        yield f"{twice} events are in two files, and counted twice"


def _strangers(folder: Path, known: set[str]) -> list[Path]:
    """Files in the months' folders that no ledger of ours made; another store's may lie there too."""
    found = (path for path in folder.glob("????-??/*") if f"{path.parent.name}/{path.name}" not in known)
    return sorted(path for path in found if not _ours(path.name))


def _ours(name: str) -> bool:
    parts = name.removesuffix(".parquet").split("-")
    return name.endswith(".parquet") and [len(part) for part in parts] == [12, 8, 8]
