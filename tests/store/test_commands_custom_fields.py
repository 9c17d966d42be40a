"""Stories of custom fields: registered keys, values used once, values forgotten."""

from __future__ import annotations

from store.commands import (
    archive_customer,
    create_customer,
    register_custom_field_key,
    set_custom_fields,
)
from store.database import Store
from store.errors import Conflict, Invalid
from store.queries import changes_of, contracts_of, customer
from store.terms.customer import Customer, CustomFieldKey
from tests.store.conftest import Working
from tests.store.refusals import refused
from tests.store.sample import ACME, CONTRACT, OTHER, uid


def test_custom_fields_need_registered_keys(book: Store, working: Working) -> None:
    request = Customer(name="New", custom_fields={"colour": "red"})
    error = refused(book, working, Invalid, create_customer, request=request)
    assert error.path == "/custom_fields/colour"
    arguments = {"entity": "customer", "entity_id": ACME, "custom_fields": {"ref": "1", "colour": "red"}}
    refused(book, working, Invalid, set_custom_fields, **arguments)
    assert customer(book, ACME).custom_fields == {}


def test_unique_values_are_used_once_archived_ones_included(book: Store, working: Working) -> None:
    with working() as work:
        key = CustomFieldKey(entity="customer", key="sfdc", enforce_uniqueness=True)
        register_custom_field_key(work, request=key)
        set_custom_fields(work, entity="customer", entity_id=ACME, custom_fields={"sfdc": "A1", "ref": "r"})
        archive_customer(work, customer_id=ACME)
    taken = Customer(name="New", custom_fields={"sfdc": "A1"})
    assert ACME in str(refused(book, working, Conflict, create_customer, request=taken))
    arguments = {"entity": "customer", "entity_id": OTHER, "custom_fields": {"ref": "r", "sfdc": "A1"}}
    refused(book, working, Conflict, set_custom_fields, **arguments)
    assert customer(book, OTHER).custom_fields == {}
    with working() as work:
        set_custom_fields(work, entity="customer", entity_id=OTHER, custom_fields={"ref": "r", "sfdc": "A2"})
    assert customer(book, OTHER).custom_fields == {"ref": "r", "sfdc": "A2"}


def test_set_values_stand_beside_the_others(book: Store, working: Working) -> None:
    with working() as work:
        set_custom_fields(work, entity="contract", entity_id=CONTRACT, custom_fields={"ref": "1"})
        assert set_custom_fields(work, entity="contract", entity_id=CONTRACT, custom_fields={"ref": "2"}) == {
            "ref": "2"
        }
    assert [c.contract.custom_fields for c in contracts_of(book, ACME)] == [{"ref": "2"}]
    assert contracts_of(book, ACME)[0].version == 3
    assert changes_of(book, ACME)[0].before == {"custom_fields": {"ref": "1"}}


def test_a_key_is_registered_once(book: Store, working: Working) -> None:
    again = CustomFieldKey(entity="customer", key="ref", enforce_uniqueness=True)
    refused(book, working, Conflict, register_custom_field_key, request=again)


def test_fields_of_things_inside_contracts_are_not_set_alone(book: Store, working: Working) -> None:
    arguments = {"entity": "commit", "entity_id": uid(5), "custom_fields": {"ref": "1"}}
    refused(book, working, Invalid, set_custom_fields, **arguments)


def test_removed_values_are_forgotten_and_may_be_used_again(book: Store, working: Working) -> None:
    with working() as work:
        register_custom_field_key(work, request=CustomFieldKey(entity="customer", key="sfdc", enforce_uniqueness=True))
        set_custom_fields(work, entity="customer", entity_id=ACME, custom_fields={"sfdc": "A1", "ref": "r"})
        left = set_custom_fields(
            work, entity="customer", entity_id=ACME, custom_fields={"ref": "q"}, remove=["sfdc", "never"]
        )
        assert left == {"ref": "q"}
        set_custom_fields(work, entity="customer", entity_id=OTHER, custom_fields={"sfdc": "A1"})
    assert customer(book, ACME).custom_fields == {"ref": "q"}
    told = next(c for c in changes_of(book, ACME) if c.action == "set_custom_fields")
    assert (told.before, told.after) == (
        {"custom_fields": {"sfdc": "A1", "ref": "r"}},
        {"custom_fields": {"ref": "q"}},
    )


def test_removing_what_is_not_there_records_nothing(book: Store, working: Working) -> None:
    before = customer(book, ACME).version
    with working() as work:
        assert set_custom_fields(work, entity="customer", entity_id=ACME, custom_fields={}, remove=["ref"]) == {}
    assert customer(book, ACME).version == before
