"""Customers: create, list, get, rename, replace aliases, archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from console.api.call import Call, about, page
from store import queries
from store.commands import customers as commands
from store.errors import NotFound
from store.queries import CustomerView
from store.terms.base import is_uuid
from store.terms.customer import Archive, Customer, SetIngestAliases, SetName


def create(call: Call) -> dict[str, Any]:
    """`POST /v1/customers`"""
    request = call.read(Customer)
    with call.work() as work:
        made = commands.create_customer(work, request=request)
    return {"data": _shape(queries.customer(call.store, made), call.now)}


def listed(call: Call) -> dict[str, Any]:
    """`GET /v1/customers`: in the order they were made; `ingest_alias` and `customer_ids` pick some out."""
    wanted = [part.strip() for part in call.query.get("customer_ids", "").split(",") if part.strip()]
    alias = call.query.get("ingest_alias")
    only_archived = call.flag("only_archived")
    if wanted or alias is not None:
        found = [_found(call, id) for id in wanted] if wanted else [_of_alias(call, alias or "")]
        kept = [c for c in found if c and (c.archived_at is not None) == only_archived]
        return page(call, _shapes(call, kept))
    items: list[CustomerView] = []
    cursor = call.next_page
    while True:  # archived and live ones share the pages of the store, but not those of an answer
        found_page = queries.list_customers(call.store, limit=call.limit - len(items), page=cursor)
        items += [c for c in found_page.items if (c.archived_at is not None) == only_archived]
        cursor = found_page.next_page
        if cursor is None or len(items) == call.limit:
            return {"data": _shapes(call, items), "next_page": cursor}


def _found(call: Call, customer_id: str) -> CustomerView | None:
    try:
        return queries.customer(call.store, known_as(customer_id))
    except NotFound:
        return None


def _of_alias(call: Call, alias: str) -> CustomerView | None:
    try:
        found = queries.find_customer(call.store, alias)
    except NotFound:
        return None
    return found if alias in found.terms.aliases else None


def get(call: Call) -> dict[str, Any]:
    """`GET /v1/customers/{customer_id}`"""
    return {"data": _shapes(call, [customer_of(call)])[0]}


def customer_of(call: Call) -> CustomerView:
    """The customer that the path names; raises `NotFound`."""
    with about("/customer_id"):
        return queries.customer(call.store, known_as(call.parts["customer_id"]))


def known_as(id: str) -> str:
    """An id as the store has it: UUIDs are lower case."""
    return id.lower() if is_uuid(id) else id


def set_ingest_aliases(call: Call) -> dict[str, Any]:
    """`POST /v1/customers/{customer_id}/setIngestAliases`: replaces the whole set."""
    request = call.read(SetIngestAliases)
    id = known_as(call.parts["customer_id"])
    with call.work() as work:
        aliases = commands.set_ingest_aliases(work, customer_id=id, aliases=request.ingest_aliases)
    return {"data": {"id": id, "ingest_aliases": aliases}}


def set_name(call: Call) -> dict[str, Any]:
    """`POST /v1/customers/{customer_id}/setName`"""
    request = call.read(SetName)
    with call.work() as work:
        commands.set_name(work, customer_id=known_as(call.parts["customer_id"]), name=request.name)
    return get(call)


def archive(call: Call) -> dict[str, Any]:
    """`POST /v1/customers/archive`: for good, with all its contracts."""
    request = call.read(Archive)
    with call.work() as work:
        return {"data": {"id": commands.archive_customer(work, customer_id=request.id)}}


def _shapes(call: Call, found: Sequence[CustomerView]) -> list[dict[str, Any]]:
    touched = queries.last_touched(call.store, [c.id for c in found])
    return [_shape(c, touched.get(c.id, c.created_at)) for c in found]


def _shape(customer: CustomerView, updated_at: datetime) -> dict[str, Any]:
    """A customer as the API shows it; `external_id` is the first name under which its usage may arrive."""
    terms = customer.terms
    return {
        "id": customer.id,
        "name": customer.name,
        "external_id": terms.external_id or (customer.aliases[0] if customer.aliases else customer.id),
        "ingest_aliases": customer.aliases,
        "custom_fields": customer.custom_fields,
        "customer_config": {"salesforce_account_id": None},
        "current_billable_status": {"value": "billable", "effective_at": None},
        "created_at": customer.created_at,
        "updated_at": updated_at,
        "archived_at": customer.archived_at,
    }
