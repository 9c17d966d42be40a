"""Each endpoint's story against a real store, and the guide's payloads word for word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.demo import TODAY, book_text
from store import bundle
from store.database import Store
from store.terms import document
from tests.console.asking import BY, NOBODY, START, Api, catalog, contract, customer, seed


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Api]:
    """The API over the demo's book, without its usage, as of the demo's day."""
    store = Store.open(str(tmp_path / "demo.db"))
    with store.work(by=BY, now=TODAY) as work:
        bundle.import_bundle(work, bundle.parse_bundle(document.read(book_text()), stored=True))
    yield Api(store, TODAY)
    store.close()


def test_the_guides_customer_needs_only_its_custom_field(api: Api) -> None:
    body = seed("customers_create")
    assert "/custom_fields/sfdc_account_id" in api.refused(400, "POST", "/v1/customers", body)
    api.ok("POST", "/v1/customFields/addKey", {"entity": "customer", "key": "sfdc_account_id"})
    made = api.data("POST", "/v1/customers", body)
    assert made["name"] == "WidgetsExpress"
    assert made["ingest_aliases"] == ["team@widgetsexpress.com"]
    assert made["custom_fields"] == {"sfdc_account_id": "sfdc1001"}
    assert "team@widgetsexpress.com is already used" in api.refused(409, "POST", "/v1/customers", body)


def test_the_guides_contracts_amendment_and_filter_work_once_their_ids_exist(demo: Api) -> None:
    made = demo.data("POST", "/v1/contracts/create", seed("contracts_create"))
    amended = demo.data("POST", "/v1/contracts/amend", seed("contracts_amend"))
    filtered = demo.data("POST", "/v1/contracts/create", seed("contracts_create_us_filter"))
    updated = demo.data("POST", "/v1/contracts/setUsageFilter", seed("contracts_set_usage_filter"))
    assert len({made["id"], amended["id"], filtered["id"], updated["id"]}) == 4
    body = {"customer_id": seed("contracts_create")["customer_id"], "contract_id": made["id"]}
    shown = demo.data("POST", "/v1/contracts/get", body)
    (commit,) = shown["initial"]["commits"]
    assert (commit["type"], commit["product"]["name"]) == ("PREPAID", "Prepaid Usage Commit")
    assert commit["access_schedule"]["schedule_items"][0]["amount"] == 1000000
    (charge,) = shown["initial"]["scheduled_charges"]
    assert [i["amount"] for i in charge["schedule"]["schedule_items"]] == [100000] * 4
    assert shown["initial"]["usage_statement_schedule"] == {
        "frequency": "MONTHLY",
        "billing_anchor_date": "2024-11-01T00:00:00Z",
    }
    base = seed("contracts_set_usage_filter")
    named = {"customer_id": base["customer_id"], "contract_id": base["contract_id"]}
    over_time = demo.data("POST", "/v1/contracts/get", named)["usage_filter"]
    assert over_time["updates"][-1] == {
        "group_key": "region",
        "group_values": ["US", "EU"],
        "starting_at": "2025-01-01T00:00:00Z",
    }


def test_customers_are_made_listed_renamed_and_archived(api: Api) -> None:
    ids = [customer(api, f"Customer {n}", ingest_aliases=[f"alias-{n}"]) for n in range(5)]
    first = api.ok("GET", "/v1/customers?limit=2")
    assert [c["id"] for c in first["data"]] == ids[:2]
    second = api.ok("GET", f"/v1/customers?limit=2&next_page={first['next_page']}")
    third = api.ok("GET", f"/v1/customers?limit=2&next_page={second['next_page']}")
    assert [c["id"] for c in (*second["data"], *third["data"])] == ids[2:]
    assert third["next_page"] is None
    assert api.data("GET", f"/v1/customers/{ids[0].upper()}")["name"] == "Customer 0"
    assert [c["id"] for c in api.data("GET", "/v1/customers?ingest_alias=alias-3")] == [ids[3]]
    assert api.data("GET", "/v1/customers?ingest_alias=nobody") == []
    picked = api.data("GET", f"/v1/customers?customer_ids={ids[4]},{NOBODY}")
    assert [c["id"] for c in picked] == [ids[4]]
    assert api.data("POST", f"/v1/customers/{ids[0]}/setName", {"name": "n" * 200})["name"] == "n" * 160
    assert api.data("POST", "/v1/customers/archive", {"id": ids[1]}) == {"id": ids[1]}
    assert api.data("GET", f"/v1/customers/{ids[1]}")["archived_at"] == "2025-03-01T12:00:00Z"
    assert [c["id"] for c in api.data("GET", "/v1/customers")] == [ids[0], *ids[2:]]
    assert [c["id"] for c in api.data("GET", "/v1/customers?only_archived=true")] == [ids[1]]
    assert "is archived" in api.refused(400, "POST", "/v1/customers/archive", {"id": ids[1]})


def test_aliases_are_replaced_as_a_whole_and_belong_to_one_customer(api: Api) -> None:
    one, two = customer(api, "One", ingest_aliases=["a", "b"]), customer(api, "Two", ingest_aliases=["c"])
    path = f"/v1/customers/{one}/setIngestAliases"
    assert api.data("POST", path, {"ingest_aliases": ["b", "d", "d"]})["ingest_aliases"] == ["b", "d"]
    message = api.refused(409, "POST", path, {"ingest_aliases": ["e", "c"]})
    assert message.startswith("/ingest_aliases/1: c is already used by customer Two")
    assert api.data("GET", f"/v1/customers/{one}")["ingest_aliases"] == ["b", "d"]
    api.ok("POST", "/v1/customers/archive", {"id": two})
    assert "c is already used" in api.refused(409, "POST", path, {"ingest_aliases": ["c"]})
    assert api.data("POST", path, {"ingest_aliases": []})["ingest_aliases"] == []


def test_the_catalog_is_made_and_shown(api: Api) -> None:
    made = catalog(api)
    assert api.data("GET", f"/v1/billable-metrics/{made['metric']}")["aggregation_type"] == "SUM"
    assert [m["id"] for m in api.data("GET", "/v1/billable-metrics")] == [made["metric"]]
    product = api.data("POST", "/v1/contract-pricing/products/get", {"id": made["calls"]})
    assert (product["type"], product["current"]["name"], product["current"]["tags"]) == ("USAGE", "Calls", ["cloud"])
    listed = api.ok("POST", "/v1/contract-pricing/products/list?limit=1", {"archive_filter": "ALL"})
    assert (len(listed["data"]), listed["next_page"]) == (1, "1")
    card = api.data("POST", "/v1/contract-pricing/rate-cards/get", {"id": made["card"]})
    assert (card["name"], card["fiat_credit_type"]["name"]) == ("List", "USD (cents)")
    assert [c["id"] for c in api.data("POST", "/v1/contract-pricing/rate-cards/list", {})] == [made["card"]]


def test_rates_are_added_and_shown_as_in_force(api: Api) -> None:
    made = catalog(api)
    base = {"product_id": made["calls"], "entitled": True, "rate_type": "FLAT"}
    later = [base | {"starting_at": f"2025-0{m}-01T00:00:00Z", "price": 100 * m} for m in (3, 4)]
    path = "/v1/contract-pricing/rate-cards"
    assert api.data("POST", f"{path}/addRates", {"rate_card_id": made["card"], "rates": later}) == {"id": made["card"]}

    def prices(at: str, **selector: Any) -> list[Any]:
        selectors = [selector] if selector else []
        body = {"rate_card_id": made["card"], "at": at, "selectors": selectors}
        return [r["rate"]["price"] for r in api.data("POST", f"{path}/getRates", body)]

    assert prices("2024-12-31T23:00:00Z") == []
    assert prices(START) == [200]
    assert prices("2025-03-31T23:59:59Z") == [300]
    assert prices("2025-04-01T00:00:00Z", product_id=made["calls"]) == [400]
    assert prices("2025-04-01T00:00:00Z", product_tags=["moon"]) == []
    again = {"rate_card_id": made["card"], **later[0]}
    assert api.refused(400, "POST", f"{path}/addRate", again).startswith("/starting_at: this product")
    two = {"rate_card_id": made["card"], "rates": [later[0] | {"starting_at": "2025-06-01T00:00:00Z"}, later[1]]}
    assert api.refused(400, "POST", f"{path}/addRates", two).startswith("/rates/1/starting_at")
    assert prices("2025-07-01T00:00:00Z") == [400]


def test_a_contract_is_amended_edited_ended_and_archived(api: Api) -> None:
    made, owner = catalog(api), customer(api)
    id = contract(api, owner, name="First")
    named = {"customer_id": owner, "contract_id": id}
    override = {"starting_at": START, "type": "multiplier", "multiplier": 1, "applicable_product_tags": ["cloud"]}
    api.ok("POST", "/v1/contracts/amend", named | {"starting_at": START, "overrides": [override]})
    api.ok("POST", "/v2/contracts/edit", named | {"update_contract_name": "Second", "add_overrides": [override]})
    end = "2025-12-01T00:00:00Z"
    assert api.data("POST", "/v1/contracts/updateEndDate", named | {"ending_before": end}) == {"id": id}
    shown = api.data("POST", "/v1/contracts/get", named)
    assert shown["initial"]["name"] == "First"
    assert shown["initial"]["overrides"] == []
    assert [len(a["overrides"]) for a in shown["amendments"]] == [1]
    assert shown["current"]["name"] == "Second"
    assert len(shown["current"]["overrides"]) == 2
    assert shown["current"]["ending_before"] == end
    assert shown["current"]["rate_card_id"] == made["card"]
    api.ok("POST", "/v1/contracts/updateEndDate", named)
    assert api.data("POST", "/v1/contracts/get", named)["current"]["ending_before"] is None
    assert api.data("POST", "/v1/contracts/archive", named | {"void_invoices": True}) == {"id": id}
    assert api.data("POST", "/v1/contracts/list", {"customer_id": owner}) == []
    listed = api.data("POST", "/v1/contracts/list", {"customer_id": owner, "include_archived": True})
    assert [c["archived_at"] for c in listed] == ["2025-03-01T12:00:00Z"]
    assert "the contract is archived" in api.refused(400, "POST", "/v1/contracts/amend", named | {"starting_at": START})


def test_contracts_are_listed_by_the_date_they_cover(api: Api) -> None:
    catalog(api)
    owner = customer(api)
    early = contract(api, owner, ending_before="2025-02-01T00:00:00Z")
    late = contract(api, owner, starting_at="2025-02-01T00:00:00Z")

    def listed(**more: Any) -> list[str]:
        return [c["id"] for c in api.data("POST", "/v1/contracts/list", {"customer_id": owner} | more)]

    assert listed() == [early, late]
    assert listed(covering_date="2025-01-31T23:59:59Z") == [early]
    assert listed(covering_date="2025-02-01T00:00:00Z") == [late]
    assert listed(starting_at="2025-01-02T00:00:00Z") == [late], "started on or after that date"
    assert listed(starting_at="2025-02-01T00:00:00Z") == [late]
    assert listed(starting_at="2025-03-01T00:00:00Z") == []
    body = {"customer_id": owner, "covering_date": START, "starting_at": START}
    assert "/starting_at" in api.refused(400, "POST", "/v1/contracts/list", body)


def test_usage_becomes_invoices_and_draws_balances(api: Api) -> None:
    made, owner = catalog(api), customer(api, ingest_aliases=["acme"])
    access = {"schedule_items": [{"amount": 1000, "starting_at": START, "ending_before": "2026-01-01T00:00:00Z"}]}
    commit = {"type": "PREPAID", "product_id": made["fee"], "access_schedule": access, "name": "Prepaid"}
    id = contract(api, owner, starting_at="2025-02-01T00:00:00Z", commits=[commit])
    base = {"customer_id": "acme", "event_type": "call", "timestamp": "2025-02-10T00:00:00Z"}
    events = [base | {"transaction_id": f"t{n}", "properties": {"n": 2, "region": "EU"}} for n in range(4)]
    assert api.data("POST", "/v1/ingest", events) == {"accepted": 4, "duplicates": 0}
    assert api.data("POST", "/v1/ingest", events[:1]) == {"accepted": 0, "duplicates": 1}
    path = f"/v1/customers/{owner}/invoices"
    listed = api.data("GET", f"{path}?sort=date_desc")
    february = next(i for i in listed if i["start_timestamp"] == "2025-02-01T00:00:00Z")
    assert february["contract_id"] == id
    assert february["total"] == 600
    assert sum(line["quantity"] for line in february["line_items"] if line["type"] == "usage") == 8
    assert api.data("GET", f"{path}/{february['id']}") == february
    assert [i["id"] for i in api.data("GET", f"{path}?ending_before=2025-03-01T00:00:00Z")] == [february["id"]]
    assert api.data("GET", f"{path}?status=VOID") == []
    page = api.ok("GET", f"{path}?limit=1")
    assert len(page["data"]) == 1
    issued = [i["issued_at"] for i in api.data("GET", path)]
    assert len(issued) > 1 and issued == sorted(issued)
    assert "/invoice_id" in api.refused(404, "GET", f"{path}/{NOBODY}")
    whole = {"customer_id": owner, "include_contract_balances": True, "include_ledgers": True}
    (balance,) = api.data("POST", "/v1/contracts/customerBalances/list", whole)
    assert (balance["balance"], balance["type"], balance["contract_id"]) == (0, "PREPAID", id)
    assert len(balance["ledger"]) >= 2
    assert api.data("POST", "/v1/contracts/customerBalances/list", {"customer_id": owner}) == []
    named = {"customer_id": owner, "contract_id": id, "include_balance": True, "include_ledgers": True}
    (shown,) = api.data("POST", "/v1/contracts/get", named)["current"]["commits"]
    assert (shown["balance"], len(shown["ledger"])) == (0, len(balance["ledger"]))


def test_customer_level_balances_are_made_and_listed(api: Api) -> None:
    made, owner = catalog(api), customer(api)
    contract(api, owner)
    access = {"schedule_items": [{"amount": 1000, "starting_at": START, "ending_before": "2026-01-01T00:00:00Z"}]}
    credit = {"customer_id": owner, "product_id": made["fee"], "access_schedule": access, "priority": 1}
    body = credit | {"name": "Welcome", "uniqueness_key": "w"}
    credit_id = api.data("POST", "/v1/contracts/customerCredits/create", body)["id"]
    commit_id = api.data("POST", "/v1/contracts/customerCommits/create", credit | {"type": "PREPAID"})["id"]
    listed = api.data("POST", "/v1/contracts/customerBalances/list", {"customer_id": owner})
    assert {b["id"] for b in listed} == {credit_id, commit_id}
    paged = api.ok("POST", "/v1/contracts/customerBalances/list", {"customer_id": owner, "limit": 1})
    more = {"customer_id": owner, "limit": 1, "next_page": paged["next_page"]}
    rest = api.ok("POST", "/v1/contracts/customerBalances/list", more)
    assert {b["id"] for b in (*paged["data"], *rest["data"])} == {credit_id, commit_id}
    assert api.refused(409, "POST", "/v1/contracts/customerCredits/create", body).startswith("/uniqueness_key")


def test_custom_fields_are_registered_set_and_listed(api: Api) -> None:
    key = {"entity": "customer", "key": "ref", "enforce_uniqueness": True}
    assert api.data("POST", "/v1/customFields/addKey", key) == key
    assert "/key" in api.refused(409, "POST", "/v1/customFields/addKey", key)
    one, two = customer(api, "One"), customer(api, "Two")
    values = {"entity": "customer", "entity_id": one, "custom_fields": {"ref": "x"}}
    assert api.data("POST", "/v1/customFields/setValues", values)["custom_fields"] == {"ref": "x"}
    assert api.data("GET", f"/v1/customers/{one}")["custom_fields"] == {"ref": "x"}
    clash = api.refused(409, "POST", "/v1/customFields/setValues", values | {"entity_id": two})
    assert clash.startswith("/custom_fields/ref")
    wrong = values | {"custom_fields": {"nope": "x"}}
    assert api.refused(400, "POST", "/v1/customFields/setValues", wrong).startswith("/custom_fields/nope")
    assert api.data("POST", "/v1/customFields/listKeys", {"entities": ["contract"]}) == []
    assert api.data("POST", "/v1/customFields/listKeys") == [key]
