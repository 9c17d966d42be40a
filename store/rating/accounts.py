"""Balances made ready to be drawn: their segments with the keys that order them (README, §4.12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from store.rating.matching import UNLIMITED, Subject, breadth, may_draw, unlimited
from store.terms import time
from store.terms.balances import (
    Applicability,
    Balance,
    Commit,
    CommitType,
    CustomerCommit,
    CustomerCredit,
    RateChoice,
    priority,
)
from store.terms.editing import segment_id
from store.terms.hierarchy import reached
from store.terms.manual_entry import ManualEntry

Reach = tuple[tuple[str, frozenset[str]], ...]
"""The products that balances can be drawn by, with their tags."""

ROLLOVER, PREPAID, POSTPAID = 0, 1, 2
"""The three categories of drawing order; they always beat priority."""

SORT_KEYS = (
    "category (rollover, then prepaid and credits, then postpaid)",
    "postpaid rollover before other rollover",
    "priority",
    "free before paid",
    "fewest applicable products",
    "fewest group-value specifiers",
    "earlier end",
    "earlier start",
    "fewest applicable contracts",
    "order of creation",
    "id",
)
"""What each component of a segment's sort key compares; the first difference decides."""

SortKey = tuple[int, int, Decimal, int, int, int, datetime, datetime, int, int, str]

SegmentKey = tuple[str, str, str]
"""A segment whatever state of its contract it comes from: owner, balance and segment, by id."""


@dataclass(slots=True, eq=False)
class Account:
    """A commit or credit as rating sees it."""

    id: str
    customer_id: str
    contract_id: str | None
    kind: str
    """PREPAID, POSTPAID or CREDIT."""
    name: str
    product_id: str
    unit: str
    priority: Decimal
    at_commit_rate: bool
    paid: bool
    term: Applicability
    contracts: frozenset[str] | None
    """The contracts that may draw it; None: all of the customer."""
    order: int
    path: str
    rollover: bool = False
    archived_at: datetime | None = None
    recurring_id: str | None = None
    rolled_from: str | None = None
    rolled_out_of: str | None = None
    """The contract that a renewal took it from."""
    rollover_fraction: Decimal | None = None
    children: frozenset[str] = frozenset()
    """Child contracts that may draw it too."""
    unlimited: bool = False
    """Whether it pays for whatever there is: nothing limits what may draw it."""
    segments: list[Segment] = field(default_factory=list)

    @property
    def owner(self) -> str:
        """The contract, or the customer, whose balance it is."""
        return self.contract_id or self.customer_id

    def covers(self, subject: Subject) -> bool:
        """Whether lines of the subject may draw it."""
        return self.unlimited or may_draw(self.term, subject)


class Manual(NamedTuple):
    """What was added to a segment by hand (taken from it, if negative)."""

    timestamp: datetime
    recorded: datetime
    amount: Decimal
    reason: str


@dataclass(slots=True, eq=False)
class Segment:
    """A part of a balance with its own amount, usable in `[start, end)`; `stated_end` is the end as written.

    What a renewal carries over has no amount of its own: the ledger knows it once it has happened.
    """

    id: str
    account: Account
    amount: Decimal
    start: datetime
    end: datetime
    stated_end: datetime
    key: SortKey
    state: SegmentKey
    """Under which what was drawn from it is remembered."""
    manual: tuple[Manual, ...] = ()
    """In the order recorded."""
    adjustment: bool = False
    """Added by more seats, not there from the start."""
    seat: tuple[str, str] | None = None
    """The group value, as key and value, whose usage alone draws it; None: whatever the account covers."""

    def covers(self, subject: Subject) -> bool:
        """Whether lines of the subject may draw it."""
        if self.seat is not None:
            key, value = self.seat
            if value not in (subject.pricing.get(key), subject.presentation.get(key)):
                return False
        return self.account.covers(subject)


class Owner(NamedTuple):
    """Who holds balances, and what limits them."""

    customer_id: str
    contract_id: str | None
    path: str
    span: time.Span
    """Segments end with the contract; a customer's balances have no such limit."""
    reach: Reach
    children: Mapping[str, tuple[str, ...]] = {}
    """Contract → its child contracts, for every contract that may draw what is held."""


