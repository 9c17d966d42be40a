"""Custom pricing units: what no balance in the unit paid is converted to the card's currency (README, §4.16)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from store.errors import Invalid
from store.rating.cards import RateBook
from store.rating.explain import number, worth
from store.rating.lines import counts
from store.rating.statement import Line


def conversions(lines: Iterable[Line], card: RateBook | None, fiat: str) -> Iterator[Line]:
    """One line per custom unit with something left to pay."""
    used: dict[str, Decimal] = {}
    for line in lines:
        if line.credit_type_id != fiat and counts(line, line.credit_type_id):
            used[line.credit_type_id] = used.get(line.credit_type_id, Decimal(0)) + line.total
    for unit, quantity in used.items():
        if not quantity:
            continue
        rate = card.conversions.get(unit) if card else None
        if rate is None:
            path = (card.path if card else "") + "/credit_type_conversions"
            raise Invalid(f"has no conversion for the pricing unit {unit}", path=path)
        price = worth(rate, fiat)
        text = f"{number(quantity)} units of {unit} not paid by balances × {price}"
        yield Line(
            type="cpu_conversion",
            name=f"{unit} conversion",
            total=quantity * rate,
            quantity=quantity,
            unit_price=rate,
            credit_type_id=fiat,
            explanation=(("conversion", text),),
        )
