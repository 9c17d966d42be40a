"""Usage in, invoices out: ingest, and the statements of a customer as they stand now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from console.api.bodies import PreviewEvents
from console.api.call import Call, page
from console.api.customers import customer_of, known_as
from store.errors import Invalid, NotFound
from store.rating.report import statement_json
from store.rating.statement import Statement
from store.terms.event import Event
from store.usage.given import preview_events
from store.usage.ingest import ingest_events

FILTERS = (
    "status", "sort", "credit_type_id", "starting_on", "ending_before", "contract_id", "type",
    "skip_zero_qty_line_items", "include_list_prices",
)  # fmt: skip
"""What a list of invoices can be narrowed by, and its order."""
ONE_FILTERS = ("skip_zero_qty_line_items", "include_list_prices")
STATUSES = ("DRAFT", "FINALIZED", "VOID")
TYPES = ("USAGE", "SCHEDULED", "USAGE_CONSOLIDATED")


def ingest(call: Call) -> dict[str, Any]:
    """`POST /v1/ingest`: 1 to 100 events, all or none; those known already are passed over."""
    result = ingest_events(call.store, call.body, by=call.by, now=call.now)
    return {"data": {"accepted": result.accepted, "duplicates": result.duplicate}}


def invoices(call: Call) -> dict[str, Any]:
    """`GET /v1/customers/{customer_id}/invoices`: previews of every period that began, and of what is scheduled."""
    kept = _filter(call)
    newest_first = _choice(call, "sort", ("date_asc", "date_desc"), "date_asc") == "date_desc"
    wanted = (statement for statement in _statements(call) if kept(statement))
    found = sorted(wanted, key=lambda s: s.issued_at, reverse=newest_first)
    return page(call, [shape(s, call) for s in found])


def invoice(call: Call) -> dict[str, Any]:
    """`GET /v1/customers/{customer_id}/invoices/{invoice_id}`"""
    wanted = known_as(call.parts["invoice_id"])
    for statement in _statements(call):
        if statement.id == wanted:
            return {"data": shape(statement, call)}
    raise NotFound(f"the customer has no invoice {wanted}", path="/invoice_id")


def preview(call: Call) -> dict[str, Any]:
    """`POST /v1/customers/{customer_id}/previewEvents`: what some events would make of the customer's drafts."""
    request, customer = call.read(PreviewEvents), customer_of(call)
    events = [
        Event(
            transaction_id=given.transaction_id or f"{PREVIEWED}{k}",
            customer_id=customer.id,
            event_type=given.event_type,
            timestamp=given.timestamp or call.now,
            properties=given.properties,
        )
        for k, given in enumerate(request.events)
    ]
    found = preview_events(call.store, customer.id, events, merge=request.mode == "merge", now=call.now)
    skip = "true" if request.skip_zero_qty_line_items else "false"
    asked = replace(call, query={"skip_zero_qty_line_items": skip})
    return {"data": [shape(statement, asked) for statement in found]}


PREVIEWED = "previewed event "
"""Stands before the number of an event that has no transaction of its own."""


def _statements(call: Call) -> tuple[Statement, ...]:
    customer = customer_of(call)
    return call.rated(customer.id).statements


def _filter(call: Call) -> Callable[[Statement], bool]:
    status = _choice(call, "status", STATUSES, "")
    start, end = call.moment("starting_on"), call.moment("ending_before")
    unit, contract = call.query.get("credit_type_id"), call.query.get("contract_id")
    kind = _choice(call, "type", TYPES, "")

    def kept(statement: Statement) -> bool:
        began = statement.start or statement.issued_at
        return (
            status in ("", statement.status)
            and (start is None or began >= start)
            and (end is None or (statement.end or statement.issued_at) <= end)
            and unit in (None, statement.credit_type_id)
            and contract in (None, statement.contract_id)
            and kind in ("", statement.type)
        )

    return kept


def _choice(call: Call, name: str, allowed: tuple[str, ...], otherwise: str) -> str:
    given = call.query.get(name, otherwise)
    chosen = next((word for word in allowed if given in (word.lower(), word.upper())), None)
    if chosen is None and given != otherwise:
        raise Invalid(f"must be one of {', '.join(allowed)}", path=f"/{name}")
    return chosen or otherwise


def shape(statement: Statement, call: Call) -> dict[str, Any]:
    """A statement as an invoice, as much of it as the query asks for."""
    if call.flag("skip_zero_qty_line_items"):
        lines = tuple(line for line in statement.lines if line.quantity is None or line.quantity != 0)
        statement = statement._replace(lines=lines)
    shown = statement_json(statement)
    priced = call.flag("include_list_prices")
    for line in shown["line_items"]:
        listed = line.pop("list_price", None)
        if priced and listed is not None:
            line["list_price"] = {"rate_type": "FLAT", "price": listed, "credit_type": line["credit_type"]}
    return shown
