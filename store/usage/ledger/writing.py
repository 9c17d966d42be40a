"""Files of the ledger: made aside, flushed to the disk, moved into their month; each is written once, never changed."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import msgspec

from store.errors import StoreUnavailable
from store.modes import file_mode, make_folder
from store.usage.ledger.batch import EPOCH, Row
from store.usage.ledger.columns import COLUMNS, ORDER, ROW_GROUP
from store.usage.ledger.ledger import Ledger

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Written(NamedTuple):
    """A file that lies in its month: the values of its row in the store. `path` is relative to the ledger's folder."""

    path: str
    month: str
    rows: int
    bytes: int
    digest: str
    first_seq: int
    min_timestamp: datetime
    max_timestamp: datetime


def new_mark() -> str:
    """What the names of a new ledger's files will end with."""
    return uuid4().hex[:8]


def write_months(ledger: Ledger, cursor: DuckDBPyConnection, source: str, mark: str, made: list[Written]) -> None:
    """One file per month from a relation with the ledger's columns; each is added to `made` when it lies there.

    Raises `StoreUnavailable` where the disk does not take it.
    """
    months = cursor.execute(
        f"SELECT {MONTH}, count(*), min(seq), epoch_us(min(timestamp)), epoch_us(max(timestamp)) "
        f"FROM {source} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for month, rows, first, low, high in months:
        wanted = f"SELECT {', '.join(COLUMNS)} FROM {source}" + (f" WHERE {MONTH} = '{month}'" if months[1:] else "")
        aside = write_aside(ledger, cursor, f"{wanted} ORDER BY {', '.join(ORDER)}")
        path, (size, digest) = path_of(month, first, mark), proof_of(aside)
        made.append(Written(path, month, rows, size, digest, first, _instant(low), _instant(high)))
        place(ledger, aside, made[-1].path)


def path_of(month: str, first_seq: int, mark: str) -> str:
    """A name that no other file has."""
    return f"{month}/{first_seq:012}-{uuid4().hex[:8]}-{mark}.parquet"


def proof_of(path: Path) -> tuple[int, str]:
    """A file's size and digest, by which damage shows."""
    return path.stat().st_size, digest_of(path)


def load_lines(
    ledger: Ledger,
    cursor: DuckDBPyConnection,
    rows: Sequence[Row] | bytes,
    first_seq: int = 0,
    known: Sequence[int] = (),
) -> None:
    """Adds rows, or the JSON lines they were sealed as, to the temporary table `batch` with the ledger's columns.

    The place of acceptance is `n` after `first_seq`; rows whose `n` is `known` are left out.
    """
    lines = rows if isinstance(rows, bytes) else msgspec.json.Encoder().encode_lines(rows)
    with disk_faults(ledger):
        ledger.prepare()
        aside = ledger.incoming / f"{uuid4().hex}.jsonl"
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS batch ({columns})")
        try:
            aside.write_bytes(lines)
            cursor.execute(
                f"INSERT INTO batch SELECT alias, make_timestamp(moment), event_type, transaction_id, properties, "
                f"n + {first_seq} FROM read_json('{quoted(aside)}', format = 'newline_delimited', columns = {_SENT})"
                + (" WHERE n NOT IN (SELECT unnest(?::BIGINT[]))" if known else ""),
                [list(known)] if known else None,
            )
        finally:
            aside.unlink(missing_ok=True)


_SENT = (
    "{n: 'BIGINT', alias: 'VARCHAR', moment: 'BIGINT', event_type: 'VARCHAR', transaction_id: 'VARCHAR', "
    "properties: 'VARCHAR'}"
)
MONTH = "substr(timestamp::VARCHAR, 1, 7)"
"""The month of an event, in DuckDB."""


def write_aside(ledger: Ledger, cursor: DuckDBPyConnection, query: str, parameters: Any = None) -> Path:
    """The rows of a query as a file that does not count yet."""
    with disk_faults(ledger):
        ledger.prepare()
        aside = ledger.incoming / f"{uuid4().hex}.parquet"
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}"
        try:
            cursor.execute(f"COPY ({query}) TO '{quoted(aside)}' ({options})", parameters)
            aside.chmod(file_mode(aside.parent))
            _flush(aside)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
    return aside


def place(ledger: Ledger, aside: Path, path: str) -> None:
    """Move a file that is whole to where it will count once the store says so."""
    target = ledger.folder / path
    try:
        with disk_faults(ledger):
            make_folder(target.parent)
            aside.rename(target)
            _flush(target.parent)
    finally:
        aside.unlink(missing_ok=True)


def digest_of(path: Path) -> str:
    """The digest of a file's bytes, as the store keeps it."""
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def discard(ledger: Ledger, paths: list[str]) -> None:
    """Remove files that do not count."""
    for path in paths:
        (ledger.folder / path).unlink(missing_ok=True)


@contextmanager
def disk_faults(ledger: Ledger) -> Iterator[None]:
    """Turns what the disk refuses into one sentence."""
    import duckdb

    try:
        yield
    except duckdb.IOException as error:
        full = "no space left" in str(error).lower()
        raise _cannot(ledger, "the disk is full" if full else str(error).splitlines()[0]) from None
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise _cannot(ledger, "the disk is full" if full else error.strerror or str(error)) from None


def _cannot(ledger: Ledger, reason: str) -> StoreUnavailable:
    return StoreUnavailable(f"the usage folder {ledger.folder} cannot be written to: {reason}")


def quoted(path: Path) -> str:
    """A path inside single quotes of SQL."""
    return str(path).replace("'", "''")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _instant(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)
