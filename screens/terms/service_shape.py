"""Professional services: work that is billed only when an invoice is scheduled for it (README, §2.13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from screens.terms import reading
from screens.terms.offering import Offering
from screens.terms.shape import Payload, Shape, Values, filled, number, only
from screens.widgets.fields import ChoiceField, Field, MoneyField, NumberField, TextField
from store.terms import money
from store.terms.charges import ProfessionalService

_PLAIN = ("product_id", "unit_price", "quantity", "max_amount", "description", "custom_fields")


class ServiceShape(Shape):
    """A professional service of a contract."""

    kind, noun, model = "professional_services", "professional service", ProfessionalService
    ENTITY = "professional_service"
    MANAGED = frozenset(_PLAIN)
    MORE = frozenset({"custom_fields"})

    def fields(self, offering: Offering, base: Payload) -> Sequence[Field]:
        """Product, price, quantity, the most that may be billed."""
        offered = offering.services
        return [
            ChoiceField(
                path="product_id", label="Product", required=True, choices=offered, default=only(offered),
                help="a professional service" if offered else "no professional service in the catalog yet",
            ),
            MoneyField(path="unit_price", label="Unit price", required=True, help="an amount each, such as 150.00"),
            NumberField(path="quantity", label="Quantity", required=True, help="how many, such as 10"),
            MoneyField(path="max_amount", label="At most", required=True, help="all its invoices together"),
            TextField(path="description", label="Description", help="internal"),
            *self.custom_fields(offering),
        ]  # fmt: skip

    def values(self, payload: Payload) -> dict[str, Any]:
        """As they are."""
        return filled(**{k: payload.get(k) for k in _PLAIN})

    def visible(self, values: Values) -> frozenset[str]:
        """All."""
        return self.MANAGED

    def payload(self, values: Values, base: Payload) -> Payload:
        """As they are."""
        made = filled(**{k: values.get(k) for k in _PLAIN if k != "custom_fields"})
        return made | filled(custom_fields=values.get("custom_fields", base.get("custom_fields"))) | self.kept(base)

    def sentences(self, payload: Payload, offering: Offering) -> tuple[str, ...]:
        """What it is worth, and that nothing is billed by itself."""
        return (f"{worth(payload)}; at most {reading.amount(payload['max_amount'])} in all.",
                "Billed only when an invoice is scheduled for it.")  # fmt: skip


def worth(payload: Payload) -> str:
    """`10 × $150.00 = $1,500.00`; empty while it is not complete."""
    price, quantity = payload.get("unit_price"), payload.get("quantity")
    if price is None or quantity is None:
        return ""
    total = reading.amount(money.multiply(number(price), number(quantity)))
    return f"{money.text(number(quantity))} × {reading.price(price)} = {total}"
