"""Which endpoint answers which request: the whole API in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from console.api import (
    balances,
    bodies,
    catalog,
    contracts,
    custom_fields,
    customers,
    metered,
    packages,
    pricing,
    usage,
)
from console.api.call import Call
from store.terms.balances import CustomerCommit, CustomerCredit
from store.terms.catalog import BillableMetric, Product
from store.terms.contract import Amendment, ContractEdit, ContractTerms, EndDateUpdate, UsageFilterUpdate
from store.terms.customer import Archive, Customer, CustomFieldKey, SetIngestAliases, SetName
from store.terms.event import Event
from store.terms.package import Package
from store.terms.rates import AddRate, AddRates, RateCard
from store.terms.service_invoice import ServiceInvoice
from store.terms.trueup import DisabledTrueUp

PAGE = ("limit", "next_page")


@dataclass(frozen=True, slots=True)
class Route:
    """A method, a path whose `{parts}` match one segment each, the endpoint, and the query parameters it knows.

    `body` is what the endpoint reads its body as (None: there is none); `reads` says that it changes nothing, so that
    a token without the right to write may ask for it.
    """

    method: str
    path: str
    endpoint: Callable[[Call], Any]
    query: tuple[str, ...] = ()
    body: Any = None
    reads: bool = False


def _get(path: str, endpoint: Callable[[Call], Any], query: tuple[str, ...] = ()) -> Route:
    return Route("GET", path, endpoint, query, reads=True)


def _ask(path: str, body: Any, endpoint: Callable[[Call], Any], query: tuple[str, ...] = ()) -> Route:
    """A question with a body: `POST`, and nothing changes."""
    return Route("POST", path, endpoint, query, body, reads=True)


def _do(path: str, body: Any, endpoint: Callable[[Call], Any]) -> Route:
    return Route("POST", path, endpoint, body=body)


CARDS, PRODUCTS, CUSTOMER = (
    "/v1/contract-pricing/rate-cards",
    "/v1/contract-pricing/products",
    "/v1/customers/{customer_id}",
)

ROUTES: tuple[Route, ...] = (
    _do("/v1/customers", Customer, customers.create),
    _get("/v1/customers", customers.listed, (*PAGE, "ingest_alias", "customer_ids", "only_archived")),
    _do("/v1/customers/archive", Archive, customers.archive),
    _get(CUSTOMER, customers.get),
    _do(f"{CUSTOMER}/setIngestAliases", SetIngestAliases, customers.set_ingest_aliases),
    _do(f"{CUSTOMER}/setName", SetName, customers.set_name),
    _get(f"{CUSTOMER}/invoices", usage.invoices, (*PAGE, *usage.FILTERS)),
    _get(f"{CUSTOMER}/invoices/{{invoice_id}}", usage.invoice, usage.ONE_FILTERS),
    _do("/v1/contracts/create", ContractTerms, contracts.create),
    _do("/v1/contracts/amend", Amendment, contracts.amend),
    _do("/v1/contracts/setUsageFilter", UsageFilterUpdate, contracts.set_usage_filter),
    _do("/v1/contracts/updateEndDate", EndDateUpdate, contracts.update_end_date),
    _do("/v1/contracts/archive", bodies.ContractArchive, contracts.archive),
    _do("/v1/contracts/scheduleProServicesInvoice", ServiceInvoice, contracts.schedule_services),
    _do("/v1/contracts/commits/disableTrueup", DisabledTrueUp, contracts.disable_true_up),
    _ask("/v1/contracts/list", bodies.ContractList, contracts.listed),
    _ask("/v1/contracts/get", bodies.ContractGet, contracts.get),
    _ask("/v2/contracts/list", bodies.ContractList, contracts.listed_second),
    _ask("/v2/contracts/get", bodies.ContractGet, contracts.get_second),
    _do("/v2/contracts/edit", ContractEdit, contracts.edit),
    _ask("/v2/contracts/getEditHistory", bodies.EditHistory, contracts.edit_history),
    _do("/v1/contracts/customerCommits/create", CustomerCommit, balances.create_commit),
    _do("/v1/contracts/customerCredits/create", CustomerCredit, balances.create_credit),
    _do("/v1/contracts/addManualBalanceLedgerEntry", bodies.LedgerEntry, balances.add_ledger_entry),
    _ask("/v1/contracts/customerBalances/list", bodies.BalanceList, balances.listed, PAGE),
    _do("/v1/billable-metrics/create", BillableMetric, catalog.create_metric),
    _get("/v1/billable-metrics", catalog.list_metrics, (*PAGE, "include_archived")),
    _get("/v1/billable-metrics/{billable_metric_id}", catalog.get_metric),
    _do(f"{PRODUCTS}/create", Product, catalog.create_product),
    _ask(f"{PRODUCTS}/list", bodies.ProductList, catalog.list_products, PAGE),
    _ask(f"{PRODUCTS}/get", bodies.ById, catalog.get_product),
    _do(f"{CARDS}/create", RateCard, pricing.create_rate_card),
    _ask(f"{CARDS}/list", bodies.Nothing, pricing.list_rate_cards, PAGE),
    _ask(f"{CARDS}/get", bodies.ById, pricing.get_rate_card),
    _do(f"{CARDS}/addRate", AddRate, pricing.add_rate),
    _do(f"{CARDS}/addRates", AddRates, pricing.add_rates),
    _ask(f"{CARDS}/getRates", bodies.RatesGet, pricing.get_rates, PAGE),
    _do("/v1/packages/create", Package, packages.create),
    _ask("/v1/packages/list", bodies.ProductList, packages.listed, PAGE),
    _ask("/v1/packages/get", bodies.PackageGet, packages.get),
    _do("/v1/packages/archive", bodies.PackageGet, packages.archive),
    _ask("/v1/packages/listContractsOnPackage", bodies.PackageContracts, packages.contracts, PAGE),
    _do("/v1/ingest", list[Event], usage.ingest),
    _ask("/v1/usage", bodies.UsageAsked, metered.usage, ("next_page",)),
    _ask(f"{CUSTOMER}/previewEvents", bodies.PreviewEvents, usage.preview),
    _do("/v1/customFields/addKey", CustomFieldKey, custom_fields.add_key),
    _do("/v1/customFields/setValues", bodies.SetValues, custom_fields.set_values),
    _ask("/v1/customFields/listKeys", bodies.ListKeys, custom_fields.list_keys, PAGE),
)


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The first route that fits, with the path's parts by name; None if there is none."""
    segments = path.split("/")
    for route, pattern in _by_length().get((method, len(segments)), ()):
        if all(p == s or (p.startswith("{") and s) for p, s in zip(pattern, segments, strict=True)):
            return route, {p[1:-1]: s for p, s in zip(pattern, segments, strict=True) if p.startswith("{")}
    return None


@cache
def _by_length() -> dict[tuple[str, int], list[tuple[Route, list[str]]]]:
    """Method and number of segments → the routes that have so many, in their order, with the segments."""
    found: dict[tuple[str, int], list[tuple[Route, list[str]]]] = {}
    for route in ROUTES:
        segments = route.path.split("/")
        found.setdefault((route.method, len(segments)), []).append((route, segments))
    return found
