"""Asking a PostgreSQL store directly: the driver alone, without the second that importing the rest takes."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from store.directory.asking import NotReady
from store.errors import StoreUnavailable, reason_of
from store.revisions import REVISIONS
from store.text import masked

if TYPE_CHECKING:
    from psycopg import Connection

_NAMED = re.compile(r"(?<![:\w]):(\w+)")
_UNANSWERED_MS = 5000
"""How long a line that has gone dead is believed in; the customer list waits for a page no longer than that."""


def server_address(url: str) -> str | None:
    """The address as the driver takes it; None where a store's address means no PostgreSQL server."""
    scheme, found, rest = url.partition("://")
    return f"postgresql://{rest}" if found and scheme.split("+")[0] in ("postgresql", "postgres") else None


_MAY_WRITE = (
    "SELECT current_setting('transaction_read_only') = 'off' AND has_table_privilege('customer', 'UPDATE') "
    "AND has_table_privilege('audit_entry', 'INSERT')"
)
"""Whether this login may: a viewer may not, and nobody on a server that only follows another."""


class Postgres:
    """A read-only connection to a server; any thread may ask, one at a time. A lost connection is made anew, once."""

    def __init__(self, address: str) -> None:
        """Raises NotReady where there is no driver, no answer, no store, or one of another version."""
        self._lock = threading.Lock()
        self._address = address
        try:
            import psycopg
        except ImportError:
            raise NotReady("the PostgreSQL driver is not installed") from None
        self._error = psycopg.Error
        self.looking = ""
        try:
            self._connection = self._connect()
            found = self._connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except psycopg.Error as error:
            raise NotReady(f"{masked(address)}: {type(error).__name__}") from None
        self._seen = self._last()
        if not found or found[0] != REVISIONS[-1]:
            self.close()
            raise NotReady(f"{masked(address)} has another schema")

    def _connect(self) -> Connection[tuple[Any, ...]]:
        import psycopg

        made = psycopg.connect(
            self._address,
            autocommit=True,
            connect_timeout=5,
            tcp_user_timeout=_UNANSWERED_MS,
            application_name="termsheet",
        )
        with suppress(psycopg.errors.UndefinedTable):
            may = made.execute(_MAY_WRITE).fetchone()
            self.looking = "" if may and may[0] else "this login may only look"
        made.execute("SET TIME ZONE 'UTC'")
        made.execute("SET default_transaction_read_only = on")
        return made

    def __call__(self, sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows; raises StoreUnavailable where the server does not answer."""
        query = _NAMED.sub(r"%(\1)s", sql.replace("%", "%%"))
        try:
            with self._lock:
                try:
                    return self._connection.execute(query, values).fetchall()
                except self._error:
                    if not self._connection.closed:
                        raise
                    self._connection = self._connect()
                    return self._connection.execute(query, values).fetchall()
        except self._error as error:
            raise StoreUnavailable(f"the store cannot be read: {reason_of(error)}") from None

    def _last(self) -> Any:
        return self("SELECT max(seq) FROM audit_entry", {})[0][0]

    def changed(self) -> bool:
        """Whether anything was done to the book since this was last asked."""
        before, self._seen = self._seen, self._last()
        return bool(before != self._seen)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
