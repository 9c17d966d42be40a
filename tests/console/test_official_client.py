"""The provisioning guide from end to end, driven by the published client, every answer parsed strictly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from metronome import BadRequestError, ConflictError, Metronome, NotFoundError

from store.database import Store
from tests.console.serving import serving

TODAY = datetime(2025, 1, 20, 12, tzinfo=UTC)


def day(year: int, month: int, day_: int = 1) -> datetime:
    return datetime(year, month, day_, tzinfo=UTC)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Metronome]:
    """The client on a server over an empty store, in January 2025; a surprise in an answer is an error."""
    store = Store.open(str(tmp_path_factory.mktemp("client") / "store.db"))
    with serving(store, lambda: TODAY) as server:
        yield Metronome(bearer_token=server.token, base_url=server.url, _strict_response_validation=True, max_retries=0)
    store.close()


@pytest.fixture(scope="module")
def catalog(client: Metronome) -> SimpleNamespace:
    """The guide's catalog: a metric, a usage product on it, two fixed products, a card with two prices over time."""
    v1 = client.v1
    v1.custom_fields.add_key(entity="customer", key="sfdc_account_id", enforce_uniqueness=False)
    metric = v1.billable_metrics.create(
        name="Compute",
        aggregation_type="SUM",
        aggregation_key="hours",
        event_type_filter={"in_values": ["compute"]},
        property_filters=[{"name": "hours", "exists": True}, {"name": "region", "exists": True}],
        group_keys=[["region"]],
    ).data.id
    create = v1.contracts.products.create
    compute = create(name="Cloud Compute", type="USAGE", billable_metric_id=metric, tags=["cloud"]).data.id
    small: Any = "fixed"  # lower case is not in the client's types, and is taken all the same
    commit, charge = create(name="Prepaid", type="FIXED").data.id, create(name="Platform", type=small).data.id
    card = v1.contracts.rate_cards.create(name="Base", aliases=[{"name": "base_usage_products"}]).data.id
    rates = v1.contracts.rate_cards.rates
    rates.add(
        rate_card_id=card, product_id=compute, entitled=True, rate_type="FLAT", price=200, starting_at=day(2024, 1)
    )
    later: Any = {"product_id": compute, "entitled": True, "rate_type": "flat", "price": 250}
    rates.add_many(rate_card_id=card, rates=[later | {"starting_at": day(2026, 1)}])
    return SimpleNamespace(metric=metric, compute=compute, commit=commit, charge=charge, card=card)


def provisioned(client: Metronome, catalog: SimpleNamespace, alias: str) -> tuple[str, str]:
    """A customer on the guide's first contract, amended; their ids."""
    owner = client.v1.customers.create(
        name="WidgetsExpress", ingest_aliases=[alias], custom_fields={"sfdc_account_id": "sfdc1001"}
    ).data.id
    terms: Any = {
        "usage_statement_schedule": {"frequency": "monthly", "day": "contract_start"},
        "commits": [
            {
                "product_id": catalog.commit,
                "type": "prepaid",
                "name": "Contract Prepaid Commit",
                "access_schedule": {
                    "schedule_items": [
                        {"amount": 1000000, "starting_at": day(2024, 11), "ending_before": day(2025, 11)}
                    ]
                },
                "invoice_schedule": {
                    "schedule_items": [{"unit_price": 1000000, "quantity": 1, "timestamp": day(2024, 11)}]
                },
                "applicable_product_tags": ["cloud"],
            }
        ],
        "scheduled_charges": [
            {
                "product_id": catalog.charge,
                "schedule": {
                    "recurring_schedule": {
                        "amount_distribution": "each",
                        "frequency": "quarterly",
                        "starting_at": day(2024, 11),
                        "ending_before": day(2025, 11),
                        "unit_price": 100000,
                        "quantity": 1,
                    }
                },
            }
        ],
    }
    contract = client.v1.contracts.create(
        customer_id=owner, rate_card_alias="base_usage_products", starting_at=day(2024, 11), **terms
    ).data.id
    override: Any = {"type": "multiplier", "multiplier": 0.95, "entitled": True, "applicable_product_tags": ["cloud"]}
    client.v1.contracts.amend(
        customer_id=owner,
        contract_id=contract,
        starting_at=day(2024, 11),
        overrides=[override | {"starting_at": day(2024, 11)}],
    )
    return owner, contract


