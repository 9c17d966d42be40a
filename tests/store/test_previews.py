"""Previews of stored customers: what is stored, what-ifs that store nothing, assumed and replayed usage."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from store import queries
from store.bundle import import_bundle, parse_bundle
from store.commands import create_customer, edit_contract
from store.database import Actor, Store
from store.errors import NotFound
from store.preview import Assumed, Assumption, Previews, Projected, Projection, Rated, Replayed, WhatIf, periods_ahead
from store.rating.engine import rate
from store.terms import document
from store.terms.base import parse
from store.terms.contract import ContractEdit
from store.terms.customer import Customer
from store.terms.editing import segment_id
from store.terms.proposal import read_proposal
from tests.books import BookStory, book, segment, usage

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def uid(name: str) -> str:
    """The stored id of what a story calls by a name."""
    return str(uuid5(NAMESPACE_URL, name))


def stored(story: BookStory) -> Any:
    """The story's document with UUIDs for its ids."""
    ids = {
        t["id"]
        for kind in ("billable_metrics", "products", "rate_cards", "customers", "contracts")
        for t in story.payload[kind]
    }
    ids |= {t["id"] for c in story.payload["contracts"] for kind in ("commits", "credits") for t in c.get(kind, ())}
    refs = {"id", "customer_id", "contract_id", "product_id", "rate_card_id", "billable_metric_id"}

    def renamed(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: renamed(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [renamed(v, key) for v in value]
        return uid(value) if key in refs and value in ids else value

    return renamed(story.payload)


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


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Store]:
    """A parent with $10.00 that its child may draw; the child, of another customer, used $5.00, the parent $7.00."""
    story = book().sells("Calls", price=10)
    reach = {"child_access": {"type": "ALL"}}
    story.customer("acme").contract("parent", hierarchy_configuration={"parent_behavior": {}})
    story.commit("pool", segment(1_000, "2025-01-01", "2026-01-01"), hierarchy_configuration=reach)
    place = {"parent": {"contract_id": "parent", "customer_id": "acme"}}
    story.customer("kid").contract("child", hierarchy_configuration=place)
    story.uses("Calls", 50, on="2025-01-10")
    story.uses("Calls", 70, on="2025-01-10", who="acme")
    opened = Store.open(str(tmp_path / "family.db"))
    with opened.work(by=Actor("alice", "cli"), now=NOW) as work:
        import_bundle(work, parse_bundle(document.read(document.write(stored(story)))))
    yield opened
    opened.close()


def test_a_child_and_its_parent_are_previewed_out_of_one_balance(family: Store) -> None:
    """Children's ids come in some order: what both used together is $12.00, and $10.00 of it is paid."""
    previews = Previews(family, lambda: NOW)
    parent, child = previews.current(uid("acme")), previews.current(uid("kid"))
    assert {s.customer_id for s in parent.statements} == {uid("acme")}
    assert {s.customer_id for s in child.statements} == {uid("kid")}
    assert sum(s.total for s in (*parent.statements, *child.statements)) == 200
    assert [b.balance for b in parent.balances] == [0]
    assert child.balances == ()


def test_what_is_assumed_of_a_child_is_not_assumed_of_its_parent(family: Store) -> None:
    previews = Previews(family, lambda: NOW)
    assumed = Assumed((Assumption(uid("Calls"), Decimal(30)),))
    found = previews.current(uid("acme"), usage=assumed)
    assert sum(s.total for s in found.statements if s.start and s.start.month == 1) in (0, 300)  # 300 + 500 of 1,000
    assert found.balances[0].balance == 0


def test_a_child_that_is_only_proposed_draws_its_parents_balance(family: Store) -> None:
    place = {"parent": {"contract_id": uid("parent"), "customer_id": uid("acme")}}
    with family.work(by=Actor("alice", "cli"), now=NOW) as work:
        other = create_customer(work, request=parse(Customer, {"name": "other"}))
    terms = {"customer_id": other, "starting_at": "2025-01-01T00:00:00Z", "rate_card_id": uid("card")}
    proposal = read_proposal(terms | {"hierarchy_configuration": place}, other)
    outcome = Previews(family, lambda: NOW).what_if(other, [proposal])
    assert outcome.refusal is None
    assert [f.message for f in outcome.findings if f.severity == "error"] == []


def test_a_what_if_tells_what_it_changes_for_those_that_share_a_balance(family: Store) -> None:
    """The child's contract has the lower id, so it draws first: of $3.00 in place of $10.00 it gets $2.00 less."""
    assert uid("child") < uid("parent")
    previews = Previews(family, lambda: NOW)
    (first,) = previews.book(uid("acme")).contract[uid("parent")].commits[0].access_schedule.schedule_items
    less = {"update_schedule_items": [{"id": segment_id(uid("pool"), first, 0), "amount": 300}]}
    edit = {
        "contract_id": uid("parent"),
        "update_commits": [{"commit_id": uid("pool"), "access_schedule": less}],
    }
    outcome = previews.what_if(uid("acme"), [read_proposal(edit, uid("acme"))])
    assert sum(c.delta for c in outcome.comparison.statements) == 500
    assert [f.message for f in outcome.findings if f.code == "kin"] == ["the statements of kid change too: $2.00 more"]


def test_a_child_may_be_given_a_price_of_its_own_for_what_it_draws_from_its_parent(family: Store) -> None:
    """Its edit may name its parent's balance, which is another customer's, and nothing that is not there."""
    (pool,) = Previews(family, lambda: NOW).current(uid("acme")).balances

    def edit(customer: str, contract: str, commit: str) -> None:
        specifier = {"product_id": uid("Calls"), "commit_ids": [commit]}
        override: dict[str, Any] = {"starting_at": "2025-01-01T00:00:00Z", "type": "MULTIPLIER", "multiplier": 1}
        override |= {"is_commit_specific": True, "override_specifiers": [specifier]}
        request = {"customer_id": uid(customer), "contract_id": uid(contract), "add_overrides": [override]}
        with family.work(by=Actor("alice", "cli"), now=NOW) as work:
            edit_contract(work, request=parse(ContractEdit, request))

    edit("kid", "child", pool.id)
    with pytest.raises(NotFound, match="/add_overrides/0/override_specifiers/0/commit_ids/0: there is no commit"):
        edit("kid", "child", uid("nothing"))
