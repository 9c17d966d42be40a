"""Which endpoint answers which request: the whole API in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from console.api import balances, catalog, contracts, custom_fields, customers, packages, pricing, usage
from console.api.call import Call

PAGE = ("limit", "next_page")


@dataclass(frozen=True, slots=True)
class Route:
    """A method, a path whose `{parts}` match one segment each, the endpoint, and the query parameters it knows."""

    method: str
    path: str
    endpoint: Callable[[Call], Any]
    query: tuple[str, ...] = ()


CARDS, PRODUCTS = "/v1/contract-pricing/rate-cards", "/v1/contract-pricing/products"

ROUTES: tuple[Route, ...] = (
    Route("POST", "/v1/customers", customers.create),
    Route("GET", "/v1/customers", customers.listed, (*PAGE, "ingest_alias", "customer_ids", "only_archived")),
    Route("POST", "/v1/customers/archive", customers.archive),
    Route("GET", "/v1/customers/{customer_id}", customers.get),
    Route("POST", "/v1/customers/{customer_id}/setIngestAliases", customers.set_ingest_aliases),
    Route("POST", "/v1/customers/{customer_id}/setName", customers.set_name),
    Route("GET", "/v1/customers/{customer_id}/invoices", usage.invoices, (*PAGE, *usage.FILTERS)),
    Route("GET", "/v1/customers/{customer_id}/invoices/{invoice_id}", usage.invoice, usage.ONE_FILTERS),
    Route("POST", "/v1/contracts/create", contracts.create),
    Route("POST", "/v1/contracts/amend", contracts.amend),
    Route("POST", "/v1/contracts/setUsageFilter", contracts.set_usage_filter),
    Route("POST", "/v1/contracts/updateEndDate", contracts.update_end_date),
    Route("POST", "/v1/contracts/archive", contracts.archive),
    Route("POST", "/v1/contracts/scheduleProServicesInvoice", contracts.schedule_services),
    Route("POST", "/v1/contracts/list", contracts.listed),
    Route("POST", "/v1/contracts/get", contracts.get),
    Route("POST", "/v2/contracts/edit", contracts.edit),
    Route("POST", "/v2/contracts/getEditHistory", contracts.edit_history),
    Route("POST", "/v1/contracts/customerCommits/create", balances.create_commit),
    Route("POST", "/v1/contracts/customerCredits/create", balances.create_credit),
    Route("POST", "/v1/contracts/addManualBalanceLedgerEntry", balances.add_ledger_entry),
    Route("POST", "/v1/contracts/customerBalances/list", balances.listed, PAGE),
    Route("POST", "/v1/billable-metrics/create", catalog.create_metric),
    Route("GET", "/v1/billable-metrics", catalog.list_metrics, (*PAGE, "include_archived")),
    Route("GET", "/v1/billable-metrics/{billable_metric_id}", catalog.get_metric),
    Route("POST", f"{PRODUCTS}/create", catalog.create_product),
    Route("POST", f"{PRODUCTS}/list", catalog.list_products, PAGE),
    Route("POST", f"{PRODUCTS}/get", catalog.get_product),
    Route("POST", f"{CARDS}/create", pricing.create_rate_card),
    Route("POST", f"{CARDS}/list", pricing.list_rate_cards, PAGE),
    Route("POST", f"{CARDS}/get", pricing.get_rate_card),
    Route("POST", f"{CARDS}/addRate", pricing.add_rate),
    Route("POST", f"{CARDS}/addRates", pricing.add_rates),
    Route("POST", f"{CARDS}/getRates", pricing.get_rates, PAGE),
    Route("POST", "/v1/packages/create", packages.create),
    Route("POST", "/v1/packages/list", packages.listed, PAGE),
    Route("POST", "/v1/packages/get", packages.get),
    Route("POST", "/v1/packages/archive", packages.archive),
    Route("POST", "/v1/packages/listContractsOnPackage", packages.contracts, PAGE),
    Route("POST", "/v1/ingest", usage.ingest),
    Route("POST", "/v1/customFields/addKey", custom_fields.add_key),
    Route("POST", "/v1/customFields/setValues", custom_fields.set_values),
    Route("POST", "/v1/customFields/listKeys", custom_fields.list_keys, PAGE),
)


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The first route that fits, with the path's parts by name; None if there is none."""
    segments = path.split("/")
    for route in ROUTES:
        pattern = route.path.split("/")
        if route.method != method or len(pattern) != len(segments):
            continue
        if all(p == s or (p.startswith("{") and s) for p, s in zip(pattern, segments, strict=True)):
            return route, {p[1:-1]: s for p, s in zip(pattern, segments, strict=True) if p.startswith("{")}
    return None
