"""Stories of contracts: made whole or not at all, with an id for everything in them."""

from __future__ import annotations

from typing import Any

import pytest

from store import queries
from store.commands import (
    amend_contract,
    archive_customer,
    create_contract,
    register_custom_field_key,
)
from store.commands.ids import every
from store.database import Store
from store.errors import Conflict, Invalid, NotFound
from store.tables.contracts import TermRow
from store.terms.base import IMPORT, parse
from store.terms.contract import Amendment, ContractTerms
from store.terms.customer import CustomFieldKey
from tests.store.conftest import NOW, Working
from tests.store.refusals import refused
from tests.store.requests import terms
from tests.store.sample import (
    ACME,
    CALLS,
    CHARGE,
    COMMIT,
    CREDIT,
    LATER,
    MULTIPLIER,
    OTHER,
    START,
    TERMS,
    uid,
)


def test_everything_in_a_contract_gets_an_id(book: Store, working: Working) -> None:
    request = terms(commits=[COMMIT], credits=[CREDIT], scheduled_charges=[CHARGE], overrides=[MULTIPLIER])
    with working() as work:
        created = create_contract(work, request=request)
    stored = queries.contract(book, created).contract
    kinds = every(stored)
    assert sorted(kinds.values()) == sorted(
        ["commit", "access_item", "credit", "access_item", "scheduled_charge", "charge_item", "override"]
    )
    with book.read() as session:
        for id, kind in kinds.items():
            row = session.get(TermRow, id)
            assert row is not None and (row.kind, row.contract_id, row.customer_id) == (kind, created, ACME)
    assert stored.recorded_at == NOW
    [entry] = [c for c in queries.changes_of(book, ACME) if c.entity_id == created]
    assert entry.action == "create" and entry.before is None and entry.after["commits"][0]["id"] in kinds


def test_a_temporary_id_gives_way_to_the_id_it_stood_for(book: Store, working: Working) -> None:
    override = {
        "starting_at": START,
        "type": "MULTIPLIER",
        "multiplier": 0,
        "is_commit_specific": True,
        "override_specifiers": [{"product_id": CALLS, "commit_ids": ["the-commit"]}],
    }
    with working() as work:
        created = create_contract(
            work, request=terms(commits=[COMMIT | {"temporary_id": "the-commit"}], overrides=[override])
        )
        later = {k: v for k, v in override.items() if k != "starting_at"} | {"starting_at": LATER}
        amend_contract(
            work,
            request=parse(
                Amendment,
                {"customer_id": ACME, "contract_id": created, "starting_at": LATER, "overrides": [later]},
            ),
        )
    stored = queries.contract(book, created).contract
    commit = stored.commits[0].id
    for change in (stored, stored.amendments[0]):
        assert change.overrides[0].override_specifiers[0].commit_ids == (commit,)  # type: ignore[index]


def test_a_given_id_is_kept_and_used_once(book: Store, working: Working) -> None:
    request = parse(ContractTerms, TERMS | {"id": uid(50), "commits": [COMMIT | {"id": uid(51)}]}, context=IMPORT)
    with working() as work:
        assert create_contract(work, request=request) == uid(50)
    assert queries.contract(book, uid(50)).contract.commits[0].id == uid(51)
    refused(book, working, Conflict, create_contract, request=request)
    other = parse(ContractTerms, TERMS | {"credits": [CREDIT | {"id": uid(51)}]}, context=IMPORT)
    assert uid(51) in str(refused(book, working, Conflict, create_contract, request=other))


def test_a_uniqueness_key_creates_once(book: Store, working: Working) -> None:
    with working() as work:
        created = create_contract(work, request=terms(uniqueness_key="order-7"))
    error = refused(book, working, Conflict, create_contract, request=terms(uniqueness_key="order-7"))
    assert error.path == "/uniqueness_key"
    elsewhere = terms(customer_id=OTHER, uniqueness_key="order-7")
    assert created in str(refused(book, working, Conflict, create_contract, request=elsewhere))


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"customer_id": uid(77)}, "/customer_id"),
        ({"rate_card_id": uid(77)}, "/rate_card_id"),
        ({"commits": [COMMIT | {"product_id": uid(77)}]}, "/commits/0/product_id"),
        ({"transition": {"type": "RENEWAL", "from_contract_id": uid(77)}}, "/transition/from_contract_id"),
    ],
)
def test_what_a_contract_refers_to_must_be_there(
    book: Store, working: Working, given: dict[str, Any], path: str
) -> None:
    assert refused(book, working, NotFound, create_contract, request=terms(**given)).path == path


def test_an_alias_that_means_no_card(book: Store, working: Working) -> None:
    request = ContractTerms(customer_id=ACME, rate_card_alias="nothing", starting_at=START)
    assert refused(book, working, NotFound, create_contract, request=request).path == "/rate_card_alias"


def test_an_archived_customer_takes_no_contract(book: Store, working: Working) -> None:
    with working() as work:
        archive_customer(work, customer_id=ACME)
    assert "archived" in str(refused(book, working, Invalid, create_contract, request=terms()))


def test_custom_fields_of_terms_are_checked_and_unique(book: Store, working: Working) -> None:
    with working() as work:
        register_custom_field_key(work, request=CustomFieldKey(entity="commit", key="po", enforce_uniqueness=True))
        create_contract(work, request=terms(commits=[COMMIT | {"custom_fields": {"po": "4711"}}]))
    again = terms(commits=[COMMIT, COMMIT | {"custom_fields": {"po": "4711"}}])
    assert refused(book, working, Conflict, create_contract, request=again).path == "/commits/1/custom_fields/po"
