"""A preview and a comparison as readers get them: the promised JSON shapes (README, *Formats*)."""

from __future__ import annotations

from typing import Any

from store.rating.credit_types import credit_type
from store.rating.difference import Comparison
from store.rating.runout import RunOut
from store.rating.spreadsheet import as_csv, differences_csv
from store.rating.statement import Applied, Balance, Line, Preview, Statement
from store.terms import money, time

__all__ = [
    "as_csv", "as_json", "balance_json", "credit_type", "differences", "differences_csv", "line_json", "statement_json",
]  # fmt: skip

_COMMIT_TYPES = {"PREPAID": "PrepaidCommit", "CREDIT": "PrepaidCommit", "POSTPAID": "PostpaidCommit"}


def as_json(preview: Preview, *, explain: bool = True) -> dict[str, Any]:
    """The preview in the shape that is promised; decimals stay `Decimal`, for an exact writer."""
    return {
        "statements": [statement_json(s, explain=explain) for s in preview.statements],
        "balances": [balance_json(b) for b in preview.balances],
        "unmatched": [
            {"reason": u.reason, "events": u.events, "message": u.message, **u.detail} for u in preview.unmatched
        ],
        "warnings": [{"code": w.code, "message": w.message, "path": w.path} for w in preview.warnings],
    }


def statement_json(statement: Statement, *, explain: bool = True) -> dict[str, Any]:
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
        **({"due_at": time.stamp(statement.due_at)} if statement.due_at else {}),
        "credit_type": credit_type(statement.credit_type_id),
        "line_items": [line_json(line, explain=explain) for line in statement.lines],
        "total": statement.total,
        **({"payer": statement.payer._asdict()} if statement.payer else {}),
        **({"constituent_invoices": [c._asdict() for c in statement.constituents]} if statement.constituents else {}),
    }


def line_json(line: Line, *, explain: bool = True) -> dict[str, Any]:
    """One line with the fields of the API (README, §2.21) and, unless told otherwise, its explanation."""
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
    if line.origin is not None:
        found["origin"] = line.origin._asdict()
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
        "professional_service_id": line.professional_service_id,
        "is_prorated": line.is_prorated,
        "list_price": line.list_price,
    }
    found.update({name: value for name, value in optional.items() if value is not None})
    if explain:
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
        **({"rolled_over_from": balance.rolled_over_from._asdict()} if balance.rolled_over_from else {}),
        **({"per_group_balances": dict(balance.seats)} if balance.seats else {}),
        "ledger": [
            {
                "type": e.type,
                "timestamp": time.stamp(e.timestamp),
                "amount": e.amount,
                "segment_id": e.segment_id,
                "invoice_id": e.statement_id,
                **({"reason": e.reason} if e.reason is not None else {}),
            }
            for e in balance.ledger
        ],
    }


def _run_out(out: RunOut | None) -> dict[str, Any] | None:
    return None if out is None else {"day": time.stamp(out.day), "lapsed": out.lapsed}


def differences(comparison: Comparison) -> dict[str, Any]:
    """What changes, statement by statement: lines added, removed and changed with what they were and are."""
    return {
        "statements": [
            {
                "status": change.status,
                "contract_id": change.either.contract_id,
                "type": change.either.type,
                "start_timestamp": time.stamp(change.either.start) if change.either.start else None,
                "issued_at": time.stamp(change.either.issued_at),
                "total_before": change.before.total if change.before else None,
                "total_after": change.after.total if change.after else None,
                "delta": change.delta,
                "lines": [
                    {
                        "status": line.status,
                        "delta": line.delta,
                        "before": line_json(line.before, explain=False) if line.before else None,
                        "after": line_json(line.after, explain=False) if line.after else None,
                    }
                    for line in change.lines
                    if line.status != "same"
                ],
            }
            for change in comparison.changed
        ],
        "balances": [
            {
                "status": change.status,
                "id": found.id,
                "name": found.name,
                "balance_before": change.before.balance if change.before else None,
                "balance_after": change.after.balance if change.after else None,
                "delta": change.delta,
                "runs_out_before": _run_out(change.out_before),
                "runs_out_after": _run_out(change.out_after),
            }
            for change in comparison.balances
            if change.status != "same" and (found := change.after or change.before)
        ],
        "totals": [
            {"credit_type": credit_type(unit), "before": before, "after": after}
            for unit, (before, after) in comparison.totals.items()
        ],
    }
