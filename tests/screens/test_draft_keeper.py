"""Unfinished work on its way to the disk: in a file within a blink, in the store soon, gone with what it was for."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from screens.services import Services
from screens.widgets.draft_keeper import DraftKeeper
from store import drafts, queries
from store.commands import create_customer
from store.errors import StoreUnavailable
from store.terms.customer import Customer


def soon(there: Callable[[], bool]) -> float:
    """Seconds until that is so."""
    began = time.monotonic()
    while not there():
        assert time.monotonic() < began + 10
        time.sleep(0.002)
    return time.monotonic() - began


def kept(services: Services) -> list[object]:
    return [draft.payload["name"] for draft in drafts.list_for(services.store(), "ann")]


def note(keeper: DraftKeeper, name: str) -> None:
    keeper.note(title="x", payload={"name": name}, customer_id=None)


def stored(services: Services) -> int:
    path = services.store().location.path
    assert path is not None
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM draft").fetchone()[0])


def test_a_store_that_is_busy_is_not_waited_for(services: Services) -> None:
    keeper = DraftKeeper(services, "customer")
    with services.work():
        note(keeper, "a")
        soon(lambda: kept(services) == ["a"])
        note(keeper, "ab")
        soon(lambda: kept(services) == ["ab"])
        assert stored(services) == 0
    soon(lambda: stored(services) == 1)
    keeper.let_go()


def test_the_draft_goes_with_the_work_it_was_for(services: Services) -> None:
    keeper = DraftKeeper(services, "customer")
    note(keeper, "a")
    with pytest.raises(RuntimeError), keeper.ending() as work:
        create_customer(work, request=Customer(name="a"))
        raise RuntimeError
    assert kept(services) == ["a"] and queries.count_customers(services.store()) == 0
    with keeper.ending() as work:
        create_customer(work, request=Customer(name="a"))
    assert kept(services) == [] and queries.count_customers(services.store()) == 1


def test_what_could_not_be_written_is_tried_again(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.widgets.draft_keeper.TRIED_AGAIN", 0.01)
    real, refusals = drafts.save, iter(range(3))

    def full(*given: object, **named: object) -> object:
        if next(refusals, None) is not None:
            raise StoreUnavailable("the store cannot grow: the disk is full")
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(drafts, "save", full)
    keeper = DraftKeeper(services, "customer")
    note(keeper, "a")
    soon(lambda: stored(services) == 1)
    keeper.let_go()
