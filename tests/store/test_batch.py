"""Previews of many customers: whoever they are read with and whichever process rates them, each is as if alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from store.batch import rate_many
from store.bundle import import_bundle, parse_bundle
from store.database import Actor, Store
from store.errors import NotRated
from store.preview import Previews
from store.rating.report import as_json
from store.rating.statement import Preview
from store.usage.stored import FEW, StoredUsages
from tests.books import book, segment
from tests.store.stored_stories import stored, uid

NOW = datetime(2025, 3, 1, tzinfo=UTC)
NAMES = tuple(f"c{k}" for k in range(7))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Seven customers on one card: with and without a commit (of cents, once), an override, usage nobody takes."""
    story = book().sells("Calls", price=10).sells("Bytes", price=3)
    for k, name in enumerate(NAMES):
        story.customer(name).contract(f"contract of {name}")
        if k % 2:
            story.commit(f"commit of {name}", segment(70 * k, "2025-01-01", "2025-02-15"))
        if k % 3 == 0:
            story.multiplier("0.5", "Calls", start="2025-01-20")
        story.uses("Calls", 5 + k, on="2025-01-10").uses("Calls", 7, on="2025-02-10").uses("Bytes", k, on="2019-01-01")
    opened = Store.open(str(tmp_path / "book.db"))
    with opened.work(by=Actor("alice", "cli"), now=NOW) as work:
        import_bundle(work, parse_bundle(stored(story), stored=True))
    yield opened
    opened.close()


def total(preview: Preview) -> str:
    """A customer and what its statements come to, or a refusal."""
    if any(statement.customer_id == uid("c4") for statement in preview.statements):
        raise NotRated("c4 is not for rating", path="/contracts/0", hint="leave it out")
    return str(sum(statement.total for statement in preview.statements))


@pytest.mark.parametrize(("jobs", "at_once", "few"), [(1, 100, FEW), (1, 2, FEW), (2, 3, FEW), (1, 100, 0), (1, 3, 0)])
def test_each_is_rated_as_if_alone(
    store: Store, jobs: int, at_once: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With few events in memory, with many in the engine, and some hundred after the other by one tally."""
    alone = Previews(store, lambda: NOW)
    monkeypatch.setattr("store.batch.StoredUsages", partial(StoredUsages, few=few))
    ids = [uid(name) for name in reversed(NAMES)]
    found = list(rate_many(store, ids, as_json, as_of=NOW, jobs=jobs, at_once=at_once))
    assert found == [as_json(alone.current(customer_id)) for customer_id in ids]
    assert [len(one["statements"]) for one in found] == [2] * 7
    assert [any(w["code"] == "looks_like_dollars" for w in one["warnings"]) for one in found] == [
        *[False] * 5,
        True,
        False,
    ]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_refusal_comes_after_what_went_before_it(store: Store, jobs: int) -> None:
    found = rate_many(store, [uid(name) for name in NAMES], total, as_of=NOW, jobs=jobs, at_once=2)
    assert len([next(found) for _ in range(4)]) == 4
    with pytest.raises(NotRated, match="c4 is not for rating") as refusal:
        next(found)
    assert (refusal.value.path, refusal.value.hint) == ("/contracts/0", "leave it out")


def test_customers_are_asked_for_as_they_are_needed(store: Store) -> None:
    asked: list[str] = []

    def ids() -> Iterator[str]:
        for name in NAMES:
            asked.append(name)
            yield uid(name)

    next(rate_many(store, ids(), as_json, as_of=NOW, jobs=1, at_once=1))
    assert len(asked) == 2