def test_the_catalog_reads_back(client: Metronome, catalog: SimpleNamespace) -> None:
    v1 = client.v1
    assert v1.billable_metrics.retrieve(billable_metric_id=catalog.metric).data.aggregation_type == "SUM"
    assert [m.name for m in v1.billable_metrics.list()] == ["Compute"]
    product = v1.contracts.products.retrieve(id=catalog.compute).data
    assert (product.type, product.current.tags, product.current.created_by) == ("USAGE", ["cloud"], "token tests")
    named = [p.current.name for p in v1.contracts.products.list(limit=1, archive_filter="ALL")]
    assert named == ["Cloud Compute", "Platform", "Prepaid"]
    assert v1.contracts.rate_cards.retrieve(id=catalog.card).data.name == "Base"
    assert [c.id for c in v1.contracts.rate_cards.list(body={})] == [catalog.card]
    for at, price in ((day(2024, 12), 200), (day(2026, 1), 250)):
        (rate,) = v1.contracts.rate_cards.rates.list(rate_card_id=catalog.card, at=at)
        assert (rate.rate.rate_type, rate.rate.price) == ("FLAT", price)
    assert [k.key for k in v1.custom_fields.list_keys().data] == ["sfdc_account_id"]


def test_the_guides_contract_bills_what_the_guide_says(client: Metronome, catalog: SimpleNamespace) -> None:
    owner, contract = provisioned(client, catalog, "team@widgetsexpress.com")
    usage: Any = [
        {"transaction_id": f"w{n}", "customer_id": "team@widgetsexpress.com", "event_type": "compute"}
        | {"timestamp": stamp, "properties": {"hours": hours, "region": "US"}}
        for n, (stamp, hours) in enumerate((("2025-01-10T00:00:00+00:00", "100"), ("2025-01-11T06:00:00.123Z", 20)))
    ]
    client.v1.usage.ingest(usage=usage)
    client.v1.usage.ingest(usage=usage)
    listed = list(client.v1.customers.invoices.list(customer_id=owner, limit=3))
    assert len(listed) > 3, "more than one page"
    first = next(i for i in listed if i.type == "SCHEDULED")
    assert (first.status, first.total) == ("FINALIZED", 1_100_000)
    january = next(i for i in listed if i.type == "USAGE" and i.start_timestamp == day(2025, 1))
    covered = next(line for line in january.line_items if line.type == "usage" and line.quantity)
    assert (january.status, january.total) == ("DRAFT", 0)
    assert (covered.quantity, covered.unit_price, covered.total) == (120, 190, 22_800)
    assert client.v1.customers.invoices.retrieve(customer_id=owner, invoice_id=january.id).data == january
    (balance,) = client.v1.contracts.list_balances(
        customer_id=owner, include_contract_balances=True, include_ledgers=True, include_balance=True
    )
    assert (balance.type, balance.product.name, balance.balance) == ("PREPAID", "Prepaid", 977_200)
    assert next(e.type for e in balance.ledger or ()) == "PREPAID_COMMIT_SEGMENT_START"
    shown = client.v1.contracts.retrieve(customer_id=owner, contract_id=contract, include_balance=True).data
    assert shown.current.usage_statement_schedule.frequency == "MONTHLY"
    assert shown.current.commits[0].balance == 977_200
    assert [o.multiplier for o in shown.amendments[0].overrides] == [0.95]
    assert [o.type for o in shown.current.overrides] == ["MULTIPLIER"]
    again = client.v2.contracts.retrieve(customer_id=owner, contract_id=contract).data
    assert [c.id for c in again.commits] == [c.id for c in shown.current.commits]
    (used,) = client.v1.usage.list(
        starting_on=day(2025, 1), ending_before=day(2025, 2), window_size="NONE", customer_ids=[owner]
    )
    assert used.value == 120


def test_a_filtered_contract_changes_its_filter(client: Metronome, catalog: SimpleNamespace) -> None:
    owner = client.v1.customers.create(name="Regional", ingest_aliases=["regional"]).data.id
    contract = client.v1.contracts.create(
        customer_id=owner,
        rate_card_alias="base_usage_products",
        starting_at=day(2024, 10),
        usage_filter={"group_key": "region", "group_values": ["US"], "starting_at": day(2024, 10)},
    ).data.id
    client.v1.contracts.set_usage_filter(
        customer_id=owner, contract_id=contract, group_key="region", group_values=["US", "EU"],
        starting_at=day(2025, 1),
    )  # fmt: skip
    (shown,) = client.v1.contracts.list(customer_id=owner)
    assert shown.current.usage_filter is not None
    assert shown.current.usage_filter.current is not None
    assert shown.current.usage_filter.current.group_values == ["US", "EU"]
    (second,) = client.v2.contracts.list(customer_id=owner).data
    assert [f.group_values for f in second.usage_filter] == [["US"], ["US", "EU"]]
    (change,) = client.v2.contracts.get_edit_history(customer_id=owner, contract_id=contract).data
    assert change.id
    event: Any = {"event_type": "compute", "timestamp": "2025-01-12T00:00:00Z"}
    events = [event | {"properties": {"hours": 5, "region": region}} for region in ("US", "EU", "APAC")]
    (draft,) = client.v1.customers.preview_events(customer_id=owner, events=events).data
    assert draft.total == 2000


