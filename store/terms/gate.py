"""Payments that must succeed before a balance can be used (README, §2.16)."""

from __future__ import annotations

from typing import Literal

from store.terms.base import Term
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
    tax_type: Literal["NONE", "STRIPE", "ANROK", "PRECALCULATED"] = "NONE"
    stripe_config: StripeConfig | None = None
    precalculated_tax_config: PrecalculatedTax | None = None
