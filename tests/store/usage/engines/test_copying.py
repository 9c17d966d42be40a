"""Copies brought up to date by several at once, while others ingest, merge and clear away: never more, never less."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Signal
from typing import Any

import pytest
from sqlalchemy import FromClause, Select, func, select

from store.database import Store
from store.terms import time
from store.usage.engines.backend import Keeper, keeper_at
from store.usage.engines.mirror import pass_on
from store.usage.ledger.compaction import clear, compact
from store.usage.ledger.events import count_events
from store.usage.ledger.files import live_files, reading
from tests import postgres
from tests.store.usage.engines import clickhouse_front
from tests.store.usage.ledger.feed import BY, NOW, accept, event

JANUARY = datetime(2025, 1, 31, 23, tzinfo=UTC)
ROUNDS, EACH = 24, 120


@pytest.fixture(params=["postgresql", "clickhouse"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """An engine with nothing in it."""
    with postgres.database() if request.param == "postgresql" else clickhouse_front.serving() as url:
        yield url


def told(events: FromClause) -> Select[Any]:
    """Enough to see that no event is missing and none is there twice."""
    c = events.c
    wanted: list[Any] = [func.count(), func.count(func.distinct(c.transaction_id)), func.max(c.seq), func.min(c.seq)]
    return select(*wanted)


def ids(events: FromClause) -> Select[Any]:
    """Every event by its place and transaction."""
    return select(events.c.seq, events.c.transaction_id)


def ask(keeper: Keeper, build: Callable[[FromClause], Select[Any]]) -> list[tuple[Any, ...]]:
    """The answer over all of the copy."""
    return sorted(tuple(row) for row in keeper.rows(build, time.DISTANT_PAST, time.DISTANT_FUTURE))


def in_files(store: Store) -> list[tuple[Any, ...]]:
    """What the copy has to hold."""

    def read(files: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with store.ledger.cursor() as cursor:
            paths = [file.path for file in files]
            asked = "SELECT seq, transaction_id FROM read_parquet(?::VARCHAR[]) ORDER BY ALL"
            return cursor.execute(asked, [paths]).fetchall()

    return reading(store, read)


def test_a_copy_is_whole_whoever_passes_on_while_others_write(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.usage.engines.mirror.AT_ONCE", 100)  # so that many batches are half full
    url, done = str(tmp_path / "book.db"), Signal()
    Store.open(url).close()

    def ingest() -> None:
        store = Store.open(url, usage=address)
        for k in range(ROUNDS):
            numbers = range(k * EACH - 20 if k else 0, (k + 1) * EACH)  # twenty of them were sent before
            accept(store, [event(n, of=f"c{n % 7}", at=JANUARY + timedelta(minutes=n)) for n in numbers])
        store.close()

    def merge() -> int:
        store, merged = Store.open(url, usage=address), 0
        while not done.is_set():
            merged += sum(compact(store, month, by=BY, now=NOW) for month in ("2025-01", "2025-02"))
            clear(store, by=BY, now=NOW + timedelta(hours=merged))  # what was merged is gone at once
        store.close()
        return merged

    def copy() -> int:
        store, keeper, passed = Store.open(url, usage=address), keeper_at(address), 0
        assert keeper is not None
        while not done.is_set():
            before = count_events(store)
            pass_on(store, keeper)
            ((found, different, _, _),) = ask(keeper, told)
            assert found == different >= before, "who has passed on finds at least what there was when it began"
            passed += 1
        pass_on(store, keeper)
        keeper.close()
        store.close()
        return passed

    with ThreadPoolExecutor(4) as pool:
        copying, merging, writing = [pool.submit(copy) for _ in range(2)], pool.submit(merge), pool.submit(ingest)
        try:
            writing.result()
        finally:
            done.set()
        assert merging.result() > 0
        assert all(each.result() > 0 for each in copying)
    store, keeper = Store.open(url, usage=address), keeper_at(address)
    assert keeper is not None
    assert count_events(store) == keeper.count() == ROUNDS * EACH
    assert ask(keeper, ids) == in_files(store)
    assert len(live_files(store)) < ROUNDS
    keeper.close()
    store.close()


@pytest.mark.parametrize("broken_at", [1, 2, 5])
def test_a_copy_that_was_stopped_in_the_middle_goes_on_where_it_was(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken_at: int
) -> None:
    monkeypatch.setattr("store.usage.engines.mirror.AT_ONCE", 100)
    store, keeper = Store.open(str(tmp_path / "book.db")), keeper_at(address)
    assert keeper is not None
    accept(store, [event(n, at=JANUARY + timedelta(minutes=n)) for n in range(450)])
    insert, sent = keeper.insert, 0

    def breaks(events: Any) -> None:
        nonlocal sent
        sent += 1
        if sent == broken_at:
            insert(events[: len(events) // 2])
            raise ConnectionError
        insert(events)

    monkeypatch.setattr(keeper, "insert", breaks)
    with pytest.raises(ConnectionError):
        pass_on(store, keeper)
    monkeypatch.undo()
    monkeypatch.setattr("store.usage.engines.mirror.AT_ONCE", 100)
    accept(store, [event(n, at=JANUARY + timedelta(minutes=n)) for n in range(400, 777)])
    pass_on(store, keeper)
    assert ask(keeper, ids) == in_files(store)
    assert keeper.count() == 777
    keeper.close()
    store.close()
