"""Packages: create, list, get, archive; the contracts made from one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.api.bodies import PackageContracts, PackageGet, ProductList
from console.api.call import Call, about, page
from console.api.package_shown import package
from console.api.terms_shown import Known, made_by
from store import queries
from store.commands import packages as commands
from store.errors import Invalid
from store.queries import PackageView
from store.terms import time
from store.terms.package import Package


def create(call: Call) -> dict[str, Any]:
    """`POST /v1/packages/create`"""
    request = call.read(Package)
    with call.work() as work:
        return {"data": {"id": commands.create_package(work, request=request)}}


def listed(call: Call) -> dict[str, Any]:
    """`POST /v1/packages/list`: by name; without archived ones unless asked for."""
    wanted = call.read_optional(ProductList).archive_filter
    shown = [
        view
        for view in queries.packages(call.store)
        if wanted == "ALL" or (wanted == "ARCHIVED") == (view.archived_at is not None)
    ]
    return page(call, _shapes(call, shown))


def get(call: Call) -> dict[str, Any]:
    """`POST /v1/packages/get`"""
    request = call.read(PackageGet)
    with about("/package_id"):
        return {"data": _shapes(call, [queries.package(call.store, request.package_id)])[0]}


def archive(call: Call) -> dict[str, Any]:
    """`POST /v1/packages/archive`"""
    request = call.read(PackageGet)
    with call.work() as work:
        return {"data": {"id": commands.archive_package(work, package_id=request.package_id)}}


def contracts(call: Call) -> dict[str, Any]:
    """`POST /v1/packages/listContractsOnPackage`: by start; archived ones only if asked for."""
    request = call.read(PackageContracts)
    if request.covering_date and request.starting_at:
        raise Invalid("cannot be combined with covering_date", path="/starting_at")
    found = queries.contracts_made_from(call.store, request.package_id, archived=request.include_archived)
    if request.covering_date:
        day = request.covering_date
        found = tuple(v for v in found if v.starting_at <= day < (v.ending_before or time.DISTANT_FUTURE))
    if request.starting_at:
        found = tuple(v for v in found if v.starting_at >= request.starting_at)
    return page(
        call,
        [
            {
                "contract_id": view.id,
                "customer_id": view.customer_id,
                "starting_at": view.starting_at,
                "ending_before": view.ending_before,
                "archived_at": view.archived_at,
            }
            for view in found
        ],
    )


def _shapes(call: Call, views: Sequence[PackageView]) -> list[dict[str, Any]]:
    made = queries.made(call.store, [view.id for view in views])
    known = Known(names=queries.product_names(call.store, [view.package for view in views]))
    return [package(view, known) | made_by(made, view.id) for view in views]
