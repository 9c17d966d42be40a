"""A store behind the API, asked as a client asks, and what most stories begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from console.api import Response, answer
from store.database import Actor, Store
from store.terms import document

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)


BY = Actor("tests", "api")


START = "2025-01-01T00:00:00Z"


NOBODY = "99999999-0000-4000-8000-000000000000"


@dataclass
class Api:
    """A store behind the API."""

    store: Store
    now: datetime = NOW

    def __call__(self, method: str, path: str, body: Any = None) -> Response:
        return answer(method, path, body, store=self.store, by=BY, now=self.now)

    def ok(self, method: str, path: str, body: Any = None) -> Any:
        """The whole body of an answer that must be a 200."""
        response = self(method, path, body)
        assert response.status == 200, response.body
        return response.body

    def data(self, method: str, path: str, body: Any = None) -> Any:
        """The `data` of an answer that must be a 200."""
        return self.ok(method, path, body)["data"]

    def refused(self, status: int, method: str, path: str, body: Any = None) -> str:
        """The message of an answer that must have this status."""
        response = self(method, path, body)
        assert response.status == status, response.body
        assert list(response.body) == ["message"]
        return str(response.body["message"])


def catalog(api: Api, **rate: Any) -> dict[str, str]:
    """A metric, a usage product, a fixed product and a card with a rate, made through the API; their ids by name."""
    metric = {
        "name": "Calls",
        "aggregation_type": "SUM",
        "aggregation_key": "n",
        "property_filters": [{"name": "n", "exists": True}, {"name": "region", "exists": True}],
        "group_keys": [["region"]],
    }
    made = {"metric": api.data("POST", "/v1/billable-metrics/create", metric)["id"]}
    usage = {"name": "Calls", "type": "usage", "billable_metric_id": made["metric"], "tags": ["cloud"]}
    made["calls"] = api.data("POST", "/v1/contract-pricing/products/create", usage)["id"]
    fixed = {"name": "Fee", "type": "FIXED"}
    made["fee"] = api.data("POST", "/v1/contract-pricing/products/create", fixed)["id"]
    card = {"name": "List", "aliases": [{"name": "list"}]}
    made["card"] = api.data("POST", "/v1/contract-pricing/rate-cards/create", card)["id"]
    first = {"product_id": made["calls"], "starting_at": START, "entitled": True, "rate_type": "flat", "price": 200}
    api.ok("POST", "/v1/contract-pricing/rate-cards/addRate", {"rate_card_id": made["card"], **first, **rate})
    return made


def customer(api: Api, name: str = "Acme", **more: Any) -> str:
    """A customer, made through the API."""
    return str(api.data("POST", "/v1/customers", {"name": name} | more)["id"])


def contract(api: Api, owner: str, **terms: Any) -> str:
    """A contract of the customer on the card with the alias `list`."""
    body = {"customer_id": owner, "rate_card_alias": "list", "starting_at": START} | terms
    return str(api.data("POST", "/v1/contracts/create", body)["id"])


def seed(name: str) -> Any:
    """One of the guide's payloads, as it stands in the guide."""
    return document.read((Path(__file__).parents[1] / "store" / "seed_payloads" / f"{name}.json").read_bytes())
