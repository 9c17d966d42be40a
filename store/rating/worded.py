"""What a line counts and its unit price, as people read them: a composite takes a share of an amount."""

from __future__ import annotations

from decimal import Decimal

from store.rating.statement import Line
from store.terms import shown

SHARE = "CompositeProductListItem"


def quantity(line: Line, places: int = 6) -> str:
    """A line's quantity, for a composite the spend that it is a share of; empty where there is none."""
    if line.quantity is None:
        return ""
    if line.product_type == SHARE:
        return shown.amount(line.quantity, line.credit_type_id)
    return shown.quantity(line.quantity, places)


def unit_price(line: Line) -> str:
    """A line's unit price, for a composite its percentage; empty where there is none."""
    if line.unit_price is None or line.product_type == SHARE:
        return "" if line.unit_price is None else price(line, line.unit_price)
    return shown.short_price(line.unit_price, line.credit_type_id)


def price(line: Line, value: Decimal) -> str:
    """A price of the kind that the line has."""
    return shown.percent(value) if line.product_type == SHARE else shown.price(value, line.credit_type_id)