def account(
    balance: Balance, owner: Owner, *, name: str, order: int, path: str, archived_at: datetime | None = None
) -> Account:
    """A commit or credit of a contract or a customer as an account with its segments; `name` where it has none."""
    kind, paid, contracts = "CREDIT", False, None
    if isinstance(balance, Commit):
        kind = "POSTPAID" if balance.type is CommitType.POSTPAID else "PREPAID"
        paid = balance.invoice_schedule is not None and bool(balance.invoice_schedule.total)
    if owner.contract_id is not None:
        contracts = frozenset({owner.contract_id})
    elif isinstance(balance, CustomerCommit | CustomerCredit) and balance.applicable_contract_ids is not None:
        contracts = frozenset(balance.applicable_contract_ids)
    parents = owner.children if contracts is None else contracts
    below = (child for parent in parents for child in owner.children.get(parent, ()))
    key = balance.id or f"{owner.customer_id}{path}"
    made = Account(
        id=key,
        customer_id=owner.customer_id,
        contract_id=owner.contract_id,
        kind=kind,
        name=balance.name or name,
        product_id=balance.product_id,
        unit=balance.credit_type,
        priority=priority(balance),
        at_commit_rate=balance.rate_type is RateChoice.COMMIT_RATE,
        paid=paid,
        term=balance,
        contracts=contracts,
        order=order,
        path=owner.path + path,
        archived_at=archived_at,
        rollover_fraction=balance.rollover_fraction,
        children=reached(balance.hierarchy_configuration, below),
        unlimited=unlimited(balance),
    )
    for k, item in enumerate(balance.access_schedule.schedule_items):
        add_segment(
            made, segment_id(key, item, k), item.amount, item.starting_at, item.ending_before, owner.span, owner.reach
        )
    return made


def add_segment(
    made: Account,
    id: str,
    amount: Decimal,
    start: datetime,
    end: datetime,
    span: time.Span,
    reach: Iterable[tuple[str, frozenset[str]]],
) -> Segment:
    """Adds a segment, ended with the contract at the latest."""
    usable = min(end, span.end)
    key = sort_key(made, start, usable, id, reach)
    segment = Segment(id, made, amount, start, usable, end, key, (made.owner, made.id, id))
    made.segments.append(segment)
    return segment


def enter(
    accounts: Sequence[Account], entries: Iterable[tuple[ManualEntry, datetime]]
) -> tuple[tuple[ManualEntry, str], ...]:
    """Puts manual entries on the segments that they name; returns those that name none, or no time of it, and why.

    Segments are found by their id, or, for amounts of single seats, as the last of the balance that a seat has.
    """
    held: dict[tuple[str, str], Segment] | None = None
    missed: list[tuple[ManualEntry, str]] = []
    for entry, recorded in entries:
        if held is None:
            held = {(a.id, s.id): s for a in accounts for s in a.segments}
            held |= {(a.id, f"seat {s.seat[1]}"): s for a in accounts for s in a.segments if s.seat}
        seats = entry.per_group_amounts
        parts = (
            {f"seat {seat}": amount for seat, amount in seats.items()} if seats else {entry.segment_id: entry.amount}
        )
        for id, amount in parts.items():
            segment = held.get((entry.balance_id, id))
            at = entry.timestamp or (segment.start if segment else recorded)
            if segment is None:
                missed.append((entry, f"there is no {id}" if seats else f"there is no segment {id}"))
            elif not segment.start <= at < segment.end:
                missed.append((entry, "it is dated outside the segment"))
            else:
                segment.manual = (*segment.manual, Manual(at, recorded, amount, entry.reason))
    return tuple(missed)


def sort_key(
    made: Account, start: datetime, end: datetime, id: str, reach: Iterable[tuple[str, frozenset[str]]]
) -> SortKey:
    """The key by which segments are drawn, smallest first (`SORT_KEYS` names its components)."""
    products, specifiers = breadth(made.term, reach)
    if made.rollover:
        first = 0 if made.kind == "POSTPAID" else 1
        return ROLLOVER, first, made.priority, 0, products, specifiers, end, time.DISTANT_PAST, 0, made.order, id
    category = POSTPAID if made.kind == "POSTPAID" else PREPAID
    contracts = UNLIMITED if made.contracts is None else len(made.contracts | made.children)
    return (
        category, 0, made.priority, int(made.paid), products, specifiers, end, start, contracts, made.order, id,
    )  # fmt: skip


def deciding_key(first: Segment, second: Segment) -> str:
    """Which component of the sort key put the first segment before the second."""
    for name, a, b in zip(SORT_KEYS, first.key, second.key, strict=True):
        if a != b:
            return name
    return SORT_KEYS[-1]
