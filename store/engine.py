"""Connections: pragmas, transactions that begin when we say so, and database faults as one clear sentence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import QueuePool

from store.errors import Conflict, ReadOnly, StoreUnavailable
from store.location import Location

CACHE = 65536
"""Kibibytes of pages that a connection keeps at most, so that large indexes are not read again for every batch."""
WRITE = {"termsheet_begin": "IMMEDIATE"}
"""Execution options of a connection that will write: SQLite takes its write lock at once instead of failing later."""


def connect(location: Location, *, read_only: bool, wait: float) -> Engine:
    """An engine for the place; nothing is opened yet. `wait` is how many seconds a lock is waited for."""
    if location.path is None:
        assert location.server is not None
        try:
            return create_engine(
                location.server,
                pool_pre_ping=True,
                connect_args={"connect_timeout": max(2, int(wait))},
                execution_options={"postgresql_readonly": True} if read_only else {},
            )
        except (ImportError, NoSuchModuleError):
            raise StoreUnavailable(
                "the PostgreSQL driver is not installed", hint="install termsheet with its extra: termsheet[postgres]"
            ) from None
    path = location.path

    def open_file() -> sqlite3.Connection:
        return _open(path, read_only=read_only, wait=wait)

    engine = create_engine("sqlite+pysqlite://", creator=open_file, poolclass=QueuePool, pool_size=4, max_overflow=60)
    event.listen(engine, "begin", _begin)
    return engine


def _open(path: Path, *, read_only: bool, wait: float) -> sqlite3.Connection:
    uri = f"file:{quote(str(path))}?mode={'ro' if read_only else 'rw'}"
    try:
        return _prepared(uri, wait=wait)
    except sqlite3.OperationalError as error:
        left = path.with_name(path.name + "-wal")
        kept_out = error.sqlite_errorname.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY"))
        if not read_only or not kept_out or (left.exists() and left.stat().st_size):
            raise
        # A folder we may not write to: SQLite cannot make its shared-memory file there, and need not if nobody writes.
        return _prepared(uri + "&immutable=1", wait=wait)


def _prepared(uri: str, *, wait: float) -> sqlite3.Connection:
    # isolation_level None: the driver begins nothing by itself, `_begin` does. WAL is a property of the file, set once
    # when the store is made: a database that turns out not to be a store is never changed.
    connection = sqlite3.connect(uri, uri=True, timeout=wait, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{CACHE}")
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()  # opens the file now, not at first use
    except BaseException:
        connection.close()
        raise
    return connection


def _begin(connection: Connection) -> None:
    kind = connection.get_execution_options().get("termsheet_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")


@contextmanager
def clear_faults(location: Location) -> Iterator[None]:
    """Turns what the database driver raises into `StoreUnavailable`, `ReadOnly` or `Conflict`."""
    try:
        yield
    except IntegrityError as error:
        if _is_unique(error.orig):
            raise Conflict("clashes with something stored at the same moment; nothing was written") from error
        raise
    except DBAPIError as error:
        fault = explain(error.orig, location)
        if fault is None:
            raise
        raise fault from error
    except sqlite3.Error as error:
        fault = explain(error, location)
        if fault is None:
            raise
        raise fault from error


def _is_unique(error: Any) -> bool:
    name = getattr(error, "sqlite_errorname", "")
    return (
        name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
        or getattr(error, "sqlstate", "") == "23505"
    )


_SQLITE = {
    "SQLITE_BUSY": "is locked by another program",
    "SQLITE_LOCKED": "is locked by another program",
    "SQLITE_CANTOPEN": "cannot be opened",
    "SQLITE_PERM": "cannot be opened: permission denied",
    "SQLITE_NOTADB": "is not a Termsheet store: the file is not a database",
    "SQLITE_CORRUPT": "is damaged",
    "SQLITE_FULL": "cannot grow: the disk is full",
    "SQLITE_IOERR": "cannot be read or written: the disk reports an error",
}
_HINTS = {
    "SQLITE_BUSY": "try again when it has finished",
    "SQLITE_LOCKED": "try again when it has finished",
    "SQLITE_CORRUPT": "restore a backup with: termsheet db restore FILE",
}


def explain(error: Any, location: Location) -> StoreUnavailable | ReadOnly | None:
    """The fault in our words, or None where it is none of the store's (and so a defect of ours)."""
    name = str(getattr(error, "sqlite_errorname", "") or "")
    if name.startswith("SQLITE_READONLY"):
        return ReadOnly(f"the store {location.shown} is not writable", hint="open it with --read-only to look at it")
    for code, text in _SQLITE.items():
        if name == code or name.startswith(code + "_"):
            return StoreUnavailable(f"the store {location.shown} {text}", hint=_HINTS.get(code, ""))
    if location.server is not None and type(error).__name__ in ("OperationalError", "ConnectionTimeout"):
        reason = (str(error).strip().splitlines() or ["no answer"])[0]
        return StoreUnavailable(f"the store {location.shown} does not answer: {reason}")
    return None
