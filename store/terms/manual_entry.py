"""A balance put right by hand: so much more or less in one of its segments, and why (README, §2.22)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pydantic import Field

from store.errors import Problem
from store.terms.balances import Balance
from store.terms.base import Id, Ref, Term
from store.terms.editing import segment_id
from store.terms.money import Amount
from store.terms.schedules import AccessItem
from store.terms.time import Instant


class ManualEntry(Term):
    """Adds to (positive) or takes from (negative) a segment of a commit or credit, of a contract or of a customer."""

    BUNDLE_ONLY = frozenset({"id", "recorded_at"})

    id: Id | None = None
    recorded_at: Instant | None = None
    customer_id: Id | None = None
    contract_id: Id | None = None
    balance_id: Ref
    """The commit or credit."""
    segment_id: Ref
    amount: Amount
    reason: str = Field(min_length=1)
    timestamp: Instant | None = None
    """From when on it counts; the segment's start where none is given."""

    def problems(self) -> Iterator[Problem]:
        """It adds or takes something."""
        if self.amount == 0:
            yield Problem("/amount", "must not be 0")

    def counts_from(self, segment: AccessItem) -> datetime:
        """The instant it is dated."""
        return self.timestamp or segment.starting_at

    def misplaced(self, balance: Balance | None) -> Problem | None:
        """Why it does not fit the balance it names, or None; `balance` is None where there is no such balance."""
        if balance is None:
            return Problem("/balance_id", f"there is no commit or credit {self.balance_id}")
        segment = segment_of(balance, self.segment_id)
        if segment is None:
            return Problem("/segment_id", f"{balance.name or balance.id} has no segment {self.segment_id}")
        if not segment.starting_at <= self.counts_from(segment) < segment.ending_before:
            return Problem("/timestamp", "must lie within the segment")
        return None


def segment_of(balance: Balance, wanted: str) -> AccessItem | None:
    """A segment of a balance by its id."""
    items = enumerate(balance.access_schedule.schedule_items)
    return next((item for k, item in items if segment_id(balance.id or "", item, k) == wanted), None)
