"""Proving that a store is whole."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from store import queries, trail
from store.database import Store
from store.errors import TermsheetError
from store.usage.ledger.checking import ledger_faults


def check(store: Store) -> tuple[str, ...]:
    """What is wrong with the store, one sentence each; nothing if it is whole.

    Looks at the database's own structure and at references between rows, reads every stored term with today's rules,
    and compares the files of the usage ledger with what the store knows of them.
    """
    return tuple(_faults(store))


def history_end(store: Store) -> str:
    """Where the history of a whole store ends: how many entries it has, and the last one's hash, in a sentence."""
    with store.read() as session:
        end = trail.Trail.of(session)
    return f"the history has {end.entries} entries{', the last with the hash ' + end.hash if end.entries else ''}"


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
