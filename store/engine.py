"""Connections: pragmas, transactions that begin when we say so, and writers who wait for their turn."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from threading import Timer
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.pool import QueuePool

from store.errors import StoreUnavailable
from store.faults import is_busy
from store.location import Location
from store.turns import Place, queued

CACHE = 65536
"""Kibibytes of pages that a connection keeps at most, so that large indexes are not read again for every batch."""
NOTE_AFTER = 0.4
"""Seconds that a writer waits for its turn before it says that it waits."""
LOOK_AGAIN = (0.001, 0.01)
"""Seconds between two looks whether the file is free, of who is next: soon after it has come to that, and later."""
_LOCK = "(hashtext('termsheet'), current_schema()::regnamespace::oid::int)"
_TURN = f"SELECT pg_advisory_xact_lock{_LOCK}"
"""Whoever writes the book of a schema holds this lock until the work ends; a server gives it in order of arrival."""
_TURN_AT_ONCE = f"SELECT set_config('lock_timeout', '%d', true), pg_try_advisory_xact_lock{_LOCK}"
"""The same, if nobody has it or waits for it."""

Note = Callable[[], None]


def connect(location: Location, *, read_only: bool, wait: float, note: Note | None = None) -> Engine:
    """An engine for the place; nothing is opened yet.

    `wait` is how many seconds a lock is waited for; `note` is called, in some thread, whenever that takes a
    noticeable time.
    """
    engine = (_file if location.path is not None else _server)(location, read_only=read_only, wait=wait)
    path = location.path

    def begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get("termsheet_begin", "read")
        if path is not None:
            _sqlite_turn(connection, path, kind, wait, note)
        elif kind != "read":
            _postgresql_turn(connection, kind, wait, note)

    event.listen(engine, "begin", begin)
    return engine


def writing(engine: Engine, *, aside: bool = False) -> Engine:
    """The same, for writers of the book: they come one at a time, and each sees what the one before has written.

    `aside`: for those who write beside the book (drafts), whom a server lets in at any time.
    """
    options: dict[str, Any] = {"termsheet_begin": "aside" if aside else "write"}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "READ COMMITTED"
    return engine.execution_options(**options)


def _server(location: Location, *, read_only: bool, wait: float) -> Engine:
    assert location.server is not None
    try:
        engine = create_engine(
            location.server,
            pool_pre_ping=True,
            pool_size=4,
            max_overflow=20,
            pool_timeout=max(2.0, wait),
            isolation_level="REPEATABLE READ",
            connect_args={"connect_timeout": max(2, int(wait)), "application_name": "termsheet"},
        )
    except (ImportError, NoSuchModuleError):
        raise StoreUnavailable(
            "the PostgreSQL driver is not installed", hint="install termsheet with its extra: termsheet[postgres]"
        ) from None

    def prepare(connection: Any, _: object) -> None:
        # so that a process stopped half-way does not hold its lock for ever
        connection.execute("SET idle_in_transaction_session_timeout = '5min'")
        if read_only:
            connection.execute("SET default_transaction_read_only = on")
        connection.commit()

    event.listen(engine, "connect", prepare)
    return engine


def _file(location: Location, *, read_only: bool, wait: float) -> Engine:
    path = location.path
    assert path is not None

    def open_file() -> sqlite3.Connection:
        return _open(path, read_only=read_only, wait=wait)

    return create_engine("sqlite+pysqlite://", creator=open_file, poolclass=QueuePool, pool_size=4, max_overflow=60)


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


def _sqlite_turn(connection: Connection, path: Path, kind: str, wait: float, note: Note | None) -> None:
    """Begins a transaction of a file; a writer takes the write lock at once instead of failing later."""
    if kind == "read":
        connection.exec_driver_sql("BEGIN DEFERRED")
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout = 0")  # one's place in the queue decides, not how often SQLite looks
    try:
        with queued(path) as place:
            _take(driver, place, wait, note)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")


def _take(driver: sqlite3.Connection, place: Place, wait: float, note: Note | None) -> None:
    """Begins when it is this place's turn; raises what SQLite says of a file that is still busy after the wait."""
    began, looks = time.monotonic(), 0
    while True:
        pause, waited = place.pause(), time.monotonic() - began
        if not pause or waited >= wait:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not is_busy(error) or waited >= wait:
                    raise
            looks += 1
            pause = LOOK_AGAIN[looks > 100]
        if note is not None and waited >= NOTE_AFTER:
            note()
            note = None
        time.sleep(pause)


def _postgresql_turn(connection: Connection, kind: str, wait: float, note: Note | None) -> None:
    """Begins a transaction of a server; those that write the book come one after the other, as they do in a file."""
    patience = max(1, int(wait * 1000))
    if kind == "aside":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {patience}")
        return
    if connection.exec_driver_sql(_TURN_AT_ONCE % patience).one()[1]:
        return
    told = Timer(NOTE_AFTER, note or (lambda: None))  # beside the question: to ask again would be to queue up again
    told.daemon = True
    told.start()
    try:
        connection.exec_driver_sql(_TURN)
    finally:
        told.cancel()
