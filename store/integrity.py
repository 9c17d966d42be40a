"""Proving that a store is whole, copying it while others use it, and putting such a copy back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from store import queries, schema, trail
from store.database import Store, make_private
from store.errors import Conflict, StoreUnavailable, TermsheetError
from store.location import locate
from store.usage.ledger.checking import ledger_faults
from store.usage.ledger.copying import copy_files


def check(store: Store) -> tuple[str, ...]:
    """What is wrong with the store, one sentence each; nothing if it is whole.

    Looks at the database's own structure and at references between rows, reads every stored term with today's rules,
    and compares the files of the usage ledger with what the store knows of them.
    """
    return tuple(_faults(store))


def _faults(store: Store) -> Iterator[str]:
    if store.location.path is not None:
        with store.read() as session:
            for (word,) in session.execute(text("PRAGMA integrity_check")):
                if word != "ok":
                    yield f"the database is damaged: {word}"
            for table, row, parent, _ in session.execute(text("PRAGMA foreign_key_check")):
                yield f"{table} row {row} refers to a {parent} that is not there"
    with store.read() as session:
        yield from trail.faults(session)
    try:
        queries.whole_book(store)
    except TermsheetError as error:
        yield f"a stored term breaks a rule: {error}"
    yield from ledger_faults(store)


def backup(store: Store, target: str) -> None:
    """Write a consistent copy of a SQLite store, also while others write; never over an existing file.

    The usage files that the copy counts go into the folder beside it.
    """
    if store.location.path is None:
        raise StoreUnavailable("backups of a PostgreSQL store are made with its own tools", hint="pg_dump")
    try:
        schema.backup(store.location.path, Path(target))
    except FileExistsError:
        raise Conflict(f"{target} exists already; name another file") from None
    except OSError as error:
        raise StoreUnavailable(f"{target} cannot be written: {error.strerror}") from None
    with closing(Store.open(target)) as copy:
        copy_files(copy, store.ledger)


def restore(url: str, source: str, *, usage: str = "") -> None:
    """Put a backup, with its usage files, where a store is wanted; never over a store that is there."""
    location, copy = locate(url), Path(source)
    if location.path is None:
        raise StoreUnavailable("a PostgreSQL store is restored with its own tools", hint="pg_restore")
    if location.path.exists():
        raise Conflict(f"there is a store at {location.shown} already", hint="move it away first, with its -wal file")
    with closing(Store.open(source, read_only=True)) as kept:
        ledger = kept.ledger
    make_private(location.path.parent)
    shutil.copyfile(copy, location.path)
    location.path.chmod(0o600)
    with closing(Store.open(url, usage=usage)) as restored:
        copy_files(restored, ledger)
