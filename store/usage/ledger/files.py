"""Which files of the ledger count now, and reading them while others write, merge and clear away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from store.errors import StoreUnavailable
from store.tables.usage import UsageFileRow, UsageLedgerRow
from store.usage.ledger.columns import LiveFile
from store.usage.ledger.ledger import Ledger

if TYPE_CHECKING:
    from store.database import Store

T = TypeVar("T")
ATTEMPTS = 5
_NOW = select(col(UsageLedgerRow.state), col(UsageLedgerRow.mark))


def live_files(store: Store, months: Sequence[str] | None = None) -> tuple[LiveFile, ...]:
    """The files whose events count, oldest month first; of some months (`2025-03`) or of all."""
    _, files = files_now(store)
    return files if months is None else tuple(file for file in files if file.month in months)


def files_now(store: Store) -> tuple[tuple[int, str], tuple[LiveFile, ...]]:
    """The ledger's state and mark, and the files whose events count in it; looked up where these are new ones."""
    with store.read() as session:
        now = _now(session)
        files = store.ledger.files.get(now)
        if files is None:
            files = live_in(session, store.ledger, None)
            if now[0]:
                store.ledger.files.clear()
                store.ledger.files[now] = files
    return now, files


def live_in(session: Session, ledger: Ledger, months: Sequence[str] | None = None) -> tuple[LiveFile, ...]:
    """As `live_files`, in a transaction that is open already."""
    r = UsageFileRow
    columns = (r.id, r.path, r.month, r.rows, r.bytes, r.first_seq, r.min_timestamp, r.max_timestamp)
    wanted = select(*map(col, columns)).where(col(r.retired_at).is_(None)).order_by(col(r.month), col(r.id))
    if months is not None:
        wanted = wanted.where(col(r.month).in_(months))
    rows: Iterable[Any] = session.execute(wanted)
    return tuple(LiveFile(row[0], str(ledger.folder / row[1]), *row[2:]) for row in rows)


def ledger_now(store: Store) -> tuple[int, str]:
    """The ledger's state, and its mark; of one that never held an event 0 and "".

    The state grows with every change of the events and their files, and a ledger that is put back from a backup gets
    another mark: what was measured where both are the same is still right.
    """
    with store.read() as session:
        return _now(session)


def _now(session: Session) -> tuple[int, str]:
    row = session.execute(_NOW).one_or_none()
    return (int(row[0]), str(row[1])) if row is not None else (0, "")


def reading(store: Store, ask: Callable[[tuple[LiveFile, ...]], T], months: Sequence[str] | None = None) -> T:
    """What `ask` answers for the live files; asked again where a file went away because others merged it meanwhile.

    Raises `StoreUnavailable` naming a file that is missing although it counts, or that is damaged: of another size
    than it was written with, or not to be read. Other changes of its bytes are found by `verify`, which takes longer.
    """
    import duckdb

    for _ in range(ATTEMPTS):
        files = live_files(store, months)
        for file in files:
            if _size(file.path) not in (file.bytes, None):
                raise damaged(file.path)
        try:
            return ask(files)
        except (duckdb.Error, FileNotFoundError) as error:
            still = {file.path for file in live_files(store, months)}
            gone = [file.path for file in files if not Path(file.path).exists()]
            if not any(path in still for path in gone):
                if gone:
                    continue
                raise _damaged(files, error) from error
            raise StoreUnavailable(
                f"a usage file is missing: {next(path for path in gone if path in still)}",
                hint="put it back from a backup, or name the right folder with --usage",
            ) from None
    raise StoreUnavailable("the usage ledger changes faster than it can be read", hint="try again")


def _damaged(files: Sequence[LiveFile], error: Exception) -> Exception:
    """The fault as one of ours where a file is to blame, else what it was."""
    said = str(error)
    for file in files:
        if file.path in said or _size(file.path) != file.bytes:
            return damaged(file.path)
    return error


def damaged(path: str) -> StoreUnavailable:
    """The fault of a file whose bytes are not those that were written."""
    return StoreUnavailable(f"a usage file is damaged: {path}", hint="put it back from a backup")


def verify(store: Store) -> None:
    """Reads every byte of the files that count; raises `StoreUnavailable` for one that was changed or is missing."""
    reading(store, partial(prove, store))


def prove(store: Store, files: Iterable[LiveFile]) -> None:
    """Reads every byte of some files; raises `StoreUnavailable` for one that was changed, FileNotFoundError."""
    from store.usage.ledger.writing import digest_of

    with store.read() as session:
        asked = select(col(UsageFileRow.id), col(UsageFileRow.digest))
        digests = {row[0]: row[1] for row in session.execute(asked)}
    for file in files:
        if digest_of(Path(file.path)) != digests.get(file.id):
            raise damaged(file.path)


def _size(path: str) -> int | None:
    """How large a file is; None where there is none."""
    try:
        return Path(path).stat().st_size
    except OSError:
        return None
