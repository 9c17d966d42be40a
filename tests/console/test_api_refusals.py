"""Whatever is asked, the API answers with a status and a sentence that names the field; nothing is half-written."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from console.api.routes import ROUTES
from store import queries
from store.bundle import export_bundle
from store.database import Store
from tests.console.asking import NOBODY, START, Api, catalog, contract, customer

POSTS = [route.path for route in ROUTES if route.method == "POST"]
GETS = [route.path for route in ROUTES if route.method == "GET"]


@pytest.fixture
def api(api: Api) -> Api:
    """The API over a store with one of everything."""
    catalog(api)
    contract(api, customer(api, "Acme", ingest_aliases=["acme"]), name="First")
    return api


def some(api: Api, path: str) -> str:
    """The path with the store's customer in it."""
    (owner,) = queries.list_customers(api.store).items
    return path.replace("{customer_id}", owner.id).replace("{invoice_id}", NOBODY)


def nested(depth: int) -> Any:
    """An object in a list in an object …"""
    value: Any = 1
    for _ in range(depth):
        value = {"a": [value]}
    return value


@pytest.mark.parametrize("path", POSTS)
def test_a_body_of_the_wrong_kind_is_refused_everywhere(api: Api, path: str) -> None:
    before = export_bundle(api.store)
    bodies: tuple[Any, ...] = (
        None, [], "text", 5, True, Decimal("NaN"), [None], [[]], {"nope": 1}, nested(10), nested(10_000),
    )  # fmt: skip
    for body in bodies:
        response = api("POST", some(api, path), body)
        if body is None and response.status == 200:
            continue  # a list whose filters are all optional
        assert response.status == 400, (body, response.body)
        assert list(response.body) == ["message"]
    assert export_bundle(api.store) == before


@pytest.mark.parametrize("path", POSTS)
def test_text_that_no_store_can_keep_is_refused_everywhere(api: Api, path: str) -> None:
    for text in ("\ud800", "a\x00b"):
        assert "holds a character that is not text" in api.refused(400, "POST", some(api, path), {"name": text})
        assert "a character that is not text" in api.refused(400, "POST", some(api, path), {text: 1})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", ""),
        ("GET", "/v1/contracts/create"),
        ("POST", "/v1/customers/"),
        ("DELETE", "/v1/customers"),
        ("GET", "/v1/planets"),
        ("POST", "/v1/contracts/create/more"),
        ("GET", "/v1/customers//invoices"),
        ("GET", "/v9" * 2000),
    ],
)
def test_an_unknown_path_or_method_is_404(api: Api, method: str, path: str) -> None:
    if path == "/v1/customers/":
        assert api(method, path, {"name": "Fine"}).status == 200
    else:
        assert path.partition("?")[0] in api.refused(404, method, path)


def test_what_does_not_exist_is_404_with_its_path(api: Api) -> None:
    owner = queries.list_customers(api.store).items[0].id
    for path in ("", "/invoices", f"/invoices/{NOBODY}"):
        assert api.refused(404, "GET", f"/v1/customers/{NOBODY}{path}").startswith("/customer_id: there is no customer")
    for path in ("setName", "setIngestAliases"):
        body = {"name": "N"} if path == "setName" else {"ingest_aliases": ["x"]}
        assert api.refused(404, "POST", f"/v1/customers/{NOBODY}/{path}", body).startswith("/customer_id")
    gone = {"customer_id": owner, "contract_id": NOBODY}
    for path, more in (
        ("/v1/contracts/get", {}),
        ("/v1/contracts/archive", {}),
        ("/v1/contracts/amend", {"starting_at": START}),
        ("/v1/contracts/setUsageFilter", {"group_key": "region", "group_values": ["EU"], "starting_at": START}),
        ("/v1/contracts/updateEndDate", {}),
        ("/v2/contracts/edit", {"update_contract_name": "N"}),
    ):
        assert api.refused(404, "POST", path, gone | more).startswith("/contract_id: there is no contract")
    for path in ("/v1/contract-pricing/products/get", "/v1/contract-pricing/rate-cards/get"):
        assert api.refused(404, "POST", path, {"id": NOBODY}).startswith("/id: there is no")
    assert "/customer_id" in api.refused(404, "POST", "/v1/contracts/list", {"customer_id": NOBODY})
    assert "/billable_metric_id" in api.refused(404, "GET", f"/v1/billable-metrics/{NOBODY}")
    rates = {"rate_card_id": NOBODY, "at": START}
    assert "/rate_card_id" in api.refused(404, "POST", "/v1/contract-pricing/rate-cards/getRates", rates)


def test_a_contract_belongs_to_the_customer_that_is_named(api: Api) -> None:
    owner = queries.list_customers(api.store).items[0].id
    (view,) = queries.contracts_of(api.store, owner)
    named = {"customer_id": customer(api, "Other"), "contract_id": view.id}
    assert api.refused(404, "POST", "/v1/contracts/get", named).startswith("/contract_id")
    assert api.refused(404, "POST", "/v1/contracts/amend", named | {"starting_at": START}).startswith("/contract_id")


