"""How often usage is stated, and from which anchor (README, §2.6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from store.errors import Problem
from store.terms.base import Spelled, Term
from store.terms.rates import BillingFrequency
from store.terms.time import HourInstant


class StatementDay(Spelled):
    """Where statement periods are anchored."""

    FIRST_OF_MONTH = "FIRST_OF_MONTH"
    CONTRACT_START = "CONTRACT_START"
    CUSTOM_DATE = "CUSTOM_DATE"


class UsageStatementSchedule(Term):
    """How often usage is stated and from which anchor."""

    frequency: BillingFrequency
    day: StatementDay | None = None
    billing_anchor_date: HourInstant | None = None
    invoice_generation_starting_at: HourInstant | None = None

    def problems(self) -> Iterator[Problem]:
        """An anchor date exactly with CUSTOM_DATE."""
        if self.day is StatementDay.CUSTOM_DATE and self.billing_anchor_date is None:
            yield Problem("/billing_anchor_date", "is required with CUSTOM_DATE")
        if self.day is not StatementDay.CUSTOM_DATE and self.billing_anchor_date is not None:
            yield Problem("/billing_anchor_date", "is only for CUSTOM_DATE")
