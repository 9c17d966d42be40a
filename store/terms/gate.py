"""Payments that must succeed before a balance can be used (README, §2.16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from store.errors import Problem
from store.terms.base import Flag, Term
from store.terms.money import NonNegative


class StripeConfig(Term):
    """How Stripe collects a gated payment."""

    payment_type: Literal["INVOICE", "PAYMENT_INTENT"] = "INVOICE"
    invoice_metadata: dict[str, str] | None = None


class PrecalculatedTax(Term):
    """A tax amount worked out beforehand."""

    tax_amount: NonNegative
    tax_name: str | None = None


class PaymentGate(Term):
    """What must be paid before a balance can be used."""

    payment_gate_type: Literal["NONE", "STRIPE", "EXTERNAL"]
    tax_type: Literal["NONE", "STRIPE", "ANROK", "AVALARA", "PRECALCULATED"] = "NONE"
    stripe_config: StripeConfig | None = None
    precalculated_tax_config: PrecalculatedTax | None = None

    def problems(self) -> Iterator[Problem]:
        """Stripe's settings only with Stripe; an amount of tax exactly where it is precalculated."""
        if self.payment_gate_type != "STRIPE":
            if self.stripe_config is not None:
                yield Problem("/stripe_config", "is only for payment_gate_type STRIPE")
            if self.tax_type == "STRIPE":
                yield Problem("/tax_type", "STRIPE is only for payment_gate_type STRIPE")
        if (self.tax_type == "PRECALCULATED") != (self.precalculated_tax_config is not None):
            given = self.precalculated_tax_config is not None
            text = "is only for tax_type PRECALCULATED" if given else "is required for tax_type PRECALCULATED"
            yield Problem("/precalculated_tax_config", text)


class SpendTrackerAttributes(Term):
    """How a commit's purchase counts towards the contract's spend trackers; never changed."""

    counts_as_discounted: Flag
