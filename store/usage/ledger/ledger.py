"""The ledger of a store: its folder, and this process's own DuckDB, which is loaded when something is first asked.

DuckDB runs in memory and holds nothing: the files are the data, the store says which of them count.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from store.errors import Invalid
from store.location import Location
from store.modes import make_folder
from store.text import masked

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from store.usage.ledger.columns import LiveFile

MEMORY = "512MB"
"""What one process's DuckDB takes at most before it uses the disk."""
INCOMING = "incoming"
"""The folder, beside those of the months, where files are made before they count."""
COPIES = ("clickhouse", "postgresql", "postgresql+psycopg")
"""How the addresses of engines begin that can hold a copy."""


@dataclass(frozen=True)
class Ledger:
    """Where the events of a store are; any thread may use it."""

    folder: Path
    copy: str = ""
    """The address of an engine that holds a copy to measure in; "": the files themselves are measured."""
    files: dict[tuple[int, str], tuple[LiveFile, ...]] = field(default_factory=dict, repr=False, compare=False)
    """The live files at the state, and by the mark, that the ledger had when this process last asked for them."""
    _duck: list[DuckDBPyConnection] = field(default_factory=list, repr=False, compare=False)
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    @property
    def incoming(self) -> Path:
        """Where files are made before they count."""
        return self.folder / INCOMING

    def prepare(self) -> None:
        """Makes the folders that are missing."""
        for folder in (self.folder, self.incoming):
            make_folder(folder)

    @contextmanager
    def cursor(self) -> Iterator[DuckDBPyConnection]:
        """A connection of the caller's own to this process's DuckDB; its temporary tables go with it.

        Raises KeyboardInterrupt where DuckDB makes something else of it.
        """
        with self._lock:
            if not self._duck:
                self._duck.append(_connect(self.incoming))
            cursor = self._duck[0].cursor()
        try:
            yield cursor
        except RuntimeError as error:
            if str(error) == "Query interrupted":
                raise KeyboardInterrupt from None
            raise
        finally:
            cursor.close()

    def close(self) -> None:
        """Give DuckDB's memory back; the ledger can still be used, and connects anew then."""
        with self._lock:
            while self._duck:
                self._duck.pop().close()


def _connect(spill: Path) -> DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": MEMORY,
            "temp_directory": str(spill),
            "threads": "2",
        },
    )
    connection.execute("SET enable_progress_bar = false")  # it would draw over the console
    connection.execute("SET parquet_metadata_cache = true")  # the files never change
    return connection


def ledger_at(usage: str, location: Location) -> Ledger:
    """The ledger that `--usage` names: a folder, or for "" the one that goes with the store.

    The address of a ClickHouse or PostgreSQL means that folder with a copy there, which is measured instead. Raises
    `Invalid` for an address of another kind.
    """
    path = usage.removeprefix("file://")
    if path.partition("://")[0] in COPIES and "\0" not in path:
        _check_address(path)
        return Ledger(default_folder(location), copy=path)
    if "://" in path or "\0" in path:
        raise Invalid(f"{masked(usage)} is neither a folder nor an address of ClickHouse or PostgreSQL")
    return Ledger(Path(path).expanduser().absolute() if path.strip() else default_folder(location))


def _check_address(url: str) -> None:
    """Raises `Invalid` for an address that cannot be one, before anything is done in its name."""
    try:
        parts = urlsplit(url)
        wrong = "" if parts.hostname or parts.scheme != "clickhouse" else "it names no host"
        _ = parts.port
    except ValueError as error:
        wrong = str(error)
    if wrong:
        raise Invalid(f"{masked(url)} is no address of usage: {wrong}")


def default_folder(location: Location) -> Path:
    """`book.db.usage` beside the store `book.db`; for a store on a server, a folder of the user's own."""
    if location.path is not None:
        return location.path.with_name(location.path.name + ".usage")
    from platformdirs import user_data_path

    server = location.server
    name = f"{server.host or 'local'}-{server.database}" if server is not None else "local"
    return user_data_path("termsheet") / "usage" / name.replace("/", "-")
