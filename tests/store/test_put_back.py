"""A book that was put back from a backup and went on otherwise: what was known of the other way is not believed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from store import integrity
from store.backup import backup, restore
from store.bundle import import_bundle, parse_bundle
from store.commands import amend_contract
from store.database import Actor, Store
from store.errors import StoreUnavailable
from store.preview import Previews
from store.terms.base import parse
from store.terms.contract import Amendment
from store.usage.engines.mirror import catch_up
from store.usage.ingest import ingest_events
from tests import postgres
from tests.books import book
from tests.store.stored_stories import stored, uid

NOW = datetime(2025, 3, 1, tzinfo=UTC)
BY = Actor("alice", "cli")
START = "2025-02-01T00:00:00Z"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the book is."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    if request.param == "sqlite":
        yield str(tmp_path / "book.db")
    else:
        with postgres.database() as address:
            yield address


def filled(url: str) -> Store:
    """Acme, who used ten calls at ten cents."""
    story = book().sells("Calls", price=10)
    story.customer("acme").contract("acme-contract").uses("Calls", 10, on="2025-02-10")
    store = Store.open(url)
    with store.work(by=BY, now=NOW) as work:
        import_bundle(work, parse_bundle(stored(story), stored=True))
    return store


def total(previews: Previews) -> Decimal:
    """What everything comes to."""
    return sum((s.total for s in previews.current(uid("acme")).statements), Decimal(0))


def priced(store: Store, multiplier: str) -> None:
    """One change: an amendment that multiplies the price."""
    effect = {"type": "MULTIPLIER", "multiplier": Decimal(multiplier), "product_id": uid("Calls"), "starting_at": START}
    request = {"customer_id": uid("acme"), "contract_id": uid("acme-contract"), "starting_at": START}
    with store.work(by=BY, now=NOW) as work:
        amend_contract(work, request=parse(Amendment, request | {"overrides": [effect]}))


def used(store: Store, transaction_id: str, calls: int) -> None:
    """One change of the ledger: more calls."""
    event = {"transaction_id": transaction_id, "customer_id": uid("acme"), "event_type": "Calls"}
    taken = {"timestamp": "2025-02-20T00:00:00Z", "properties": {"value": str(calls)}}
    done = ingest_events(store, [event | taken], by=BY, now=datetime(2025, 2, 21, tzinfo=UTC))
    assert done.accepted == 1


def test_an_open_console_rates_the_changes_that_the_book_has_now(url: str, tmp_path: Path) -> None:
    store, kept = filled(url), str(tmp_path / "kept.db")
    previews = Previews(store, lambda: NOW)
    backup(store, kept)
    priced(store, "2")
    assert total(previews) == 200
    restore(url, kept, force=True)
    priced(store, "3")
    assert total(previews) == 300
    store.close()


def test_an_open_console_counts_the_events_that_the_book_has_now(url: str, tmp_path: Path) -> None:
    store, kept = filled(url), str(tmp_path / "kept.db")
    previews = Previews(store, lambda: NOW)
    backup(store, kept)
    used(store, "one", 5)
    assert total(previews) == 150
    restore(url, kept, force=True)
    used(store, "other", 7)
    assert total(previews) == 170
    assert integrity.check(store) == ()
    left = list(store.ledger.folder.glob("*-*/*.parquet"))
    assert len(left) == 2, "the file that counts no more is gone"
    store.close()


def test_a_copy_of_what_was_before_is_not_believed_again(url: str, tmp_path: Path) -> None:
    kept = str(tmp_path / "kept.db")
    plain = filled(url)
    with postgres.database() as address:
        store = Store.open(url, usage=address)
        plain.close()
        used(store, "first", 1)
        backup(store, kept)
        used(store, "one", 5)
        catch_up(store)
        restore(url, kept, force=True, usage=address)
        for name in ("other", "another", "a third"):
            used(store, name, 7)
        with pytest.raises(StoreUnavailable, match="holds events of another ledger"):
            catch_up(store)
        store.close()
