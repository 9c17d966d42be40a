"""The five requests of the provisioning guide, letter for letter, through the commands."""

from __future__ import annotations

from typing import Any

from store import queries
from store.commands import (
    amend_contract,
    create_contract,
    create_customer,
    create_metric,
    create_product,
    create_rate_card,
    register_custom_field_key,
    set_usage_filter,
)
from store.database import Store
from store.terms import document
from store.terms.base import IMPORT, parse
from store.terms.catalog import BillableMetric, Product
from store.terms.contract import Amendment, ContractTerms, UsageFilterUpdate
from store.terms.customer import Customer, CustomFieldKey
from store.terms.effective import effective
from store.terms.rates import RateCard
from tests.store.conftest import Working
from tests.store.requests import SEED
from tests.store.sample import (
    uid,
)


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
