"""Measuring in an engine that keeps a copy of the ledger (`--usage clickhouse://…`, `--usage postgresql://…`).

The files stay the ledger: events are accepted into them, and passed on in the order of acceptance. The copy says up to
which state of the ledger it is whole, so whoever measures, on whatever host, knows whether it may be believed.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from store.errors import StoreUnavailable
from store.usage.engines.backend import Keeper, Reached, StoredEvent, keeper_at
from store.usage.engines.query import COLUMNS, Build
from store.usage.ledger.columns import LiveFile
from store.usage.ledger.files import ledger_now, reading

if TYPE_CHECKING:
    from store.database import Store

AT_ONCE = 10_000
"""Places of acceptance that are passed on together: after a stop, the last such batch is sent again."""


class MirrorEngine:
    """A keeper that is brought up to the ledger's state before it is asked; any thread may use it."""

    def __init__(self, store: Store, keeper: Keeper) -> None:
        self._store = store
        self._keeper = keeper
        self._lock = Lock()

    def states(self, spans: Sequence[tuple[datetime, datetime]]) -> list[Hashable]:
        """The state of the whole ledger, which the copy has reached by then."""
        with self._lock:
            return [pass_on(self._store, self._keeper)] * len(spans)

    def rows(self, build: Build, start: datetime, end: datetime, *, like: Hashable = None) -> Sequence[Sequence[Any]]:
        """The answer of the copy."""
        return self._keeper.rows(build, start, end)


def catch_up(store: Store) -> None:
    """Passes on to the copy that the ledger names, if it names one, what it does not have yet.

    Raises `StoreUnavailable` where it does not answer.
    """
    try:
        keeper = keeper_at(store.ledger.copy)
        if keeper is None:
            return
        try:
            pass_on(store, keeper)
        finally:
            keeper.close()
    except StoreUnavailable as error:
        raise StoreUnavailable(
            f"the events are in the ledger, but not all of them in its copy: {error.message}", hint=error.hint
        ) from error


def pass_on(store: Store, keeper: Keeper) -> int:
    """Sends the keeper what it does not have yet; the ledger's state that it has reached.

    Raises `StoreUnavailable` where events are missing from the copy and their files are not on this host, or where the
    copy is one of another ledger, or of a later state of this one, as after a backup was put back.
    """
    before = keeper.state()  # first: the ledger's own state only grows
    state, mark = ledger_now(store)
    if before.state > state or (before.mark and before.mark != mark):
        raise StoreUnavailable(
            "the copy of the usage holds events of another ledger, or of a later state of this one",
            hint="name another copy with --usage, or empty that one",
        )
    if before == (state, mark):
        return state
    first = keeper.last() // AT_ONCE * AT_ONCE

    def send(files: tuple[LiveFile, ...]) -> None:
        if not files:
            return
        asked = f"SELECT {', '.join(COLUMNS)} FROM read_parquet(?::VARCHAR[]) WHERE seq >= ? ORDER BY seq"
        with store.ledger.cursor() as cursor:
            cursor.execute(asked, [[file.path for file in files], first])
            batch: list[StoredEvent] = []
            while rows := cursor.fetchmany(AT_ONCE):
                for row in rows:
                    event = StoredEvent(*row)
                    if batch and batch[0].seq // AT_ONCE != event.seq // AT_ONCE:
                        keeper.insert(batch)
                        batch = []
                    batch.append(event._replace(timestamp=event.timestamp.replace(tzinfo=UTC)))
            keeper.insert(batch)

    try:
        reading(store, send)
    except StoreUnavailable as error:
        raise StoreUnavailable(
            f"the copy of the usage is behind, and {error.message}",
            hint="run termsheet ingest, or measure, where the usage folder is",
        ) from error
    keeper.reached(Reached(state, mark))
    return state