def test_customers_are_listed_over_pages_renamed_and_archived(client: Metronome, catalog: SimpleNamespace) -> None:
    made = [client.v1.customers.create(name=f"Page {n}", ingest_aliases=[f"page-{n}"]).data.id for n in range(5)]
    assert [c.id for c in client.v1.customers.list(limit=2) if c.name.startswith("Page ")] == made
    assert [c.id for c in client.v1.customers.list(ingest_alias="page-3")] == [made[3]]
    assert client.v1.customers.set_name(customer_id=made[0], name="Renamed").data.name == "Renamed"
    client.v1.customers.set_ingest_aliases(customer_id=made[0], ingest_aliases=["page-0", "page-zero"])
    seen = client.v1.customers.retrieve(customer_id=made[0]).data
    assert (seen.ingest_aliases, seen.archived_at) == (["page-0", "page-zero"], None)
    client.v1.custom_fields.set_values(entity="customer", entity_id=made[0], custom_fields={"sfdc_account_id": "sfdc2"})
    assert client.v1.customers.retrieve(customer_id=made[0]).data.custom_fields == {"sfdc_account_id": "sfdc2"}
    client.v1.customers.archive(id=made[1])
    assert client.v1.customers.retrieve(customer_id=made[1]).data.archived_at is not None


def test_balances_of_a_customer_are_given_and_put_right(client: Metronome, catalog: SimpleNamespace) -> None:
    owner, contract = provisioned(client, catalog, "balances")
    access: Any = {"schedule_items": [{"amount": 1000, "starting_at": day(2025, 1), "ending_before": day(2026, 1)}]}
    given: Any = {"customer_id": owner, "priority": 1, "product_id": catalog.commit, "access_schedule": access}
    client.v1.customers.commits.create(
        type="PREPAID",
        invoice_contract_id=contract,
        invoice_schedule={"schedule_items": [{"timestamp": day(2025, 2), "unit_price": 1000, "quantity": 1}]},
        **given,
    )
    credit = client.v1.customers.credits.create(name="Welcome", uniqueness_key="welcome", **given).data.id
    with pytest.raises(ConflictError):
        client.v1.customers.credits.create(name="Welcome", uniqueness_key="welcome", **given)
    balances = list(client.v1.contracts.list_balances(customer_id=owner, include_contract_balances=True, limit=1))
    assert sorted(b.type for b in balances) == ["CREDIT", "PREPAID", "PREPAID"]
    welcome = next(b for b in balances if b.id == credit)
    assert welcome.access_schedule is not None
    client.v1.contracts.add_manual_balance_entry(
        customer_id=owner,
        id=credit,
        segment_id=welcome.access_schedule.schedule_items[0].id,
        amount=-5,
        reason="put right",
        timestamp=day(2025, 1, 2),
    )
    (left,) = client.v1.contracts.list_balances(customer_id=owner, id=credit, include_ledgers=True)
    assert (left.balance, [e.type for e in left.ledger or ()]) == (995, ["CREDIT_SEGMENT_START", "CREDIT_MANUAL"])
    client.v2.contracts.edit(customer_id=owner, contract_id=contract, update_contract_name="Renamed")
    client.v1.contracts.update_end_date(customer_id=owner, contract_id=contract, ending_before=day(2026, 11))
    client.v1.contracts.archive(customer_id=owner, contract_id=contract, void_invoices=False)
    assert list(client.v1.contracts.list(customer_id=owner)) == []


def test_refusals_are_the_clients_own_errors(client: Metronome, catalog: SimpleNamespace) -> None:
    nobody = "99999999-0000-4000-8000-000000000000"
    with pytest.raises(NotFoundError):
        client.v1.customers.retrieve(customer_id=nobody)
    with pytest.raises(BadRequestError, match="/starting_at"):
        client.v1.contracts.create(customer_id=nobody, starting_at="2025-01-01T00:30:00Z")
    client.v1.customers.create(name="One", ingest_aliases=["taken"])
    with pytest.raises(ConflictError, match="/ingest_aliases/0"):
        client.v1.customers.create(name="Two", ingest_aliases=["taken"])
