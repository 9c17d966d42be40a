"""Every list of the API read page by page by the published client; packages read back by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from metronome import BadRequestError, Metronome

from store.database import Store
from tests.console.serving import serving
from tests.store.sample import ACME

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
START, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
ACCESS: Any = {"schedule_items": [{"amount": 10, "starting_at": START, "ending_before": END}]}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Metronome]:
    """The client on a server over an empty store; a surprise in an answer is an error."""
    store = Store.open(str(tmp_path_factory.mktemp("pages") / "store.db"))
    with serving(store, lambda: NOW) as server:
        yield Metronome(bearer_token=server.token, base_url=server.url, _strict_response_validation=True, max_retries=0)
    store.close()


def test_every_list_is_read_page_by_page(client: Metronome) -> None:
    v1 = client.v1
    owners = [v1.customers.create(name=f"C{n}", ingest_aliases=[f"c{n}"]).data.id for n in range(3)]
    metrics = [v1.billable_metrics.create(name=f"M{n}", aggregation_type="COUNT").data.id for n in range(3)]
    made: Any = [{"name": f"P{n}", "type": "usage", "billable_metric_id": id} for n, id in enumerate(metrics)]
    products = [v1.contracts.products.create(**one).data.id for one in made]
    fee = v1.contracts.products.create(name="Fee", type="FIXED").data.id
    cards = [v1.contracts.rate_cards.create(name=f"R{n}").data.id for n in range(3)]
    rates: Any = [
        {"product_id": id, "entitled": True, "rate_type": "flat", "price": 1, "starting_at": START} for id in products
    ]
    v1.contracts.rate_cards.rates.add_many(rate_card_id=cards[0], rates=rates)
    packages = [v1.packages.create(name=f"K{n}").data.id for n in range(3)]
    given: Any = {"customer_id": owners[0], "starting_at": START}
    contracts = [v1.contracts.create(package_id=packages[0], **given).data.id for _ in range(2)]
    contracts.append(v1.contracts.create(rate_card_id=cards[0], **given).data.id)
    credit: Any = {"customer_id": owners[0], "product_id": fee, "priority": 1, "access_schedule": ACCESS}
    credits = [v1.customers.credits.create(name=f"{n}", **credit).data.id for n in range(3)]

    assert [c.id for c in v1.customers.list(limit=1)] == owners
    assert [m.id for m in v1.billable_metrics.list(limit=1)] == metrics
    assert len(list(v1.contracts.products.list(limit=1))) == 4
    assert [c.id for c in v1.contracts.rate_cards.list(limit=1, body={})] == cards
    found = v1.contracts.rate_cards.rates.list(rate_card_id=cards[0], at=NOW, limit=1)
    assert [r.product_id for r in found] == products
    assert [p.id for p in v1.packages.list(limit=1)] == packages
    on_it = v1.packages.list_contracts_on_package(package_id=packages[0], limit=1)
    assert sorted(c.contract_id for c in on_it) == sorted(contracts[:2])
    assert sorted(c.id for c in v1.contracts.list(customer_id=owners[0], limit=1)) == sorted(contracts)
    assert sorted(b.id for b in v1.contracts.list_balances(customer_id=owners[0], limit=1)) == sorted(credits)
    whose: Any = {"customer_id": owners[0]}
    assert len(list(v1.customers.invoices.list(limit=1, **whose))) == len(list(v1.customers.invoices.list(**whose)))
    event: Any = {"customer_id": "c0", "event_type": "e", "timestamp": "2025-02-10T00:00:00Z", "properties": {}}
    v1.usage.ingest(usage=[event | {"transaction_id": "t"}])
    days = v1.usage.list(starting_on=START, ending_before=datetime(2025, 3, 1, tzinfo=UTC), window_size="DAY")
    assert len(list(days)) == 3 * 3 * 59, "more than one page"


def test_a_package_without_terms_of_its_own_is_read_back(client: Metronome) -> None:
    made = client.v1.packages.create(name="Starter", aliases=[{"name": "starter"}]).data.id
    shown = client.v1.packages.retrieve(package_id=made).data
    assert (shown.name, shown.created_by) == ("Starter", "token tests")
    assert shown.usage_statement_schedule.frequency == "MONTHLY"


def test_what_the_reference_does_not_know_is_refused_by_its_path(client: Metronome) -> None:
    with pytest.raises(BadRequestError, match="/billing_config: is not a known field"):
        client.v1.customers.create(
            name="x", billing_config={"billing_provider_customer_id": "x", "billing_provider_type": "stripe"}
        )
    by_units: Any = {**ACCESS, "access_type": "QUANTITY"}
    with pytest.raises(BadRequestError, match="/access_schedule/access_type: must be one of SPEND"):
        client.v1.customers.credits.create(
            customer_id=ACME, product_id=ACME, priority=1, access_schedule=by_units, salesforce_opportunity_id="x"
        )
    with pytest.raises(BadRequestError, match="/salesforce_account_ids: is not a query parameter"):
        client.v1.customers.list(salesforce_account_ids=["x"])
