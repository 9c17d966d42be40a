"""Usage in, invoices out: ingest, and the statements of a customer as they stand now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from console.api.call import Call, page
from console.api.customers import customer_of
from store.errors import Invalid, NotFound
from store.rating.report import statement_json
from store.rating.statement import Statement
from store.usage.ingest import ingest_events

FILTERS = ("status", "sort", "credit_type_id", "starting_on", "ending_before", "skip_zero_qty_line_items")
"""What a list of invoices can be narrowed by, and its order."""
ONE_FILTERS = ("skip_zero_qty_line_items",)
STATUSES = ("DRAFT", "FINALIZED", "VOID")


def ingest(call: Call) -> dict[str, Any]:
    """`POST /v1/ingest`: 1 to 100 events, all or none; those known already are passed over."""
    result = ingest_events(call.store, call.body, by=call.by, now=call.now)
    return {"data": {"accepted": result.accepted, "duplicates": result.duplicate}}


def invoices(call: Call) -> dict[str, Any]:
    """`GET /v1/customers/{customer_id}/invoices`: previews of every period that began, and of what is scheduled."""
    kept = _filter(call)
    newest_first = _choice(call, "sort", ("date_asc", "date_desc"), "date_asc") == "date_desc"
    wanted = (statement for statement in _statements(call) if kept(statement))
    found = sorted(wanted, key=lambda s: s.start or s.issued_at, reverse=newest_first)
    skip = call.flag("skip_zero_qty_line_items")
    return page(call, [_shape(s, skip=skip) for s in found])


def invoice(call: Call) -> dict[str, Any]:
    """`GET /v1/customers/{customer_id}/invoices/{invoice_id}`"""
    wanted, skip = call.parts["invoice_id"], call.flag("skip_zero_qty_line_items")
    for statement in _statements(call):
        if statement.id == wanted:
            return {"data": _shape(statement, skip=skip)}
    raise NotFound(f"the customer has no invoice {wanted}", path="/invoice_id")


def _statements(call: Call) -> tuple[Statement, ...]:
    customer = customer_of(call)
    return call.rated(customer.id).statements


def _filter(call: Call) -> Callable[[Statement], bool]:
    status = _choice(call, "status", STATUSES, "")
    start, end = call.moment("starting_on"), call.moment("ending_before")
    unit = call.query.get("credit_type_id")

    def kept(statement: Statement) -> bool:
        began = statement.start or statement.issued_at
        return (
            status in ("", statement.status)
            and (start is None or began >= start)
            and (end is None or (statement.end or statement.issued_at) <= end)
            and unit in (None, statement.credit_type_id)
        )

    return kept


def _choice(call: Call, name: str, allowed: tuple[str, ...], otherwise: str) -> str:
    given = call.query.get(name, otherwise)
    chosen = next((word for word in allowed if given in (word.lower(), word.upper())), None)
    if chosen is None and given != otherwise:
        raise Invalid(f"must be one of {', '.join(allowed)}", path=f"/{name}")
    return chosen or otherwise


def _shape(statement: Statement, *, skip: bool) -> dict[str, Any]:
    if skip:
        lines = tuple(line for line in statement.lines if line.quantity is None or line.quantity != 0)
        statement = statement._replace(lines=lines)
    return statement_json(statement)