def test_changes_name_customer_and_contract(api: Api) -> None:
    for path in ("/v1/contracts/amend", "/v1/contracts/setUsageFilter"):
        body = {"starting_at": START, "group_key": "region", "group_values": ["EU"]}
        body = {"starting_at": START} if path.endswith("amend") else body
        assert "/customer_id: is required" in api.refused(400, "POST", path, body)


PAGED = [route.path for route in ROUTES if route.method == "GET" and "limit" in route.query]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=ten",
        "limit=",
        "limit=%D9%A3",
        "next_page=zz",
        "next_page=-1",
        "next_page=" + "9" * 40,
        "planet=mars",
    ],
)
@pytest.mark.parametrize("path", PAGED)
def test_a_bad_query_is_refused_everywhere(api: Api, path: str, query: str) -> None:
    assert api.refused(400, "GET", f"{some(api, path)}?{query}").startswith(f"/{query.partition('=')[0]}: ")


def test_path_parts_may_be_anything(api: Api) -> None:
    for part in ("%00", "%ff", "%ED%A0%80", "..", "a" * 5000, "%2e%2e", "'; drop table customer; --"):
        assert api("GET", f"/v1/customers/{part}").status in (400, 404)
        assert api("POST", f"/v1/customers/{part}/setName", {"name": "N"}).status in (400, 404)


def test_a_read_only_store_refuses_writes_with_403(api: Api) -> None:
    store = Store.open(api.store.url, read_only=True)
    try:
        reader = Api(store)
        assert reader("GET", "/v1/customers").status == 200
        assert "read-only" in reader.refused(403, "POST", "/v1/customers", {"name": "N"})
        event = {"transaction_id": "t", "customer_id": "c", "event_type": "e", "timestamp": "2025-03-01T00:00:00Z"}
        assert "read-only" in reader.refused(403, "POST", "/v1/ingest", [event])
    finally:
        store.close()


def test_every_problem_of_a_request_is_told_at_once(api: Api) -> None:
    body = {"customer_id": "acme", "starting_at": "2025-01-01", "comits": [], "rate_card_id": 5}
    message = api.refused(400, "POST", "/v1/contracts/create", body)
    assert "(and 3 more: " in message
    for path in ("/customer_id", "/starting_at", "/comits", "/rate_card_id"):
        assert path in message


def test_a_refused_request_writes_nothing(api: Api) -> None:
    owner = queries.list_customers(api.store).items[0].id
    before = export_bundle(api.store)
    access = {"schedule_items": [{"amount": 1, "starting_at": START, "ending_before": "2026-01-01T00:00:00Z"}]}
    commit = {"type": "PREPAID", "product_id": NOBODY, "access_schedule": access}
    body = {"customer_id": owner, "rate_card_alias": "list", "starting_at": START, "commits": [commit]}
    assert "/commits/0/product_id" in api.refused(404, "POST", "/v1/contracts/create", body)
    assert export_bundle(api.store) == before


LEAVES: tuple[Any, ...] = (
    None, True, 0, -1, Decimal("1e30"), 10**400, "", "x", "2025-01-01", [], {}, [None], {"a": None}, nested(200),
)  # fmt: skip
"""What every field of a sound request is replaced by in turn."""


def replaced(value: Any, given: Any) -> Iterator[Any]:
    """The value with each of its parts replaced in turn."""
    yield given
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (value | {key: other} for other in replaced(inner, given))
    elif isinstance(value, list):
        for k, inner in enumerate(value):
            yield from ([*value[:k], other, *value[k + 1 :]] for other in replaced(inner, given))


@pytest.mark.parametrize("given", LEAVES, ids=[str(n) for n in range(len(LEAVES))])
def test_no_part_of_a_contract_can_break_it(api: Api, given: Any) -> None:
    owner = queries.list_customers(api.store).items[0].id
    access = {"schedule_items": [{"amount": 1, "starting_at": START, "ending_before": "2026-01-01T00:00:00Z"}]}
    plan = {
        "starting_at": START,
        "ending_before": "2026-01-01T00:00:00Z",
        "frequency": "MONTHLY",
        "amount_distribution": "DIVIDED",
        "amount": 5,
    }
    body = {
        "customer_id": owner,
        "starting_at": START,
        "usage_statement_schedule": {"frequency": "MONTHLY", "day": "CONTRACT_START"},
        "usage_filter": {"group_key": "region", "group_values": ["EU"]},
        "commits": [{"type": "PREPAID", "product_id": NOBODY, "access_schedule": access, "rollover_fraction": 1}],
        "scheduled_charges": [{"product_id": NOBODY, "schedule": {"recurring_schedule": plan}}],
        "overrides": [
            {
                "starting_at": START,
                "type": "OVERWRITE",
                "overwrite_rate": {"rate_type": "TIERED", "tiers": [{"size": 1, "price": 1}, {"price": 2}]},
                "override_specifiers": [{"product_id": NOBODY, "pricing_group_values": {"a": "b"}}],
            }
        ],
        "revenue_system_configuration": {"provider": "netsuite", "details": [1]},
    }
    for spoilt in replaced(body, given):
        response = api("POST", "/v1/contracts/create", spoilt)
        assert response.status in (400, 404), (spoilt, response.body)
        assert len(response.body["message"]) < 5000
