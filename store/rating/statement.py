"""What rating yields: statements, balances with their ledgers, usage nobody took, warnings; all frozen values.

Amounts are exact decimals in the stored unit of their credit type (USD: cents). Field names are the API's (README,
§2.21–2.22); `store.rating.report` writes them as JSON. Those made by the thousand are named tuples: quickest to make.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from store.terms.money import USD

Groups = Mapping[str, str]
NO_GROUPS: Groups = {}


class TierPosition(NamedTuple):
    """Which tier a line's units fall in: `level` from 1, the quantity where it begins, its width (None: open)."""

    level: int
    starting_at: Decimal
    size: Decimal | None


class Applied(NamedTuple):
    """The balance that paid a line: its id, its segment, and PREPAID, POSTPAID or CREDIT."""

    id: str
    type: str
    segment_id: str
    name: str


class Origin(NamedTuple):
    """Where a line of a consolidated statement was copied from."""

    customer_id: str
    contract_id: str
    invoice_id: str
    line_item_id: str


class Party(NamedTuple):
    """A contract, and whose it is: the one that pays a statement."""

    customer_id: str
    contract_id: str


class Constituent(NamedTuple):
    """A statement that a consolidated one is made of."""

    invoice_id: str
    customer_id: str
    contract_id: str


class Line(NamedTuple):
    """One line of a statement. `type`: usage, subscription, scheduled, commit_purchase, applied_commit_or_credit,
    cpu_conversion. Applied lines have a total only (negative). `explanation` says, in order, how the number came to be:
    pairs of a short label and a sentence, built by the computation itself."""

    type: str
    name: str
    total: Decimal
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    product_id: str | None = None
    product_type: str | None = None
    product_tags: tuple[str, ...] = ()
    credit_type_id: str = USD
    starting_at: datetime | None = None
    ending_before: datetime | None = None
    pricing_group_values: Groups = NO_GROUPS
    presentation_group_values: Groups = NO_GROUPS
    tier: TierPosition | None = None
    applied: Applied | None = None
    list_price: Decimal | None = None
    scheduled_charge_id: str | None = None
    commit_id: str | None = None
    postpaid_commit_id: str | None = None
    subscription_id: str | None = None
    discount_id: str | None = None
    professional_service_id: str | None = None
    is_prorated: bool | None = None
    explanation: Sequence[tuple[str, str]] = ()
    origin: Origin | None = None


class Statement(NamedTuple):
    """One invoice as it would be raised: USAGE for a period, or SCHEDULED for a date (`issued_at`; no period).

    USAGE_CONSOLIDATED repeats a parent's statement and its children's on one invoice: no money beside theirs.
    """

    id: str
    customer_id: str
    contract_id: str
    type: str
    status: str
    issued_at: datetime
    lines: tuple[Line, ...]
    total: Decimal
    start: datetime | None = None
    end: datetime | None = None
    credit_type_id: str = USD
    due_at: datetime | None = None
    """When it is to be paid, where the contract says how many days that takes."""
    payer: Party | None = None
    """Who pays it, if not its own contract's customer."""
    constituents: tuple[Constituent, ...] = ()
    """What a consolidated one is made of."""


class LedgerEntry(NamedTuple):
    """One movement of a balance (README, §2.22): positive adds, negative takes."""

    type: str
    timestamp: datetime
    amount: Decimal
    segment_id: str
    statement_id: str | None = None
    reason: str | None = None
    """Why an entry was made by hand."""


class RolledOver(NamedTuple):
    """The balance, and its contract, that a renewal carried over."""

    commit_id: str
    contract_id: str


class Balance(NamedTuple):
    """A commit or credit at the instant the book is seen from: what its active segments have left, and its ledger."""

    customer_id: str
    contract_id: str | None
    id: str
    type: str
    name: str
    product_id: str
    balance: Decimal
    original: Decimal
    ledger: tuple[LedgerEntry, ...]
    starting_at: datetime
    ending_before: datetime
    credit_type_id: str = USD
    priority: Decimal = Decimal(100)
    rolled_over_from: RolledOver | None = None
    seats: tuple[tuple[str, Decimal], ...] = ()
    """What each seat has left, where each has a balance of its own."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Usage that reaches no line: why, how many events, and what they have in common (contract, property, value …)."""

    reason: str
    events: int
    detail: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""


@dataclass(frozen=True, slots=True)
class Warning:
    """Money that might go missing or twice: a code for programs, a sentence for people, the path of the culprit."""

    code: str
    message: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything one rating of a book yields, in the order promised to readers."""

    statements: tuple[Statement, ...]
    balances: tuple[Balance, ...]
    unmatched: tuple[Unmatched, ...] = ()
    warnings: tuple[Warning, ...] = ()
