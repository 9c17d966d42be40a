"""Taking the last change back: a counter-change where the domain has one, a refusal where it has not."""

from __future__ import annotations

from typing import Any

import pytest

from store import integrity, queries
from store.commands import (
    amend_contract,
    archive_contract,
    archive_customer,
    create_contract,
    create_customer_credit,
    edit_contract,
    register_custom_field_key,
    set_custom_fields,
    set_ingest_aliases,
    set_name,
    set_usage_filter,
    undo_last,
    update_end_date,
)
from store.commands.undo import COUNTERS, WHY_NOT
from store.database import Store
from store.done import ACTIONS
from store.errors import Conflict, Invalid
from store.terms.balances import CustomerCredit
from store.terms.base import parse
from store.terms.contract import ContractEdit, ContractTerms, EndDateUpdate, UsageFilterUpdate
from store.terms.customer import CustomFieldKey
from store.terms.effective import effective
from tests.store.conftest import Working
from tests.store.requests import FILTER, amendment
from tests.store.sample import ACME, CONTRACT, END, FEE, LATER, OTHER, TERMS

OF_CUSTOMERS = ("customer", "contract", "commit", "credit")
GIFT = parse(
    CustomerCredit,
    {
        "customer_id": ACME, "product_id": FEE, "priority": 1,
        "access_schedule": {"schedule_items": [{"amount": 1, "starting_at": LATER, "ending_before": END}]},
    },
)  # fmt: skip
NAMED = {"customer_id": ACME, "contract_id": CONTRACT, "update_contract_name": "Named"}
FIRST = {"customer_id": ACME, "contract_id": CONTRACT, **FILTER, "starting_at": LATER}


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


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda work: archive_customer(work, customer_id=ACME), "archiving is for good"),
        (lambda work: archive_contract(work, customer_id=ACME, contract_id=CONTRACT), "archiving is for good"),
        (lambda work: create_contract(work, request=parse(ContractTerms, TERMS)), "archive it, or give it an end"),
        (lambda work: create_customer_credit(work, request=GIFT), "a balance stays; give it an end"),
        (lambda work: edit_contract(work, request=parse(ContractEdit, NAMED)), "it had no name before"),
        (lambda work: set_usage_filter(work, request=parse(UsageFilterUpdate, FIRST)), "took all usage before"),
    ],
)
def test_what_cannot_be_taken_back_says_why(book: Store, working: Working, change: Any, why: str) -> None:
    before = queries.changes(book)
    with working() as work:
        change(work)
    with pytest.raises(Invalid, match="cannot be taken back") as refused:
        undone(working)
    assert why in (refused.value.hint or "")
    assert len(queries.changes(book)) == len(before) + 1


def test_every_change_there_is_can_be_taken_back_or_says_why() -> None:
    silent = [pair for pair in ACTIONS if pair not in COUNTERS and pair not in WHY_NOT and pair[1] in OF_CUSTOMERS]
    assert silent == []


def test_an_end_that_was_not_there_goes_again(book: Store, working: Working) -> None:
    with working() as work:
        open_ended = {key: value for key, value in TERMS.items() if key != "ending_before"}
        created = create_contract(work, request=parse(ContractTerms, open_ended))
    with working() as work:
        end = {"customer_id": ACME, "contract_id": created, "ending_before": "2027-01-01T00:00:00Z"}
        update_end_date(work, request=parse(EndDateUpdate, end))
    undone(working)
    assert queries.contract(book, created).ending_before is None


def test_an_alias_that_somebody_else_has_by_now_is_not_taken_from_them(book: Store, working: Working) -> None:
    with working() as work:
        set_ingest_aliases(work, customer_id=ACME, aliases=["first"])
    with working() as work:
        set_ingest_aliases(work, customer_id=ACME, aliases=["second"])
        set_ingest_aliases(work, customer_id=OTHER, aliases=["first"])
    with pytest.raises(Conflict, match="first"):
        undone(working)
    assert queries.customer(book, ACME).aliases == ("second",)


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
