"""A statement's lines in words: pure functions from frozen values to literal-ready text, no widget in sight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from store.rating import worded
from store.rating.statement import Balance, Line, Statement
from store.terms import shown
from store.terms.time import DISTANT_FUTURE, Frequency, first_of_month, step

APPLIED = "applied_commit_or_credit"
CONSOLIDATED = "USAGE_CONSOLIDATED"
NOBODY: Mapping[str, str] = MappingProxyType({})

KINDS = {
    "usage": "usage",
    "subscription": "subscription",
    "scheduled": "scheduled charge",
    "commit_purchase": "purchase of a commit",
    APPLIED: "paid from a balance",
    "cpu_conversion": "conversion of units",
}
"""Line type → what it is."""

BALANCE_KINDS = {"PREPAID": "prepaid commit", "POSTPAID": "postpaid commit", "CREDIT": "credit"}

LEDGER = {
    "PREPAID_COMMIT_SEGMENT_START": "Segment starts",
    "CREDIT_SEGMENT_START": "Segment starts",
    "POSTPAID_COMMIT_INITIAL_BALANCE": "Committed",
    "PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION": "Drawn down",
    "CREDIT_AUTOMATED_INVOICE_DEDUCTION": "Drawn down",
    "POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION": "Counted",
    "PREPAID_COMMIT_EXPIRATION": "Expired unused",
    "CREDIT_EXPIRATION": "Expired unused",
    "POSTPAID_COMMIT_EXPIRATION": "Expired",
    "POSTPAID_COMMIT_TRUEUP": "Shortfall billed (true-up)",
    "PREPAID_COMMIT_ROLLOVER": "Rolled over",
    "CREDIT_ROLLOVER": "Rolled over",
    "POSTPAID_COMMIT_ROLLOVER": "Rolled over",
}
"""Ledger entry type → what happened."""


def movement(kind: str) -> str:
    """A ledger entry's type in words."""
    if kind in LEDGER:
        return LEDGER[kind]
    words = kind.removeprefix("PREPAID_COMMIT_").removeprefix("POSTPAID_COMMIT_").removeprefix("CREDIT_")
    return words.replace("_", " ").capitalize()


def total(line: Line) -> str:
    """A line's total; in parentheses where it is not part of the statement's (a postpaid commit only counts it)."""
    text = shown.amount(line.total, line.credit_type_id)
    return f"({text})" if only_counted(line) else text


def only_counted(line: Line) -> bool:
    """Whether the line is no part of the statement's total: what a postpaid commit counts is still billed."""
    return line.type == APPLIED and line.applied is not None and line.applied.type == "POSTPAID"


def quantity(line: Line) -> str:
    """A line's quantity; empty where it has none."""
    return worded.quantity(line)


def unit_price(line: Line) -> str:
    """A line's unit price; empty where it has none."""
    return worded.unit_price(line)


def details(line: Line, statement: Statement, names: Mapping[str, str] = NOBODY) -> Iterator[str]:
    """What tells a line from others of its product: whose, groups, tier, the window where it is not the whole period.

    `names`: what contracts are called.
    """
    if line.origin is not None:
        yield origin(line, names)
    groups = shown.groups({**line.pricing_group_values, **line.presentation_group_values})
    if groups and line.type != APPLIED:
        yield groups
    if line.tier is not None:
        yield tier(line)
    if line.starting_at and line.ending_before and line.type != APPLIED:
        whole = (statement.start, statement.end) == (line.starting_at, line.ending_before)
        if not whole and statement.start is not None:
            yield shown.span(line.starting_at, line.ending_before)


def tier(line: Line) -> str:
    """`tier 2, above 100 up to 250`; empty without a tier."""
    if line.tier is None:
        return ""
    start, size = line.tier.starting_at, line.tier.size
    above = f", above {shown.quantity(start)}" if start else ""
    return f"tier {line.tier.level}{above}" + ("" if size is None else f" up to {shown.quantity(start + size)}")


def period(statement: Statement) -> str:
    """A usage statement's range, a scheduled invoice's date."""
    if statement.start is not None:
        return shown.span(statement.start, statement.end)
    return shown.day(statement.issued_at)


def short_period(statement: Statement) -> str:
    """As `period`, a whole calendar month as `2025-10`."""
    start, end = statement.start, statement.end
    if start is not None and start == first_of_month(start) and end == step(start, Frequency.MONTHLY, 1):
        return f"{start:%Y-%m}"
    return period(statement)


def kind(statement: Statement) -> str:
    """`usage`, `scheduled` or `consolidated`."""
    return "consolidated" if statement.type == CONSOLIDATED else statement.type.replace("_", " ").lower()


def contract_kind(statement: Statement, whose: str) -> str:
    """A statement of one contract among several: `EU`, `EU, scheduled`, `EU, consolidated`."""
    return whose if statement.type == "USAGE" else f"{whose}, {kind(statement)}"


def payer(statement: Statement, names: Mapping[str, str]) -> str:
    """`paid by Acme, Main 2025` where another contract's customer pays it; else nothing."""
    return f"paid by {names.get(statement.payer.contract_id, statement.payer.contract_id)}" if statement.payer else ""


def origin(line: Line, names: Mapping[str, str]) -> str:
    """`of Kid, EU` where a consolidated statement repeats another contract's line; else nothing."""
    return f"of {names.get(line.origin.contract_id, line.origin.contract_id)}" if line.origin else ""


def short_title(statement: Statement, whose: str = "") -> str:
    """As `title`, for narrow places: `Usage 2025-01-01 → 2025-02-01`; of several contracts: `EU · 2025-01-01 → …`."""
    if whose and statement.start is not None and statement.type != CONSOLIDATED:
        return f"{whose} · {period(statement)}"
    return f"{whose + ' · ' if whose else ''}{kind(statement).capitalize()} {period(statement)}"


def title(statement: Statement) -> str:
    """What a statement is: `Usage statement 2025-01-01 → 2025-02-01`, `Scheduled invoice 2025-02-01`."""
    what = "Usage statement" if statement.start is not None else "Scheduled invoice"
    if statement.type == CONSOLIDATED:
        what = "Consolidated statement"
    return f"{what} {period(statement)}"


def state(status: str) -> tuple[str, str]:
    """A status as glyph and word, and its tone."""
    known = {"DRAFT": ("◌ draft", "muted"), "FINALIZED": ("● final", "good"), "VOID": ("✗ void", "bad")}
    return known.get(status, (status.lower(), ""))


def expiry(ending_before: datetime, now: datetime) -> str:
    """When a balance ends, and how far that is: `2025-11-01, in 12 days`, `ended 2025-11-01`, `never`."""
    if ending_before >= DISTANT_FUTURE:
        return "never expires"
    if ending_before <= now:
        return f"expired {shown.day(ending_before)}"
    days = (ending_before - now).days
    word = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days:,} days"
    return f"expires {shown.day(ending_before)}, {word}"


def left_bar(balance: Balance, cells: int) -> str:
    """How much of a balance is left, as a bar of text: `█████░░░░░`; anything left shows, nothing left does not."""
    if balance.original <= 0 or cells <= 0:
        return "░" * cells
    share = max(Decimal(0), min(Decimal(1), balance.balance / balance.original))
    full = max(int(share * cells), 1 if share else 0)
    return "█" * full + "░" * (cells - full)
