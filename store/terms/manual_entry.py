"""A balance put right by hand: so much more or less in one of its segments, and why (README, §2.22)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pydantic import Field

from store.errors import Problem
from store.terms import money
from store.terms.balances import Balance
from store.terms.base import Id, Ref, Term
from store.terms.editing import segment_id
from store.terms.money import Amount
from store.terms.recurring import RecurringBalance
from store.terms.schedules import AccessItem
from store.terms.time import Instant, instant

NO_SEATS = Problem("/per_group_amounts", "is only for a balance that each seat has one of")


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
    per_group_amounts: dict[str, Amount] | None = Field(default=None, min_length=1)
    """Seat → its part of the amount, for a balance that each seat has one of; `segment_id` then names the balance's."""
    timestamp: Instant | None = None
    """From when on it counts; the segment's start where none is given."""
    uniqueness_key: str | None = Field(default=None, min_length=1, max_length=128)

    def problems(self) -> Iterator[Problem]:
        """It adds or takes something."""
        if self.amount == 0:
            yield Problem("/amount", "must not be 0")
        if self.per_group_amounts and money.add(*self.per_group_amounts.values()) != self.amount:
            yield Problem("/per_group_amounts", "must add up to amount")

    @property
    def recurring(self) -> tuple[str, datetime] | None:
        """The recurring term that created the balance, and when, as such a balance's id says; None for any other."""
        term, _, created = self.balance_id.rpartition("/")
        try:
            return (term, instant(created)) if term else None
        except ValueError:
            return None

    def misplaced_in(self, term: RecurringBalance | None, seated: bool) -> Problem | None:
        """Why it does not fit a balance that a recurring term creates (for each seat, if `seated`), or None."""
        created = self.recurring
        if term is None or created is None or created[1] < term.starting_at:
            return Problem("/balance_id", f"there is no commit or credit {self.balance_id}")
        if not self.segment_id.startswith(f"{self.balance_id}/segments/"):
            return Problem("/segment_id", f"{term.name or term.id} has no segment {self.segment_id}")
        if self.per_group_amounts and not seated:
            return NO_SEATS
        return None

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
        return NO_SEATS if self.per_group_amounts else None


def segment_of(balance: Balance, wanted: str) -> AccessItem | None:
    """A segment of a balance by its id."""
    items = enumerate(balance.access_schedule.schedule_items)
    return next((item for k, item in items if segment_id(balance.id or "", item, k) == wanted), None)
