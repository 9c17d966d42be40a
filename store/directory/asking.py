"""Asking the store in plain SQL: a SQLite file directly, any other store through its own sessions."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from store.errors import StoreUnavailable, TermsheetError
from store.revisions import REVISIONS

if TYPE_CHECKING:
    from store.database import Store

Ask = Callable[[str, Mapping[str, Any]], list[tuple[Any, ...]]]
"""A query with `:name` parameters → its rows."""

BUSY_MS = 250
"""How long a lock is waited for; readers of a SQLite store in WAL mode are hardly ever locked out."""


class NotReady(TermsheetError):
    """The store cannot be read directly (there is none yet, or it needs a look by `store.database`)."""

    title = "Store not ready"
    status = 500


def sqlite_path(url: str) -> Path | None:
    """The file that a store's address means, None where it is no SQLite file."""
    if "://" not in url:
        return Path(url).expanduser()
    scheme, _, rest = url.partition("://")
    if scheme.split("+")[0] != "sqlite" or not rest.startswith("/"):
        return None
    return Path(unquote(rest[1:].partition("?")[0])).expanduser()


class Sqlite:
    """A read-only connection to a store file; any thread may ask, one at a time."""

    def __init__(self, path: Path) -> None:
        """Raises NotReady where the file is missing, is no store, or is of another version."""
        self._lock = threading.Lock()
        writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        self.looking = "" if writable else "its file may not be written by you"
        uri = f"file:{quote(str(path.absolute()))}?mode=ro"
        try:
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
            self._connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            found = self._connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.Error as error:
            raise NotReady(f"{path}: {error}") from None
        self._seen = self("PRAGMA data_version", {})[0][0]
        if not found or found[0] != REVISIONS[-1]:
            self.close()
            raise NotReady(f"{path} has another schema")

    def __call__(self, sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows; raises StoreUnavailable where the store has gone or is damaged."""
        try:
            with self._lock:
                return self._connection.execute(sql, dict(values)).fetchall()
        except sqlite3.Error as error:
            raise StoreUnavailable(f"the store cannot be read: {error}") from None

    def changed(self) -> bool:
        """Whether another connection has written since this was last asked."""
        before, self._seen = self._seen, self("PRAGMA data_version", {})[0][0]
        return bool(before != self._seen)

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()


def through(store: Store) -> Ask:
    """Ask an open store of any kind; each question is a transaction of its own."""
    from sqlalchemy import text

    def ask(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with store.read() as session:
            return [tuple(row) for row in session.connection().execute(text(sql), dict(values))]

    return ask
