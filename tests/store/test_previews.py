"""Previews of stored customers: what is stored, what-ifs that store nothing, assumed and replayed usage."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from store import queries
from store.bundle import import_bundle, parse_bundle
from store.database import Actor, Store
from store.errors import NotFound
from store.preview import Assumed, Assumption, Previews, Projected, Projection, Rated, Replayed, WhatIf, periods_ahead
from store.rating.engine import rate
from store.terms import document
from store.terms.proposal import read_proposal
from tests.books import book, segment, usage
from tests.store.stored_stories import stored, uid

NOW = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two customers on one card; `acme` has a commit and two months of usage, `beta` has more usage."""
    story = book().sells("Calls", price=10, tags=["cloud"])
    story.customer("beta").contract("beta-contract").uses("Calls", 500, on="2025-01-20")
    story.customer("acme").contract("acme-contract").commit("commit", segment(1_000, "2025-01-01", "2026-01-01"))
    story.uses("Calls", 70, on="2025-01-10").uses("Calls", 50, on="2025-02-10")
    opened = Store.open(str(tmp_path / "book.db"))
    with opened.work(by=Actor("alice", "cli"), now=NOW) as work:
        import_bundle(work, parse_bundle(stored(story), stored=True))
    yield opened
    opened.close()


@pytest.fixture
def previews(store: Store) -> Previews:
    """Previews at a frozen instant."""
    return Previews(store, lambda: NOW)


def proposed(previews: Previews, **payload: Any) -> WhatIf:
    """A what-if of acme's, written as a request."""
    text = document.write({"customer_id": uid("acme"), **payload})
    return previews.what_if(uid("acme"), [read_proposal(document.read(text), uid("acme"))])


def half_price(start: str = "2025-02-01") -> dict[str, Any]:
    """Half price on Calls, as an amendment of acme's contract."""
    effect = {"type": "MULTIPLIER", "multiplier": Decimal("0.5"), "product_id": uid("Calls")}
    instant = f"{start}T00:00:00Z"
    return {
        "contract_id": uid("acme-contract"),
        "starting_at": instant,
        "overrides": [{"starting_at": instant, **effect}],
    }


def test_what_is_stored_is_rated(previews: Previews) -> None:
    found = previews.current(uid("acme"))
    assert [s.total for s in usage(found)] == [0, 200]
    assert [b.balance for b in found.balances] == [0]
    assert {s.customer_id for s in found.statements} == {uid("acme")}


def test_an_unknown_customer_is_not_found(previews: Previews) -> None:
    with pytest.raises(NotFound):
        previews.current(uid("nobody"))


def test_a_what_if_shows_both_sides_and_stores_nothing(store: Store, previews: Previews) -> None:
    before = queries.last_change(store, uid("acme"))
    outcome = proposed(previews, **half_price())
    assert [s.total for s in usage(outcome.before)] == [0, 200]
    assert [s.total for s in usage(outcome.after)] == [0, 0]
    assert [c.delta for c in outcome.comparison.changed] == [-200]
    assert (outcome.findings, outcome.refusal) == ((), None)
    assert queries.last_change(store, uid("acme")) == before
    assert previews.current(uid("acme")) == outcome.before


def test_a_what_if_names_the_closed_statements_it_would_not_reach(previews: Previews) -> None:
    outcome = proposed(previews, **half_price("2025-01-01"))
    assert [s.start.month for s in outcome.closed if s.start] == [1]


def test_a_proposed_contract_brings_its_part_of_the_catalog(previews: Previews) -> None:
    outcome = proposed(previews, rate_card_id=uid("card"), starting_at="2025-02-01T00:00:00Z")
    added = [s for s in usage(outcome.after) if s.contract_id == "new-contract"]
    assert [s.total for s in added] == [500]
    assert "overlapping_usage" in {w.code for w in outcome.after.warnings}


def test_a_broken_proposal_is_explained_and_changes_nothing(previews: Previews) -> None:
    wrong = half_price() | {"credits": [{
        "product_id": uid("unknown"),
        "access_schedule": {"schedule_items": [segment(1, "2025-01-01", "2026-01-01")]},
    }]}  # fmt: skip
    outcome = proposed(previews, **wrong)
    assert outcome.refusal is not None
    assert [f.path for f in outcome.findings if f.severity == "error"] == ["/credits/0/product_id"]
    assert outcome.after == outcome.before


def test_assumed_usage_replaces_what_is_stored(previews: Previews) -> None:
    assumed = Assumed((Assumption(uid("Calls"), Decimal(30)),))
    found = previews.current(uid("acme"), usage=assumed)
    assert [s.lines[0].quantity for s in usage(found)] == [30, 30]


