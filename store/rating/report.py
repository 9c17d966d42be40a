"""A preview as readers get it: the promised JSON shape, and rows for tables and CSV (README, *Formats*)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from store.rating.statement import Applied, Balance, Line, Preview, Statement
from store.terms import money, time
from store.terms.money import USD, Rounding

CREDIT_TYPES = {USD: "USD (cents)"}
"""Names of credit types that have one; others go by their id."""

_COMMIT_TYPES = {"PREPAID": "PrepaidCommit", "CREDIT": "PrepaidCommit", "POSTPAID": "PostpaidCommit"}


def as_json(preview: Preview) -> dict[str, Any]:
    """The preview in the shape that is promised; decimals stay `Decimal`, for an exact writer."""
    return {
        "statements": [statement_json(s) for s in preview.statements],
        "balances": [balance_json(b) for b in preview.balances],
        "unmatched": [
            {"reason": u.reason, "events": u.events, "message": u.message, **u.detail} for u in preview.unmatched
        ],
        "warnings": [{"code": w.code, "message": w.message, "path": w.path} for w in preview.warnings],
    }


def credit_type(credit_type_id: str) -> dict[str, str]:
    """A credit type with its name."""
    return {"id": credit_type_id, "name": CREDIT_TYPES.get(credit_type_id, credit_type_id)}


def statement_json(statement: Statement) -> dict[str, Any]:
    """One statement as an invoice of the API."""
    return {
        "id": statement.id,
        "customer_id": statement.customer_id,
        "contract_id": statement.contract_id,
        "type": statement.type,
        "status": statement.status,
        "start_timestamp": time.stamp(statement.start) if statement.start else None,
        "end_timestamp": time.stamp(statement.end) if statement.end else None,
        "issued_at": time.stamp(statement.issued_at),
        "credit_type": credit_type(statement.credit_type_id),
        "line_items": [line_json(line) for line in statement.lines],
        "total": statement.total,
    }


def line_json(line: Line) -> dict[str, Any]:
    """One line with the fields of the API (README, §2.21) and its explanation."""
    found: dict[str, Any] = {
        "type": line.type,
        "name": line.name,
        "product_id": line.product_id,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "total": line.total,
        "credit_type": credit_type(line.credit_type_id),
        "starting_at": time.stamp(line.starting_at) if line.starting_at else None,
        "ending_before": time.stamp(line.ending_before) if line.ending_before else None,
        "pricing_group_values": dict(line.pricing_group_values),
        "presentation_group_values": dict(line.presentation_group_values),
        "tier": _tier(line),
        "applied_commit_or_credit": None,
    }
    if line.applied is not None:
        found.update(_applied(line.applied))
    optional = {
        "product_type": line.product_type,
        "product_tags": list(line.product_tags) or None,
        "commit_id": line.commit_id,
        "postpaid_commit": {"id": line.postpaid_commit_id} if line.postpaid_commit_id else None,
        "scheduled_charge_id": line.scheduled_charge_id,
        "subscription_id": line.subscription_id,
        "discount_id": line.discount_id,
        "is_prorated": line.is_prorated,
        "list_price": line.list_price,
    }
    found.update({name: value for name, value in optional.items() if value is not None})
    found["explanation"] = [{"label": label, "text": text} for label, text in line.explanation]
    return found


def _tier(line: Line) -> dict[str, Any] | None:
    if line.tier is None:
        return None
    size = None if line.tier.size is None else money.text(line.tier.size)
    return {"level": line.tier.level, "starting_at": money.text(line.tier.starting_at), "size": size}


def _applied(applied: Applied) -> dict[str, Any]:
    return {
        "applied_commit_or_credit": {"id": applied.id, "type": applied.type},
        "commit_id": applied.id,
        "commit_segment_id": applied.segment_id,
        "commit_type": _COMMIT_TYPES[applied.type],
    }


def balance_json(balance: Balance) -> dict[str, Any]:
    """One balance with its ledger."""
    return {
        "customer_id": balance.customer_id,
        "contract_id": balance.contract_id,
        "id": balance.id,
        "type": balance.type,
        "name": balance.name,
        "product_id": balance.product_id,
        "credit_type": credit_type(balance.credit_type_id),
        "priority": balance.priority,
        "balance": balance.balance,
        "ledger": [
            {
                "type": e.type,
                "timestamp": time.stamp(e.timestamp),
                "amount": e.amount,
                "segment_id": e.segment_id,
                "invoice_id": e.statement_id,
            }
            for e in balance.ledger
        ],
    }


COLUMNS = (
    "customer_id", "contract_id", "type", "status", "start", "end", "issued_at", "line_type", "name", "groups", "tier",
    "quantity", "unit_price", "total", "credit_type", "balance_id",
)  # fmt: skip
"""The columns of `rows`."""


def rows(preview: Preview) -> Iterator[tuple[str, ...]]:
    """One row of text per line (`COLUMNS`), and one per statement with its total; totals half up to the stored unit."""
    for s in preview.statements:
        head = (
            s.customer_id,
            s.contract_id,
            s.type,
            s.status,
            time.stamp(s.start) if s.start else "",
            time.stamp(s.end) if s.end else "",
            time.stamp(s.issued_at),
        )
        for line in s.lines:
            yield (*head, *_row(line))
        unit = credit_type(s.credit_type_id)["name"]
        yield (*head, "total", "", "", "", "", "", display(s.total), unit, "")


def _row(line: Line) -> tuple[str, ...]:
    values = {**line.pricing_group_values, **line.presentation_group_values}
    return (
        line.type,
        line.name,
        ", ".join(f"{k}={v}" for k, v in values.items()),
        str(line.tier.level) if line.tier else "",
        money.text(line.quantity) if line.quantity is not None else "",
        money.text(line.unit_price) if line.unit_price is not None else "",
        display(line.total),
        credit_type(line.credit_type_id)["name"],
        line.applied.id if line.applied else "",
    )


def display(amount: Decimal) -> str:
    """An amount half up to two places of its stored unit's hundredth at most: whole cents for USD (README, §4.17)."""
    return money.text(money.round_to(amount, 0, Rounding.HALF_UP))
