"""A fresh store for each test, the sample book in one, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.bundle import import_bundle, parse_bundle
from store.database import Actor, Store, Work
from tests.store.sample import document

NOW = datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC)
ALICE = Actor("alice", "console")

Working = Callable[[], AbstractContextManager[Work]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store in a file of its own."""
    opened = Store.open(str(tmp_path / "book.db"))
    yield opened
    opened.close()


@pytest.fixture
def working(store: Store) -> Working:
    """Opens a unit of work of alice's, at the frozen instant."""
    return lambda: store.work(by=ALICE, now=NOW)


@pytest.fixture
def book(store: Store, working: Working) -> Store:
    """A store that holds the sample book."""
    with working() as work:
        import_bundle(work, parse_bundle(document(), stored=True))
    return store
