"""Previews of stored customers are the same whether their events are read or the engine is asked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from store.batch import previews
from store.database import Store
from store.preview import Previews, Projected, Projection, Rated, Replayed, Stored, periods_ahead
from store.queries.book import book_of, family
from store.rating import report
from store.terms import document
from store.terms.proposal import read_proposal
from store.usage.engines.usage import EngineUsage
from store.usage.stored import SplitUsage, StoredUsages
from tests.screens.demo_store import BLUE_HARBOR, MERIDIAN, NORTHWIND, TIDEWATER, TODAY, WIDGETS, filled


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The demo."""
    opened = Store.open(str(filled(Path(tmp_path_factory.mktemp("demo")) / "demo.db")))
    yield opened
    opened.close()


def both(store: Store, monkeypatch: pytest.MonkeyPatch) -> tuple[Previews, Previews]:
    """Previews that read every event, and previews that ask the engine."""
    few = Previews(store, lambda: TODAY)
    asking = Previews(store, lambda: TODAY)
    monkeypatch.setattr(few._usages, "_few", 10**9)
    monkeypatch.setattr(asking._usages, "_few", -1)
    return few, asking


@pytest.mark.parametrize("customer", [WIDGETS, MERIDIAN, NORTHWIND, TIDEWATER, BLUE_HARBOR])
def test_statements_and_unmatched_usage(store: Store, monkeypatch: pytest.MonkeyPatch, customer: str) -> None:
    few, asking = both(store, monkeypatch)
    assert report.as_json(asking.current(customer), explain=True) == report.as_json(few.current(customer), explain=True)
    assert isinstance(asking._known[customer].usage, SplitUsage)


@pytest.mark.parametrize("usage", [Stored(), Replayed(MERIDIAN), Projected(Projection())])
def test_other_usage_and_times_to_come(store: Store, monkeypatch: pytest.MonkeyPatch, usage: Rated) -> None:
    few, asking = both(store, monkeypatch)
    until = periods_ahead(TODAY, 3)
    found = [report.as_json(p.current(WIDGETS, usage=usage, until=until)) for p in (asking, few)]
    assert found[0] == found[1]


def test_a_what_if_asks_only_about_the_periods_it_cuts_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    few, asking = both(store, monkeypatch)
    asking.current(WIDGETS)
    contract = asking.book(WIDGETS).contracts[0]
    product = next(p.id for p in asking.book(WIDGETS).products if p.billable_metric_id)
    override = {"type": "MULTIPLIER", "multiplier": 0.5, "product_id": product, "starting_at": "2025-06-11T00:00:00Z"}
    payload = {"customer_id": WIDGETS, "contract_id": contract.id, "starting_at": "2025-06-11T00:00:00Z"}
    text = document.write(payload | {"overrides": [override]})
    proposal = read_proposal(document.read(text), WIDGETS)
    asked: list[int] = []
    measured = EngineUsage._asked

    def counting(self: EngineUsage, metric, groups, refs, missing):  # type: ignore[no-untyped-def]
        asked.append(len(missing))
        return measured(self, metric, groups, refs, missing)

    monkeypatch.setattr(EngineUsage, "_asked", counting)
    changed = asking.what_if(WIDGETS, [proposal])
    assert changed.refusal is None and changed.comparison.changed
    assert report.as_json(changed.after) == report.as_json(few.what_if(WIDGETS, [proposal]).after)
    assert max(asked) == 1


def test_customers_rated_together_are_split_by_how_many_events_each_has(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [WIDGETS, MERIDIAN, NORTHWIND, TIDEWATER, BLUE_HARBOR]
    expected = [report.as_json(one) for one in previews(store, ids, as_of=TODAY)]
    book = book_of(store, family(store, ids))
    refs = {c.id: (c.id, *c.aliases) for c in book.customers if c.id}
    asked = []
    for few in (0, 5_000, 10_000, 1_000_000):
        monkeypatch.setattr("store.batch.StoredUsages", partial(StoredUsages, few=few))
        monkeypatch.setattr("store.usage.stored.TOGETHER", few)
        assert [report.as_json(one) for one in previews(store, ids, as_of=TODAY)] == expected
        asked.append(len(StoredUsages(store, few=few)._many(refs, book)))
    assert asked == sorted(asked, reverse=True) and asked[0] > asked[-1]
