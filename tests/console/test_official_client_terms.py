"""Every kind of term there is, read back by the published client without a surprise."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from metronome import Metronome

from store import bundle
from store.database import Store
from tests.console.serving import BY, serving
from tests.store import sample
from tests.store.sample import ACME, CALLS, CONTRACT, CREDITS, END, LATER, OTHER, START, TERMS, WORK, uid
from tests.store.test_review_gated import BALANCE, ROYALTY, SPEND

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
HALF = {"access": {"rounding_method": "HALF_UP", "decimal_places": 0}}
SEATED = sample.SUBSCRIPTION | {"collection_schedule": "ARREARS", "billing_cycle_config": {}, "starting_at": LATER}
OVERRIDES: list[dict[str, Any]] = [
    sample.MULTIPLIER | {"priority": 1},
    {"starting_at": START, "product_id": CALLS, "type": "TIERED", "priority": 2}
    | {"tiers": [{"size": 10, "multiplier": Decimal("0.5")}, {"multiplier": 1}]},
    {"starting_at": START, "product_id": CALLS, "type": "OVERWRITE"}
    | {"overwrite_rate": {"rate_type": "FLAT", "price": 3}},
    {"starting_at": START, "entitled": True, "override_specifiers": [{"product_tags": ["cloud"]}]},
]  # fmt: skip
EVERYTHING: dict[str, Any] = TERMS | {
    "id": CONTRACT,
    "name": "Everything",
    "net_payment_terms_days": 30,
    "usage_statement_schedule": {"frequency": "QUARTERLY", "day": "CUSTOM_DATE", "billing_anchor_date": START},
    "usage_filter": {"group_key": "region", "group_values": ["US"], "starting_at": START},
    "commits": [sample.COMMIT | {"temporary_id": "c", "rollover_fraction": Decimal("0.5")}, sample.POSTPAID],
    "credits": [sample.CREDIT | {"name": "Welcome", "priority": 3}],
    "recurring_commits": [sample.RECURRING | {"invoice_amount": {"unit_price": 9, "quantity": 1}}],
    "recurring_credits": [sample.RECURRING | {"recurrence_frequency": "MONTHLY", "proration_rounding": HALF}],
    "scheduled_charges": [sample.CHARGE],
    "overrides": OVERRIDES,
    "subscriptions": [sample.SUBSCRIPTION | {"temporary_id": "s"}, SEATED],
    "discounts": [sample.CHARGE | {"name": "Off"}],
    "professional_services": [{"product_id": WORK, "unit_price": 5, "quantity": 2, "max_amount": 10}],
    "reseller_royalties": [ROYALTY],
    "spend_threshold_configuration": SPEND,
    "prepaid_balance_threshold_configuration": BALANCE,
    "spend_trackers": [{"alias": "t", "credit_type_id": CREDITS}],
    "multiplier_override_prioritization": "EXPLICIT",
    "amendments": [
        {"starting_at": START, "commits": [sample.COMMIT], "overrides": [sample.MULTIPLIER | {"priority": 9}]}
    ],
    "edits": [
        {
            "add_recurring_credits": [sample.RECURRING],
            "add_subscriptions": [sample.SUBSCRIPTION],
            "add_scheduled_charges": [sample.CHARGE],
            "add_discounts": [sample.CHARGE],
            "update_contract_name": "Renamed",
        }
    ],
}  # fmt: skip
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
