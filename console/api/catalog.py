"""Billable metrics and products: create, list, get."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from console.api.bodies import ById, ProductList
from console.api.call import Call, about, page
from console.api.customers import known_as
from console.api.terms_shown import made_by
from store import queries
from store.commands import catalog as commands
from store.terms import document
from store.terms.catalog import BillableMetric, Product
from store.terms.review_finding import product_at
from store.usage.sql_metric.measure import check_sql


def create_metric(call: Call) -> dict[str, Any]:
    """`POST /v1/billable-metrics/create`"""
    request = call.read(BillableMetric)
    if request.sql is not None:
        check_sql(request.sql)
    with call.work() as work:
        return {"data": {"id": commands.create_metric(work, request=request)}}


def list_metrics(call: Call) -> dict[str, Any]:
    """`GET /v1/billable-metrics`: by name; archived ones only if asked for."""
    archived = call.flag("include_archived")
    return page(call, [_metric(m) for m in queries.metrics(call.store) if archived or m.archived_at is None])


def get_metric(call: Call) -> dict[str, Any]:
    """`GET /v1/billable-metrics/{billable_metric_id}`"""
    return {"data": _metric(queries.metric(call.store, known_as(call.parts["billable_metric_id"])))}


def _metric(metric: BillableMetric) -> dict[str, Any]:
    return {"custom_fields": {}, "archived_at": None} | dict(document.plain(metric))


def create_product(call: Call) -> dict[str, Any]:
    """`POST /v1/contract-pricing/products/create`"""
    request = call.read(Product)
    with call.work() as work:
        return {"data": {"id": commands.create_product(work, request=request)}}


def list_products(call: Call) -> dict[str, Any]:
    """`POST /v1/contract-pricing/products/list`: by name; without archived ones unless asked for."""
    wanted = call.read_optional(ProductList).archive_filter
    shown = [
        p
        for p in queries.products(call.store)
        if wanted == "ALL" or (wanted == "ARCHIVED") == (p.archived_at is not None)
    ]
    return page(call, _products(call, shown))


def get_product(call: Call) -> dict[str, Any]:
    """`POST /v1/contract-pricing/products/get`"""
    request = call.read(ById)
    with about("/id"):
        return {"data": _products(call, [queries.product(call.store, request.id)])[0]}


APART = ("id", "type", "custom_fields", "archived_at", "updates")


def _products(call: Call, found: Sequence[Product]) -> list[dict[str, Any]]:
    """Products as the API shows them: as created, as they are now, and what changed them in between."""
    made = queries.made(call.store, [p.id or "" for p in found])
    return [_product(p, call.now, made_by(made, p.id)) for p in found]


def _product(product: Product, now: datetime, made: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": product.id,
        "type": CLIENTS.get(product.type, product.type),
        "custom_fields": product.custom_fields,
        "archived_at": product.archived_at,
        "initial": _state(product) | made,
        "current": _state(product_at(product, now)) | made,
        "updates": [dict(document.plain(update)) | made for update in product.updates],
    }


CLIENTS = {"PROFESSIONAL_SERVICE": "PRO_SERVICE"}
"""A type that has two names, and the one that clients know (README, §1.3)."""


def _state(product: Product) -> dict[str, Any]:
    given = {"tags": product.tags, "is_refundable": product.is_refundable} | dict(document.plain(product))
    return {name: value for name, value in given.items() if name not in APART}
