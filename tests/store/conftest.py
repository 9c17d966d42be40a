"""A fresh store for each test, the sample book in one, and a clock that stands still.

Every test that asks for a store runs twice, on a SQLite file and on a real PostgreSQL; `@pytest.mark.sqlite` is for
what only a file can be asked, `@pytest.mark.postgresql` for what only a server can.
"""

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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both databases for every test with a store."""
    if "backend" in metafunc.fixturenames:
        both = ("sqlite", "postgresql")
        alone = [name for name in both if metafunc.definition.get_closest_marker(name) is not None]
        metafunc.parametrize("backend", alone or both, scope="module")


@pytest.fixture
def store_url(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty store that nobody has open."""
    if backend == "sqlite":
        Store.open(str(tmp_path / "book.db")).close()
        yield str(tmp_path / "book.db")
    else:
        from tests import postgres

        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))  # where the usage of a store on a server goes by itself
        with postgres.store_database() as url:
            yield url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store."""
    opened = Store.open(store_url)
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
