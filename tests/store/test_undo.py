"""Taking the last change back: a counter-change where the domain has one, a refusal where it has not."""

from __future__ import annotations

from typing import Any

import pytest

from store import integrity, queries
from store.commands import (
    amend_contract,
    create_contract,
    edit_contract,
    register_custom_field_key,
    set_custom_fields,
    set_ingest_aliases,
    set_name,
    set_usage_filter,
    undo_last,
    update_end_date,
)
from store.database import Store
from store.errors import Conflict, Invalid
from store.terms.base import parse
from store.terms.contract import ContractEdit, ContractTerms, EndDateUpdate, UsageFilterUpdate
from store.terms.customer import CustomFieldKey
from store.terms.effective import effective
from tests.store.conftest import Working
from tests.store.requests import FILTER, amendment
from tests.store.sample import ACME, CONTRACT, LATER, OTHER, TERMS


def undone(working: Working, **arguments: Any) -> str:
    """Takes the last change back."""
    with working() as work:
        return undo_last(work, customer_id=ACME, **arguments)


def test_names_aliases_and_fields_are_what_they_were(book: Store, working: Working) -> None:
    before = queries.customer(book, ACME)
    with working() as work:
        register_custom_field_key(work, request=CustomFieldKey(entity="customer", key="region"))
    for change in (
        lambda work: set_name(work, customer_id=ACME, name="Acme II"),
        lambda work: set_ingest_aliases(work, customer_id=ACME, aliases=["z"]),
        lambda work: set_custom_fields(work, entity="customer", entity_id=ACME, custom_fields={"region": "EU"}),
    ):
        with working() as work:
            change(work)
        undone(working)
        now = queries.customer(book, ACME)
        assert (now.name, now.aliases, now.custom_fields) == (before.name, before.aliases, before.custom_fields)
    latest = queries.changes_of(book, ACME)[0]
    assert latest.reason == f"takes back entry {queries.changes_of(book, ACME)[1].seq}"
    assert integrity.check(book) == ()


def test_taking_back_twice_is_the_change_again(book: Store, working: Working) -> None:
    with working() as work:
        set_name(work, customer_id=ACME, name="Acme II")
    undone(working)
    undone(working)
    assert queries.customer(book, ACME).name == "Acme II"


def test_an_end_and_a_name_of_a_contract_go_back(book: Store, working: Working) -> None:
    to = {"customer_id": ACME, "contract_id": CONTRACT}
    with working() as work:
        edit_contract(work, request=parse(ContractEdit, {**to, "update_contract_name": "First"}))
    before = queries.contract(book, CONTRACT)
    with working() as work:
        update_end_date(work, request=parse(EndDateUpdate, {**to, "ending_before": "2027-01-01T00:00:00Z"}))
    undone(working)
    with working() as work:
        edit_contract(work, request=parse(ContractEdit, {**to, "update_contract_name": "Other"}))
    undone(working)
    now = queries.contract(book, CONTRACT)
    assert (now.name, now.ending_before) == (before.name, before.ending_before)


def test_a_filter_s_values_go_back_from_the_same_date(book: Store, working: Working) -> None:
    with working() as work:
        terms = TERMS | {"customer_id": OTHER, "rate_card_id": None, "usage_filter": FILTER}
        created = create_contract(work, request=parse(ContractTerms, terms))
        update = {"customer_id": OTHER, "contract_id": created, **FILTER, "group_values": ["US", "EU"]}
        set_usage_filter(work, request=parse(UsageFilterUpdate, update | {"starting_at": LATER}))
    with working() as work:
        undo_last(work, customer_id=OTHER)
    filters = effective(queries.contract(book, created).contract).filters
    assert {f.group_values for f in filters} == {tuple(FILTER["group_values"])}


def test_what_was_added_is_not_taken_back(book: Store, working: Working) -> None:
    with working() as work:
        amend_contract(work, request=amendment())
    with pytest.raises(Invalid, match=r"alice did last cannot be taken back: amended a contract.*another amendment"):
        undone(working)


def test_what_others_did_since_is_told(book: Store, working: Working) -> None:
    with working() as work:
        set_name(work, customer_id=ACME, name="Acme II")
    seen = queries.changes_of(book, ACME)[0].seq
    with working() as work:
        set_ingest_aliases(work, customer_id=ACME, aliases=["z"])
    with pytest.raises(Conflict) as refused:
        undone(working, seq=seen)
    assert [change.action for change in refused.value.changes] == ["set_ingest_aliases"]
    assert queries.customer(book, ACME).name == "Acme II"
