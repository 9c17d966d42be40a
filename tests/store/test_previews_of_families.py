"""Previews of customers tied together: one balance, drawn by parent and child."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from store.bundle import import_bundle, parse_bundle
from store.commands import create_customer, edit_contract
from store.database import Actor, Store
from store.errors import NotFound
from store.preview import Assumed, Assumption, Previews
from store.terms import document
from store.terms.base import parse
from store.terms.contract import ContractEdit
from store.terms.customer import Customer
from store.terms.editing import segment_id
from store.terms.proposal import read_proposal
from tests.books import book, segment
from tests.store.stored_stories import stored, uid

NOW = datetime(2025, 3, 1, tzinfo=UTC)


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