@pytest.mark.parametrize("rated", [
    Assumed((Assumption(uid("Calls"), Decimal(30), {"region": "EU"}),)),
    Projected(Projection()),
    Replayed(uid("beta")),
])  # fmt: skip
def test_a_what_if_takes_every_kind_of_usage(previews: Previews, rated: Rated) -> None:
    text = document.write({"customer_id": uid("acme"), **half_price()})
    proposal = read_proposal(document.read(text), uid("acme"))
    first, again = (previews.what_if(uid("acme"), [proposal], usage=rated) for _ in range(2))
    assert first.before == previews.current(uid("acme"), usage=rated) == again.before


def test_another_customers_usage_is_replayed(previews: Previews) -> None:
    found = previews.current(uid("acme"), usage=Replayed(uid("beta")))
    assert [s.total for s in usage(found)] == [4_000, 0]


def test_what_is_written_meanwhile_is_seen(store: Store, previews: Previews) -> None:
    from store.commands import set_ingest_aliases

    before = previews.current(uid("acme"))
    with store.work(by=Actor("bob", "cli"), now=NOW) as work:
        set_ingest_aliases(work, customer_id=uid("acme"), aliases=("acme@example.com",))
    assert previews.book(uid("acme")).customer[uid("acme")].aliases == ("acme@example.com",)
    assert previews.current(uid("acme")) == before


def test_a_before_is_rated_once_for_many_what_ifs(
    store: Store, previews: Previews, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated: list[object] = []

    def counted(book: Any, *rest: Any, **options: Any) -> Any:
        rated.append(book)
        return rate(book, *rest, **options)

    monkeypatch.setattr("store.preview.rate", counted)
    first = proposed(previews, **half_price())
    again = proposed(previews, **half_price())
    assert (again.before, again.after) == (first.before, first.after)
    assert len(rated) == 3  # before, after, after
    from store.commands import set_ingest_aliases

    with store.work(by=Actor("bob", "cli"), now=NOW) as work:
        set_ingest_aliases(work, customer_id=uid("acme"), aliases=("acme@example.com",))
    proposed(previews, **half_price())
    assert len(rated) == 5  # the book is another one
    for quantity in (30, 40):
        assumed = Assumed((Assumption(uid("Calls"), Decimal(quantity), {"region": "eu"}),))
        found = previews.what_if(uid("acme"), [], usage=assumed)
        assert usage(found.before)[-1].lines[0].quantity == quantity


def test_a_what_if_sees_a_statement_issued_on_the_minute(store: Store) -> None:
    issued = usage(Previews(store, lambda: NOW).current(uid("acme")))[-1].issued_at
    clock = [issued - timedelta(seconds=1)]
    ticking = Previews(store, lambda: clock[0])
    drafts = [s.status for s in usage(proposed(ticking, **half_price()).before)]
    clock[0] = issued
    final = [s.status for s in usage(proposed(ticking, **half_price()).before)]
    assert [s.status for s in usage(ticking.current(uid("acme")))] == final != drafts


def test_threads_share_one_reading(previews: Previews) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: previews.current(uid("acme")), range(12)))
    assert all(one == found[0] for one in found)


def test_coming_months_are_drafts_on_projected_usage(previews: Previews) -> None:
    ahead = periods_ahead(NOW, 2)
    found = previews.current(uid("acme"), usage=Projected(Projection(days=59)), until=ahead)
    now = usage(previews.current(uid("acme")))
    coming = usage(found)[len(now) :]
    assert [s.start for s in coming] == [datetime(2025, m, 1, tzinfo=UTC) for m in (3, 4, 5)]
    assert {s.status for s in coming} == {"DRAFT"}
    assert usage(found)[: len(now)] == now
    calls = sum(
        (line.quantity or Decimal(0) for s in now for line in s.lines if line.name == "Calls" and line.unit_price),
        Decimal(0),
    )
    march = sum((line.quantity or Decimal(0) for line in coming[0].lines if line.name == "Calls"), Decimal(0))
    assert abs(march - calls / 59 * 31) < Decimal("0.001")


def test_a_what_if_reaches_into_the_months_to_come(previews: Previews) -> None:
    text = document.write({"customer_id": uid("acme"), **half_price("2025-04-01")})
    proposal = read_proposal(document.read(text), uid("acme"))
    found = previews.what_if(uid("acme"), [proposal], usage=Projected(Projection(days=59)), until=periods_ahead(NOW, 2))
    assert [c.either.start for c in found.comparison.changed if c.either.type == "USAGE"] == [
        datetime(2025, m, 1, tzinfo=UTC) for m in (4, 5)
    ]
