"""What a recurring commit or credit does, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from screens.terms import reading
from screens.terms.offering import Offering
from store.terms import money

CREATED = "STATEMENT"
"""The value that stands for “once for each usage statement”, which a request says by saying nothing."""
EVERY = (
    (CREATED, "Statement"), ("DAILY", "Day"), ("WEEKLY", "Week"), ("MONTHLY", "Month"), ("QUARTERLY", "Quarter"),
    ("ANNUAL", "Year"),
)  # fmt: skip
_PERIODS = {value: label.lower() for value, label in EVERY} | {CREATED: "usage statement"}


def every(payload: dict[str, Any]) -> str:
    """`every month`, `every usage statement`."""
    named = str(payload.get("recurrence_frequency") or CREATED).upper()
    return "every " + _PERIODS.get(named, named.lower())


def amount_of(payload: dict[str, Any], offering: Offering) -> str:
    """`$500.00 every month`, `$10.00 per seat of Seats every month, each for 2 periods`."""
    access, link = payload["access_amount"], payload.get("subscription_config")
    unit, quantity = access.get("credit_type_id"), access.get("quantity")
    each = Decimal(access["unit_price"])
    if (link and quantity is None) or (link and link.get("allocation") == "INDIVIDUAL"):
        each = each if quantity is None else money.multiply(each, Decimal(quantity))
        text = f"{reading.amount(each, unit)} per seat of {offering.subscription_name(link['subscription_id'])}"
    else:
        text = reading.amount(money.multiply(each, Decimal(quantity)), unit)
    lasts = payload["commit_duration"]["value"]
    return f"{text} {every(payload)}" + (f", each for {lasts} periods" if lasts != 1 else "")


def invoiced_at(payload: dict[str, Any]) -> str:
    """What each is invoiced at."""
    invoice = payload.get("invoice_amount")
    if not invoice:
        return "Nothing is invoiced for it: its cost basis is 0."
    total = money.multiply(Decimal(invoice["unit_price"]), Decimal(invoice["quantity"]))
    return f"Invoiced at {reading.amount(total, invoice.get('credit_type_id'))} {every(payload)}, when it is made."
