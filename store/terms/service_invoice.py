"""Work that is billed: an invoice made by hand for professional services of a contract (README, §2.13)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from pydantic import Field

from store.errors import Problem
from store.terms import money
from store.terms.base import Id, Ref, Term
from store.terms.charges import ProfessionalService
from store.terms.money import NonNegative
from store.terms.time import Instant


class Billed(NamedTuple):
    """What a line comes to: `amount` = `unit_price` × `quantity`, in stored units."""

    unit_price: Decimal
    quantity: Decimal
    amount: Decimal


class ServiceLine(Term):
    """So much of one service: an amount, or a quantity at a price (the service's own, where none is given)."""

    professional_service_id: Ref
    amount: NonNegative | None = None
    unit_price: NonNegative | None = None
    quantity: NonNegative | None = None
    metadata: str | None = None

    def problems(self) -> Iterator[Problem]:
        """An amount, or a quantity; a price goes with a quantity."""
        if (self.amount is None) == (self.quantity is None):
            yield Problem("/amount", "or quantity is required, not both")
        elif self.unit_price is not None and self.quantity is None:
            yield Problem("/quantity", "is required beside unit_price")

    def billed(self, service: ProfessionalService) -> Billed:
        """What the line comes to for its service."""
        if self.quantity is None:
            amount = self.amount or Decimal(0)
            return Billed(amount, Decimal(1), amount)
        price = service.unit_price if self.unit_price is None else self.unit_price
        return Billed(price, self.quantity, money.multiply(price, self.quantity))


class ServiceInvoice(Term):
    """An invoice of `issued_at` for work of a contract's professional services."""

    BUNDLE_ONLY = frozenset({"id", "recorded_at"})

    id: Id | None = None
    recorded_at: Instant | None = None
    customer_id: Id | None = None
    contract_id: Id | None = None
    issued_at: Instant
    line_items: tuple[ServiceLine, ...] = Field(min_length=1)
