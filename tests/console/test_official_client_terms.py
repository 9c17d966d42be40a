"""Every kind of term there is, read back by the published client without a surprise."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from metronome import Metronome

from store import bundle
from store.database import Store
from tests.console.everything import EVERYTHING, HALF, months
from tests.console.serving import BY, serving
from tests.store import sample
from tests.store.gated_sample import BALANCE, SPEND
from tests.store.sample import ACME, CALLS, CONTRACT, CREDITS, END, FEE, OTHER, SEATS, START, TERMS, uid

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)


CHILD = TERMS | {
    "id": uid(201),
    "customer_id": OTHER,
    "hierarchy_configuration": {"parent": {"contract_id": CONTRACT, "customer_id": ACME}},
}
RENEWAL = TERMS | {
    "id": uid(202),
    "starting_at": END,
    "ending_before": "2027-01-01T00:00:00Z",
    "transition": {"type": "RENEWAL", "from_contract_id": CONTRACT},
}


SEGMENTS = {
    "access_type": "SPEND",
    "schedule_items": [{"amount": 9, "starting_at_offset": months(0), "duration": months(1)}],
}
MONTHLY_BALANCE: dict[str, Any] = {
    "product_id": FEE,
    "priority": 1,
    "starting_at_offset": months(1),
    "commit_duration": {"value": 1},
    "access_amount": {"access_type": "SPEND", "unit_price": 10, "quantity": 1},
    "proration_rounding": HALF,
}
PACKAGE: dict[str, Any] = {
    "name": "Everything",
    "contract_name": "Made of it",
    "aliases": [{"name": "everything", "starting_at": START}],
    "duration": months(12),
    "rate_card_id": sample.CARD,
    "usage_statement_schedule": {"frequency": "QUARTERLY", "day": "CONTRACT_START"},
    "net_payment_terms_days": 30,
    "commits": [
        {"type": "PREPAID", "product_id": FEE, "temporary_id": "c", "rollover_fraction": 1, "priority": 2}
        | {"access_schedule": SEGMENTS}
        | {"invoice_schedule": {"schedule_items": [{"date_offset": months(0), "amount": 9}]}},
    ],
    "credits": [
        {"product_id": FEE, "name": "Welcome", "specifiers": [{"product_tags": ["cloud"]}], "access_schedule": SEGMENTS}
    ],
    "recurring_commits": [
        MONTHLY_BALANCE | {"invoice_amount": {"unit_price": 9, "quantity": 1}, "recurrence_frequency": "MONTHLY"}
    ],
    "recurring_credits": [
        MONTHLY_BALANCE | {"access_amount": {"unit_price": 10}}
        | {"subscription_config": {"subscription_id": "s", "apply_seat_increase_config": {"is_prorated": True}}},
    ],
    "scheduled_charges": [
        {"product_id": FEE}
        | {"schedule": {"schedule_items": [{"date_offset": months(1), "unit_price": 3, "quantity": 2}]}},
        {"product_id": FEE, "schedule": {"recurring_schedule": {"amount": 5, "amount_distribution": "EACH"}
         | {"frequency": "MONTHLY", "starting_at_offset": months(0), "duration": months(3)}}},
    ],
    "overrides": [
        {"starting_at_offset": months(0), "type": "MULTIPLIER", "multiplier": 0, "priority": 1, "product_id": CALLS},
        {"starting_at_offset": months(0), "type": "TIERED", "duration": months(6), "priority": 2}
        | {"tiers": [{"size": 10, "multiplier": 0}, {"multiplier": 1}], "override_specifiers": [{"product_id": CALLS}]},
        {"starting_at_offset": months(0), "type": "OVERWRITE", "overwrite_rate": {"rate_type": "FLAT", "price": 3}}
        | {"override_specifiers": [{"product_id": CALLS, "commit_ids": ["c"]}], "is_commit_specific": True},
    ],
    "multiplier_override_prioritization": "EXPLICIT",
    "subscriptions": [
        {"temporary_id": "s", "collection_schedule": "ADVANCE", "proration": {"is_prorated": True}}
        | {"initial_quantity": 3}
        | {"subscription_rate": {"product_id": SEATS, "billing_frequency": "MONTHLY"}, "duration": months(6)}
        | {"starting_at_offset": months(1), "billing_cycle_config": {}},
    ],
    "spend_threshold_configuration": SPEND,
    "prepaid_balance_threshold_configuration": BALANCE,
    "spend_trackers": [{"alias": "t", "credit_type_id": CREDITS}],
}  # fmt: skip


def test_every_kind_of_term_of_a_package_parses(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "store.db"))
    with store.work(by=BY, now=NOW) as work:
        bundle.import_bundle(work, bundle.parse_bundle(sample.document(), stored=True))
    with serving(store, lambda: NOW) as server:
        client = Metronome(
            bearer_token=server.token, base_url=server.url, _strict_response_validation=True, max_retries=0
        )
        made = client.v1.packages.create(**PACKAGE).data.id
        shown = client.v1.packages.retrieve(package_id=made).data
        (listed,) = client.v1.packages.list()
        assert [term.id for term in listed.commits] == [term.id for term in shown.commits]
        assert (shown.commits[0].product.name, shown.commits[0].id != shown.overrides[0].id) == ("Fee", True)
        (link,) = [c.subscription_config for c in shown.recurring_credits or [] if c.subscription_config]
        assert link.subscription_template_id == next(s.id for s in shown.subscriptions or [])
        assert shown.overrides[2].override_specifiers[0].commit_template_ids == [shown.commits[0].id]
        assert [len(o.override_tiers or ()) for o in shown.overrides] == [0, 2, 0]
        invoiced = shown.commits[0].invoice_schedule
        assert invoiced and [(i.unit_price, i.quantity) for i in invoiced.schedule_items] == [(9, 1)]
        contract = client.v1.contracts.create(customer_id=ACME, starting_at=START, package_id=made).data.id
        client.v1.contracts.retrieve(customer_id=ACME, contract_id=contract)
    store.close()


def test_every_kind_of_term_parses(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "store.db"))
    book = sample.document(contracts=[EVERYTHING, CHILD, RENEWAL])
    with store.work(by=BY, now=NOW) as work:
        bundle.import_bundle(work, bundle.parse_bundle(book, stored=True))
    with serving(store, lambda: NOW) as server:
        client = Metronome(
            bearer_token=server.token, base_url=server.url, _strict_response_validation=True, max_retries=0
        )
        whole: Any = {"customer_id": ACME, "include_balance": True, "include_ledgers": True}
        shown = client.v1.contracts.retrieve(contract_id=CONTRACT, **whole).data.current
        assert len(shown.commits) == 3 and shown.name == "Renamed"
        assert [t.to_contract_id for t in shown.transitions] == [uid(202)]
        assert len(list(client.v1.contracts.list(**whole))) == 2
        assert {c.id for c in client.v2.contracts.list(**whole).data} == {CONTRACT, uid(202)}
        second = client.v2.contracts.retrieve(contract_id=CONTRACT, **whole).data
        assert [len(s.quantity_schedule) for s in second.subscriptions or ()] == [1, 1, 1]
        (child,) = client.v1.contracts.list(customer_id=OTHER)
        assert child.current.hierarchy_configuration is not None
        history = client.v2.contracts.get_edit_history(customer_id=ACME, contract_id=CONTRACT).data
        assert len(history) == 2
        balances = list(
            client.v1.contracts.list_balances(
                customer_id=ACME, include_contract_balances=True, include_ledgers=True, limit=2
            )
        )
        assert {b.type for b in balances} == {"PREPAID", "POSTPAID", "CREDIT"}
        invoices = list(client.v1.customers.invoices.list(customer_id=ACME, limit=5))
        assert {i.type for i in invoices} >= {"USAGE", "SCHEDULED"}
        products = list(client.v1.contracts.products.list())
        assert {p.type for p in products} == {"USAGE", "SUBSCRIPTION", "COMPOSITE", "FIXED", "PRO_SERVICE"}
        assert [m.sql for m in client.v1.billable_metrics.list() if m.sql] == ["select count(*) from events"]
        assert len(list(client.v1.contracts.rate_cards.rates.list(rate_card_id=sample.CARD, at=NOW))) == 4
        assert client.v1.contracts.rate_cards.retrieve(id=sample.CARD).data.credit_type_conversions
    store.close()
