"""Books in and out: what is exported is imported to an equal book; what cannot be taken whole is not taken at all."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store import queries
from store.bundle import export_bundle, import_bundle, parse_bundle
from store.commands import amend_contract, archive_contract, create_contract, create_rate_card, edit_contract
from store.database import Store
from store.errors import Conflict, Invalid, NotFound
from store.terms import document
from store.terms.base import IMPORT, parse
from store.terms.contract import Amendment, ContractEdit, ContractTerms
from store.terms.effective import effective
from store.terms.rates import RateCard
from tests.store import sample
from tests.store.conftest import ALICE, NOW, Working
from tests.store.refusals import rows
from tests.store.sample import (
    ACME,
    CARD,
    CHARGE,
    COMMIT,
    CONTRACT,
    CREDIT,
    END,
    FEE,
    LATER,
    MULTIPLIER,
    OTHER,
    START,
    uid,
)

OWN = {"product_id": FEE, "priority": 3, "access_schedule": COMMIT["access_schedule"]}
RECORDED = "2025-02-01T10:11:12.131415Z"
RICH: dict[str, Any] = sample.document(
    customers=[
        {
            "id": ACME,
            "name": "Acme",
            "ingest_aliases": ["acme", "a2"],
            "external_id": "x",
            "custom_fields": {"ref": "1"},
            "commits": [OWN | {"type": "PREPAID"}],
            "credits": [OWN | {"uniqueness_key": "once"}],
        },
        {"id": OTHER, "name": "Other", "ingest_aliases": ["other"], "archived_at": "2025-01-09T00:00:00Z"},
    ],
    contracts=[
        sample.TERMS
        | {
            "id": CONTRACT,
            "rate_card_id": None,
            "rate_card_alias": "list",
            "recorded_at": "2024-12-24T00:00:00Z",
            "commits": [COMMIT | {"temporary_id": "pre"}],
            "credits": [CREDIT],
            "scheduled_charges": [CHARGE],
            "overrides": [MULTIPLIER],
            "usage_filter": {"group_key": "region", "group_values": ["US"]},
            "amendments": [{"starting_at": LATER, "overrides": [MULTIPLIER], "recorded_at": RECORDED}],
            "usage_filter_updates": [{"group_key": "region", "group_values": ["US", "EU"], "starting_at": LATER}],
            "edits": [{"update_contract_name": "Named", "update_commits": [{"commit_id": "pre", "priority": 5}]}],
            "end_date_updates": [{"ending_before": "2025-12-01T00:00:00Z", "recorded_at": RECORDED}],
        }
    ],
    events=[
        {"transaction_id": "b", "customer_id": "acme", "event_type": "call", "timestamp": "2025-01-02T03:04:05.678Z"},
        {"transaction_id": "a", "customer_id": ACME, "event_type": "call", "timestamp": START, "properties": {"n": 1}},
        {"transaction_id": "u", "customer_id": "nobody", "event_type": "call", "timestamp": START},
    ],
)
RICH["billable_metrics"][1]["property_filters"].append({"name": "team", "exists": True})
RICH["billable_metrics"] = [
    RICH["billable_metrics"][0] | {"group_keys": [["region"], ["team"]]},
    RICH["billable_metrics"][1] | {"group_keys": [["class", "region"]]},
    RICH["billable_metrics"][2],
]


def taken(store: Store, payload: Any) -> None:
    """Imports a payload as alice."""
    with store.work(by=ALICE, now=NOW) as work:
        import_bundle(work, parse_bundle(payload, stored=True))


@pytest.fixture
def second(tmp_path: Path) -> Any:
    """Another empty store."""
    opened = Store.open(str(tmp_path / "second.db"))
    yield opened
    opened.close()


def test_what_goes_out_comes_in_equal(store: Store, second: Store) -> None:
    taken(store, RICH)
    first = document.write(export_bundle(store), indent=1)
    taken(second, document.read(first))
    assert document.write(export_bundle(second), indent=1) == first
    for name in ("customers", "contracts", "rate_cards", "products", "billable_metrics"):
        assert getattr(queries.whole_book(second), name) == getattr(queries.whole_book(store), name)


def test_ids_and_recording_times_are_kept(store: Store) -> None:
    taken(store, RICH)
    contract = queries.contract(store, CONTRACT).contract
    assert contract.recorded_at == datetime(2024, 12, 24, tzinfo=UTC)
    assert contract.amendments[0].recorded_at == datetime(2025, 2, 1, 10, 11, 12, 131415, tzinfo=UTC)
    assert contract.edits[0].recorded_at == contract.starting_at
    now = effective(contract)
    assert (now.name, now.commits[0].priority) == ("Named", 5)
    view = queries.contract(store, CONTRACT)
    assert (view.name, view.ending_before, view.rate_card_id) == ("Named", datetime(2025, 12, 1, tzinfo=UTC), CARD)


def test_a_book_that_lived_on_goes_out_and_in(store: Store, second: Store, working: Working) -> None:
    taken(store, RICH)
    to = {"customer_id": ACME, "contract_id": CONTRACT}
    with working() as work:
        amend_contract(work, request=parse(Amendment, to | {"starting_at": LATER, "commits": [COMMIT]}))
        edit_contract(work, request=parse(ContractEdit, to | {"update_contract_name": "Later"}))
        gone = create_contract(
            work, request=parse(ContractTerms, sample.TERMS | {"name": "Gone", "ending_before": END})
        )
        archive_contract(work, contract_id=gone)
        create_rate_card(work, request=parse(RateCard, {"name": "New", "aliases": [{"name": "list"}]}, context=IMPORT))
    first = export_bundle(store)
    taken(second, document.read(document.write(first)))
    assert export_bundle(second) == first
    assert queries.contract(second, gone).archived_at == NOW


def test_one_customer_s_part_stands_alone(store: Store, second: Store) -> None:
    taken(store, RICH)
    for name in (ACME, "a2", "x"):
        part = export_bundle(store, name)
        assert [c["id"] for c in part["customers"]] == [ACME]
        assert [e["transaction_id"] for e in part["events"]] == ["b", "a"]
    taken(second, part)
    assert export_bundle(second, ACME) == part
    with pytest.raises(NotFound, match="there is no customer nobody"):
        export_bundle(store, "nobody")


def test_two_customers_parts_share_their_catalog(store: Store, second: Store) -> None:
    taken(store, RICH)
    other = sample.TERMS | {"id": uid(70), "customer_id": uid(71), "rate_card_id": CARD}
    taken(store, {"customers": [{"id": uid(71), "name": "Third"}], "contracts": [other]})
    for id in (ACME, uid(71)):
        taken(second, export_bundle(store, id))
    assert queries.count_customers(second) == 2


def test_the_same_bundle_twice_is_a_conflict_naming_what_is_there(store: Store) -> None:
    taken(store, RICH)
    before = rows(store)
    with pytest.raises(Conflict, match=f"there is a customer {ACME} already"):
        taken(store, RICH)
    assert rows(store) == before


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("products", {"name": "Other name"}),
        ("billable_metrics", {"name": "Other name"}),
        ("rate_cards", {"rates": []}),
        ("custom_field_keys", {"enforce_uniqueness": True}),
    ],
)
def test_a_catalog_that_says_something_else_is_a_conflict(book: Store, kind: str, change: dict[str, Any]) -> None:
    given = sample.document()
    with pytest.raises(Conflict, match=f"/{kind}/0"):
        taken(book, {kind: [given[kind][0] | change]})


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"contracts": [sample.TERMS | {"id": CONTRACT, "customer_id": uid(77)}]}, "/contracts/0/customer_id"),
        ({"customers": [{"id": ACME, "name": "A", "custom_fields": {"nope": "1"}}]}, "/customers/0/custom_fields/nope"),
        ({"events": [{"transaction_id": "1"}]}, "/events/0/customer_id"),
        ({"nonsense": []}, "/nonsense"),
        ({"customers": [{"id": "not-a-uuid", "name": "A"}]}, "/customers/0/id"),
        ({"customers": [{"name": "A"}]}, "/customers/0/id"),
    ],
)
def test_a_bundle_is_taken_whole_or_not_at_all(store: Store, more: dict[str, Any], path: str) -> None:
    before = rows(store)
    with pytest.raises((Invalid, NotFound)) as caught:
        taken(store, sample.document(**more))
    assert path in [p.path for p in caught.value.problems]
    assert rows(store) == before


def test_customers_in_one_bundle_cannot_share_an_alias(store: Store) -> None:
    twins = [{"id": uid(n), "name": f"C{n}", "ingest_aliases": ["same"]} for n in (80, 81)]
    with pytest.raises(Conflict, match="same"):
        taken(store, {"customers": twins})
    assert queries.count_customers(store) == 0


def test_ids_and_keys_in_one_bundle_are_used_once(store: Store) -> None:
    owned = OWN | {"id": uid(90), "uniqueness_key": "k"}
    both = [{"id": uid(n), "name": f"C{n}", "credits": [owned | {"uniqueness_key": f"k{n}"}]} for n in (80, 81)]
    with pytest.raises(Conflict, match=uid(90)):
        taken(store, sample.document(customers=both, contracts=[]))
    both = [{"id": uid(n), "name": f"C{n}", "credits": [owned | {"id": uid(n + 10)}]} for n in (80, 81)]
    with pytest.raises(Conflict, match=r"key k is used already"):
        taken(store, sample.document(customers=both, contracts=[]))
    terms = [sample.TERMS | {"id": uid(n), "uniqueness_key": "k"} for n in (80, 81)]
    with pytest.raises(Conflict):
        taken(store, sample.document(contracts=terms))
    assert queries.count_customers(store) == 0


def test_ids_of_terms_the_store_has_are_not_given_again(book: Store) -> None:
    terms = sample.TERMS | {"commits": [COMMIT | {"id": uid(90)}]}
    taken(book, {"contracts": [terms | {"id": uid(80)}]})
    with pytest.raises(Conflict, match=uid(90)):
        taken(book, {"contracts": [terms | {"id": uid(81)}]})


def test_unique_values_hold_within_a_bundle_and_against_the_store(book: Store) -> None:
    key = {"entity": "contract", "key": "po", "enforce_uniqueness": True}
    terms = sample.TERMS | {"custom_fields": {"po": "1"}}
    with pytest.raises(Conflict):
        taken(book, {"custom_field_keys": [key], "contracts": [terms | {"id": uid(n)} for n in (80, 81)]})
    taken(book, {"custom_field_keys": [key], "contracts": [terms | {"id": uid(80)}]})
    with pytest.raises(Conflict, match=uid(80)):
        taken(book, {"contracts": [terms | {"id": uid(81)}]})


def test_yaml_says_the_same_as_json(store: Store) -> None:
    text = f"""
    customers:
      - id: {ACME}
        name: Acme
        ingest_aliases: [acme]
    events:
      - transaction_id: t
        customer_id: acme
        event_type: call
        timestamp: 2025-01-01T00:00:00Z
        properties: {{n: 1.50}}
    """
    taken(store, document.read(text, yaml=True))
    assert [e.properties for e in queries.events_of(store)] == [{"n": "1.5"}]


def test_reading_a_bundle_loads_no_database() -> None:
    code = "import sys, store.bundle; sys.exit(any(m.startswith(('sqlmodel', 'sqlalchemy')) for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
