"""Stores behind the API: an empty one, and one with the sample's catalog and customers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.bundle import import_bundle, parse_bundle
from store.database import Actor, Store
from tests.console.asking import Api
from tests.store.sample import document


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """The API over an empty store."""
    store = Store.open(str(tmp_path / "store.db"))
    yield Api(store)
    store.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The sample's catalog and customers, without contracts."""
    opened = Store.open(str(tmp_path / "book.db"))
    with opened.work(by=Actor("api", "api"), now=datetime(2025, 2, 1, tzinfo=UTC)) as work:
        import_bundle(work, parse_bundle(document(contracts=[]), stored=True))
    yield opened
    opened.close()
