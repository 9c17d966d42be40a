"""Credits: usage given away."""

from __future__ import annotations

from collections.abc import Sequence

from screens.terms.balance_shape import BalanceShape
from screens.terms.offering import Offering
from screens.terms.shape import Payload, Values, filled
from screens.widgets.fields import Field
from store.terms.balances import Credit


class CreditShape(BalanceShape):
    """A credit of a contract."""

    kind, noun, model, ENTITY = "credits", "credit", Credit, "contract_credit"

    def fields(self, offering: Offering, base: Payload) -> Sequence[Field]:
        """Product, amount, dates; the rest behind."""
        return [*self.head(offering, base), *self.tail(offering, base)]

    def payload(self, values: Values, base: Payload) -> Payload:
        """In the order of the guide's requests."""
        made = filled(name=values.get("name"), product_id=values.get("product_id"))
        return made | filled(access_schedule=self.access(values, base)) | self.rest(values, base)

    def sentences(self, payload: Payload, offering: Offering) -> tuple[str, ...]:
        """What can be used."""
        return (self.access_sentence(payload, offering), "Given away: its cost basis is 0.")
