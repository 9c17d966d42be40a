"""Stories of contracts: made whole or not at all, changed by appending, never two operators over each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from store import queries
from store.commands import (
    amend_contract,
    archive_contract,
    archive_customer,
    create_contract,
    create_customer,
    create_metric,
    create_product,
    create_rate_card,
    edit_contract,
    register_custom_field_key,
    set_usage_filter,
    update_end_date,
)
from store.commands.ids import every
from store.database import Store
from store.errors import Conflict, Invalid, NotFound
from store.tables.contracts import TermRow
from store.terms import document
from store.terms.base import IMPORT, parse
from store.terms.catalog import BillableMetric, Product
from store.terms.contract import Amendment, ContractEdit, ContractTerms, EndDateUpdate, UsageFilterUpdate
from store.terms.customer import Customer, CustomFieldKey
from store.terms.effective import changes_of, effective
from store.terms.rates import RateCard
from tests.store.conftest import ALICE, NOW, Working
from tests.store.sample import (
    ACME,
    CALLS,
    CHARGE,
    COMMIT,
    CONTRACT,
    CREDIT,
    END,
    LATER,
    MULTIPLIER,
    OTHER,
    START,
    TERMS,
    uid,
)
from tests.store.test_commands_customers import refused

SEED = Path(__file__).parent / "seed_payloads"
TO = {"customer_id": ACME, "contract_id": CONTRACT}
SPRING, NEW_YEAR_26 = datetime(2025, 4, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


def terms(**more: Any) -> ContractTerms:
    """A contract request."""
    return parse(ContractTerms, TERMS | more)


def amendment(**more: Any) -> Amendment:
    """An amendment of the sample contract."""
    return parse(Amendment, TO | {"starting_at": LATER, **more})


def edit(**more: Any) -> ContractEdit:
    """An edit of the sample contract."""
    return parse(ContractEdit, TO | more)


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


def test_an_amendment_adds_and_is_remembered(book: Store, working: Working) -> None:
    with working() as work:
        recorded = amend_contract(work, request=amendment(overrides=[MULTIPLIER], commits=[COMMIT]))
    view = queries.contract(book, CONTRACT)
    assert view.version == 2
    [stored] = view.contract.amendments
    assert (stored.id, stored.recorded_at, stored.starting_at) == (recorded, NOW, SPRING)
    assert len(effective(view.contract).overrides) == 1
    entry = queries.changes_of(book, ACME)[0]
    assert entry.before == {"commits": {}, "overrides": {}}
    assert list(entry.after["commits"]) == [stored.commits[0].id]
    assert entry.after["request"]["starting_at"] == LATER


def test_changes_keep_their_order_however_the_clock_stands(book: Store, working: Working) -> None:
    with working() as work:
        for name in ("one", "two", "three"):
            edit_contract(work, request=edit(update_contract_name=name))
        amend_contract(work, request=amendment())
    with book.work(by=ALICE, now=NOW - timedelta(days=1)) as work:
        edit_contract(work, request=edit(update_contract_name="four"))
    view = queries.contract(book, CONTRACT)
    made = [(type(change).__name__, view.contract.recorded(change) - NOW) for change, _ in changes_of(view.contract)]
    instant = timedelta(microseconds=1)
    assert made == [
        ("ContractEdit", 0 * instant),
        ("ContractEdit", 0 * instant),
        ("ContractEdit", 0 * instant),
        ("Amendment", instant),
        ("ContractEdit", instant),
    ]
    assert [e.update_contract_name for e in view.contract.edits] == ["one", "two", "three", "four"]
    assert view.name == effective(view.contract).name == "four"


def test_a_stale_version_is_refused(book: Store, working: Working) -> None:
    with working() as work:
        edit_contract(work, request=edit(update_contract_name="Mine"), seen_version=1)
    for command, request in (
        (edit_contract, edit(update_contract_name="Yours")),
        (amend_contract, amendment()),
        (update_end_date, parse(EndDateUpdate, TO)),
    ):
        error = refused(book, working, Conflict, command, request=request, seen_version=1)
        assert "changed in the meantime" in str(error) and "alice" in str(error)
    refused(book, working, Conflict, archive_contract, contract_id=CONTRACT, seen_version=1)


def test_a_usage_filter_changes_from_a_date_on(book: Store, working: Working) -> None:
    request = TERMS | {"customer_id": OTHER, "rate_card_id": None, "usage_filter": FILTER}
    with working() as work:
        created = create_contract(work, request=parse(ContractTerms, request))
        update = {"customer_id": OTHER, "contract_id": created, **FILTER, "group_values": ["US", "EU"]}
        set_usage_filter(work, request=parse(UsageFilterUpdate, update | {"starting_at": LATER}))
    filters = effective(queries.contract(book, created).contract).filters
    assert [(f.span.start, f.group_values) for f in filters][1] == (SPRING, ("US", "EU"))
    entry = queries.changes_of(book, OTHER)[0]
    assert len(entry.before["usage_filter"]) == 1 and len(entry.after["usage_filter"]) == 2


FILTER = {"group_key": "region", "group_values": ["US"]}


def test_an_end_is_moved_and_taken_away(book: Store, working: Working) -> None:
    with working() as work:
        update_end_date(work, request=parse(EndDateUpdate, TO | {"ending_before": LATER}))
    assert queries.contract(book, CONTRACT).ending_before == SPRING
    with working() as work:
        update_end_date(work, request=parse(EndDateUpdate, TO))
    assert queries.contract(book, CONTRACT).ending_before is None
    entry = queries.changes_of(book, ACME)[0]
    assert (entry.before, entry.after["ending_before"]) == ({"ending_before": LATER}, None)


def test_an_edit_changes_terms_by_their_ids(book: Store, working: Working) -> None:
    with working() as work:
        edit_contract(work, request=edit(add_commits=[COMMIT], uniqueness_key="e1"))
    commit = effective(queries.contract(book, CONTRACT).contract).commits[0]
    segment = commit.access_schedule.schedule_items[0].id
    update = {"access_schedule": {"update_schedule_items": [{"id": segment, "amount": 1}]}, "name": "Less"}
    with working() as work:
        edit_contract(work, request=edit(update_commits=[{"commit_id": commit.id, **update}]))
    changed = effective(queries.contract(book, CONTRACT).contract).commits[0]
    assert (changed.name, changed.access_schedule.total) == ("Less", 1)
    entry = queries.changes_of(book, ACME)[0]
    assert entry.before["commits"][commit.id]["access_schedule"]["schedule_items"][0]["amount"] == 100000
    assert entry.after["commits"][commit.id]["name"] == "Less"
    refused(book, working, Conflict, edit_contract, request=edit(update_contract_name="x", uniqueness_key="e1"))


def test_items_added_to_a_schedule_get_ids(book: Store, working: Working) -> None:
    with working() as work:
        edit_contract(work, request=edit(add_commits=[COMMIT]))
    commit = effective(queries.contract(book, CONTRACT).contract).commits[0]
    more = {"add_schedule_items": [{"amount": 7, "starting_at": LATER, "ending_before": END}]}
    with working() as work:
        edit_contract(work, request=edit(update_commits=[{"commit_id": commit.id, "access_schedule": more}]))
    added = effective(queries.contract(book, CONTRACT).contract).commits[0].access_schedule.schedule_items[1]
    with book.read() as session:
        assert session.get(TermRow, added.id) is not None


def test_an_edit_that_breaks_a_rule_changes_nothing(book: Store, working: Working) -> None:
    broken = edit(update_contract_name="New", update_commits=[{"commit_id": uid(77), "name": "x"}])
    refused(book, working, NotFound, edit_contract, request=broken)
    assert queries.contract(book, CONTRACT).name is None


@pytest.mark.parametrize("command", [amend_contract, edit_contract, update_end_date])
def test_a_change_names_a_contract_of_its_customer(book: Store, working: Working, command: Any) -> None:
    model: Any = {amend_contract: Amendment, edit_contract: ContractEdit, update_end_date: EndDateUpdate}[command]
    base = {"starting_at": LATER} if model is Amendment else {}
    for given, kind in (
        ({"customer_id": ACME, "contract_id": uid(77)}, NotFound),
        ({"customer_id": OTHER, "contract_id": CONTRACT}, NotFound),
        ({"customer_id": ACME}, Invalid),
        ({"contract_id": CONTRACT}, Invalid),
    ):
        refused(book, working, kind, command, request=parse(model, base | given))


def test_an_archived_contract_takes_no_more_changes(book: Store, working: Working) -> None:
    with working() as work:
        archive_contract(work, contract_id=CONTRACT, customer_id=ACME)
    assert queries.contract(book, CONTRACT).archived_at == NOW
    refused(book, working, Invalid, amend_contract, request=amendment())
    refused(book, working, Invalid, archive_contract, contract_id=CONTRACT)
    refused(book, working, NotFound, archive_contract, contract_id=CONTRACT, customer_id=OTHER)


def test_the_guide_s_requests_work_once_their_ids_exist(store: Store, working: Working) -> None:
    """The five bodies of the provisioning guide, letter for letter."""
    widgets, filtered = "aa58107d-162f-407e-9f09-940f16adbb1c", "13117714-3f05-48e5-a6e9-a66093f13b4d"
    compute, prepaid, platform = uid(1), "a1f4e40b-f8c4-496b-b687-0a103396b479", "06cf3703-3f5e-467c-8ba1-0ee934c740b9"
    region = {"property_filters": [{"name": "region", "exists": True}], "group_keys": [["region"]]}
    metric = {"id": uid(2), "name": "Hours", "aggregation_type": "COUNT", **region}
    rate = {
        "product_id": compute,
        "starting_at": "2024-01-01T00:00:00Z",
        "entitled": True,
        "rate_type": "FLAT",
        "price": 200,
    }
    with working() as work:
        register_custom_field_key(work, request=CustomFieldKey(entity="customer", key="sfdc_account_id"))
        create_metric(work, request=parse(BillableMetric, metric, context=IMPORT))
        for product in (
            {"id": compute, "name": "Compute", "type": "USAGE", "billable_metric_id": uid(2), "tags": ["cloud"]},
            {"id": prepaid, "name": "Prepaid Commit", "type": "FIXED"},
            {"id": platform, "name": "Platform Charge", "type": "FIXED"},
        ):
            create_product(work, request=parse(Product, product, context=IMPORT))
        for card_id, aliases in ((uid(3), [{"name": "base_usage_products"}]), (FILTERED_CARD, [])):
            card = {"id": card_id, "name": "Base", "aliases": aliases, "rates": [rate]}
            create_rate_card(work, request=parse(RateCard, card, context=IMPORT))
        for id in (widgets, filtered):
            create_customer(work, request=Customer(id=id, name="Here already"))
    with working() as work:
        create_customer(work, request=parse(Customer, seed("customers_create")))
        first = create_contract(work, request=parse(ContractTerms, seed("contracts_create")))
        amended = seed("contracts_amend") | {"contract_id": first}
        amend_contract(work, request=parse(Amendment, amended))
        second = create_contract(work, request=parse(ContractTerms, seed("contracts_create_us_filter")))
        update = seed("contracts_set_usage_filter") | {"contract_id": second}
        set_usage_filter(work, request=parse(UsageFilterUpdate, update))
    now = effective(queries.contract(store, first).contract)
    assert now.commits[0].access_schedule.total == 1000000 and now.overrides[0].multiplier == document.read("0.95")
    assert [f.group_values for f in effective(queries.contract(store, second).contract).filters] == [
        ("US",),
        ("US", "EU"),
    ]


FILTERED_CARD = "d7abd0cd-4ae9-4db7-8676-e986a4ebd8dc"


def seed(name: str) -> dict[str, Any]:
    """One of the guide's bodies."""
    found: dict[str, Any] = document.read((SEED / f"{name}.json").read_bytes())
    return found
