"""What happened to each balance, and what is left of it (README, §2.22)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from store.rating.accounts import Account, Segment, SegmentKey
from store.rating.statement import Balance, LedgerEntry, RolledOver

ZERO = Decimal(0)
_ORDER = ("START", "INITIAL_BALANCE", "ADJUSTMENT", "MANUAL", "DEDUCTION", "ROLLOVER", "TRUEUP", "EXPIRATION")


class Taken(NamedTuple):
    """What one statement took from a segment."""

    at: datetime
    amount: Decimal
    statement_id: str


class Moved(NamedTuple):
    """What left a segment at once: carried over by a renewal, or owed by a true-up."""

    at: datetime
    amount: Decimal


@dataclass(slots=True)
class Ledger:
    """What happened to each segment, while statements are walked in order."""

    taken: dict[SegmentKey, list[Taken]] = field(default_factory=dict)
    moved: dict[SegmentKey, Moved] = field(default_factory=dict)
    """What a renewal took along."""
    trueups: dict[SegmentKey, Moved] = field(default_factory=dict)
    carried: dict[SegmentKey, Decimal] = field(default_factory=dict)
    """What renewals gave to the segments that they made."""
    _drawn: dict[SegmentKey, Decimal] = field(default_factory=dict)

    def amount(self, segment: Segment) -> Decimal:
        """What a segment holds at its start."""
        return self.carried.get(segment.state, segment.amount)

    def drawn(self, segment: Segment) -> Decimal:
        """The sum of what statements took from a segment."""
        return self._drawn.get(segment.state, ZERO)

    def left(self, segment: Segment) -> Decimal:
        """What no statement has taken of a segment's amount and of what was added by hand."""
        left = self.amount(segment) - self.drawn(segment)
        for entry in segment.manual:
            left += entry.amount
        return left

    def open_to(self, segment: Segment, end: datetime, closes: datetime) -> Decimal:
        """What a statement may take that ends and closes then; entries dated or recorded later are not for it."""
        left = self.left(segment)
        for entry in segment.manual:
            if entry.timestamp > end or entry.recorded > closes:
                left -= entry.amount
        return left

    def take(self, segment: Segment, at: datetime, amount: Decimal, statement_id: str) -> None:
        """Records what one statement took: dated its end, or the segment's if that is earlier."""
        self.taken.setdefault(segment.state, []).append(Taken(min(at, segment.end), amount, statement_id))
        self._drawn[segment.state] = self.drawn(segment) + amount


def balance(account: Account, ledger: Ledger, as_of: datetime) -> Balance:
    """A balance at an instant: the sum of what its active segments have left, and its entries so far."""
    entries: list[LedgerEntry] = []
    active, seats = ZERO, dict[str, Decimal]()
    for segment in account.segments:
        entries.extend(_entries(segment, ledger, as_of))
        ends = _ends(segment)
        if segment.start <= as_of < ends:
            left = max(ledger.left(segment), ZERO)
            active += left
            if segment.seat is not None:
                seats[segment.seat[1]] = seats.get(segment.seat[1], ZERO) + left
    entries.sort(key=_entry_order)
    return Balance(
        customer_id=account.customer_id,
        contract_id=account.contract_id,
        id=account.id,
        type=account.kind,
        name=account.name,
        product_id=account.product_id,
        balance=active,
        original=sum((ledger.amount(s) for s in account.segments), ZERO),
        ledger=tuple(entries),
        starting_at=min(s.start for s in account.segments),
        ending_before=max(s.end for s in account.segments),
        credit_type_id=account.unit,
        priority=account.priority,
        rolled_over_from=_origin(account),
        seats=tuple(seats.items()),
    )


def _origin(account: Account) -> RolledOver | None:
    if account.rolled_from is None or account.rolled_out_of is None:
        return None
    return RolledOver(account.rolled_from, account.rolled_out_of)


def _entry_order(entry: LedgerEntry) -> tuple[datetime, int]:
    return entry.timestamp, _rank(entry.type)


@cache
def _rank(entry_type: str) -> int:
    return next(k for k, word in enumerate(_ORDER) if word in entry_type)


def _ends(segment: Segment) -> datetime:
    archived = segment.account.archived_at
    return segment.end if archived is None else min(segment.end, archived)


def _entries(segment: Segment, ledger: Ledger, as_of: datetime) -> list[LedgerEntry]:
    taken = ledger.taken.get(segment.state, [])
    if segment.start > as_of and not taken:
        return []
    kind = segment.account.kind
    prefix = {"PREPAID": "PREPAID_COMMIT", "POSTPAID": "POSTPAID_COMMIT", "CREDIT": "CREDIT"}[kind]
    first = "POSTPAID_COMMIT_INITIAL_BALANCE" if kind == "POSTPAID" else f"{prefix}_SEGMENT_START"
    if segment.adjustment:
        first = f"{prefix}_SEAT_BASED_ADJUSTMENT"
    found = [LedgerEntry(first, segment.start, ledger.amount(segment), segment.id)]
    by_hand = f"{prefix}_MANUAL"
    found.extend(LedgerEntry(by_hand, m.timestamp, m.amount, segment.id, None, m.reason) for m in segment.manual)
    deduction = f"{prefix}_AUTOMATED_INVOICE_DEDUCTION"
    found.extend(LedgerEntry(deduction, at, -amount, segment.id, where) for at, amount, where in taken)
    unused = ledger.left(segment)
    if segment.state in ledger.moved:
        at, amount = ledger.moved[segment.state]
        found.append(LedgerEntry(f"{prefix}_ROLLOVER", at, -amount, segment.id))
        unused -= amount
    if segment.state in ledger.trueups:
        at, amount = ledger.trueups[segment.state]
        if at <= as_of and amount:
            found.append(LedgerEntry("POSTPAID_COMMIT_TRUEUP", at, -amount, segment.id))
    elif unused > 0 and _ends(segment) <= as_of:
        found.append(LedgerEntry(f"{prefix}_EXPIRATION", _ends(segment), -unused, segment.id))
    return found
