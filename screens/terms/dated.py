"""The fields of a charge schedule: one date, recurring, or a list of dates (README, §2.7)."""

from __future__ import annotations

from typing import Any

from screens.terms.line_kinds import ONE, InstalmentsField
from screens.terms.offering import Offering
from screens.terms.shape import Payload, Values, filled
from screens.widgets import when
from screens.widgets.fields import ChoiceField, DateField, Field, MoneyField, NumberField
from store.terms.time import instant

RECURRING = frozenset({"price", "quantity", "frequency", "distribution", "from", "until"})
DISTRIBUTIONS = (("EACH", "Each time"), ("DIVIDED", "Divided exactly"), ("DIVIDED_ROUNDED", "Divided, whole cents"))


def fields(
    offering: Offering, *, unit: str | None, price_required: bool = True, distribution: str = "EACH"
) -> list[Field]:
    """Price, quantity, dates; which are shown depends on the kind of schedule."""
    start = when.typed(offering.starting_at) if offering.starting_at else ""
    until = when.typed(offering.until) if offering.until else ""
    return [
        MoneyField(
            path="price", label="Price", required=price_required, credit_type_id=unit,
            help="an amount, such as 1,000.00" if price_required else "blank: the whole amount",
        ),
        NumberField(path="quantity", label="Quantity", default="1", help="how many"),
        DateField(
            path="timestamp", label="Date", required=True, default=start, hourly=False, clock=lambda: offering.now
        ),
        ChoiceField(
            path="frequency", label="Every", required=True, default="QUARTERLY",
            choices=(("MONTHLY", "Month"), ("QUARTERLY", "Quarter"), ("SEMI_ANNUAL", "Half-year"), ("ANNUAL", "Year")),
        ),
        ChoiceField(
            path="distribution", label="Price is charged", required=True, default=distribution, choices=DISTRIBUTIONS,
        ),
        DateField(
            path="from", label="From", required=True, default=start, hourly=False, clock=lambda: offering.now
        ),
        DateField(
            path="until", label="Until", required=True, default=until, end=True, hourly=False,
            clock=lambda: offering.now,
        ),
        InstalmentsField(path="dates", label="Dated amounts", required=True, credit_type_id=unit, now=offering.now),
    ]  # fmt: skip


def recurring(values: Values, *, total: Any = None) -> Payload:
    """A recurring schedule; without a price of its own, `total` is what is charged."""
    price = values.get("price", total)
    return filled(
        starting_at=values.get("from"),
        ending_before=values.get("until"),
        frequency=values.get("frequency"),
        unit_price=price,
        quantity=values.get("quantity", ONE) if price is not None else None,
        amount_distribution=values.get("distribution"),
    )


def once(values: Values) -> list[Payload]:
    """One dated item."""
    price = values.get("price")
    quantity = values.get("quantity", ONE) if price is not None else None
    return [filled(timestamp=values.get("timestamp"), unit_price=price, quantity=quantity)]


def recurring_values(schedule: Payload) -> dict[str, Any]:
    """The fields' values of a recurring schedule."""
    unit = schedule.get("unit_price")
    return filled(
        price=schedule.get("amount") if unit is None else unit,
        quantity=schedule.get("quantity", ONE),
        frequency=str(schedule.get("frequency", "")).upper(),
        distribution=str(schedule.get("amount_distribution", "")).upper(),
        **{"from": schedule.get("starting_at"), "until": schedule.get("ending_before")},
    )


def item_values(item: Payload) -> dict[str, Any]:
    """The fields' values of a single dated item."""
    unit = item.get("unit_price")
    return filled(
        timestamp=item.get("timestamp"),
        price=item.get("amount") if unit is None else unit,
        quantity=item.get("quantity", ONE),
    )


_FIELD = {
    "starting_at": "from",
    "ending_before": "until",
    "frequency": "frequency",
    "amount_distribution": "distribution",
    "unit_price": "price",
    "amount": "price",
    "quantity": "quantity",
    "timestamp": "timestamp",
}


def place(parts: list[str], shown: frozenset[str]) -> str:
    """The field of a problem below a charge schedule (`recurring_schedule/quantity`, `schedule_items/0/amount`)."""
    if "dates" in shown:
        return "dates"
    named = [_FIELD[part] for part in parts if part in _FIELD]
    if named and named[-1] in shown:
        return named[-1]
    return "price" if "price" in shown else ""


def same_instant(a: Any, b: Any) -> bool:
    """Whether two RFC 3339 texts name one instant."""
    return bool(a and b) and instant(a) == instant(b)
