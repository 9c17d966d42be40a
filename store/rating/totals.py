"""Many statements at a glance: what each product comes to, exactly, and what was found to be amiss.

The totals of all products add up to those of all statements; a consolidated statement adds no money of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from store.rating.lines import counts
from store.rating.statement import Line, Preview
from store.terms.money import EXACT

ZERO = Decimal(0)
NOT_PREVIEWED = "not_previewed"
"""The code of the finding about a customer of whom there is no preview, with the reason."""


class ProductTotal(NamedTuple):
    """What a product (or, without one, lines of a name) comes to in one unit: `charged`, what balances `covered` of it
    (negative), and how many customers have it."""

    product_id: str | None
    name: str
    credit_type_id: str
    customers: int
    charged: Decimal
    covered: Decimal

    @property
    def total(self) -> Decimal:
        """What is left to pay."""
        return EXACT.add(self.charged, self.covered)

    @property
    def key(self) -> tuple[str, str, str]:
        """What is added up together."""
        return (self.credit_type_id, self.product_id or "", "" if self.product_id else self.name)


class Finding(NamedTuple):
    """Something amiss with a customer: a code for programs, a sentence for people, and how many events it is about."""

    code: str
    message: str
    path: str = ""
    events: int = 0


def product_totals(preview: Preview) -> tuple[ProductTotal, ...]:
    """What each product of one customer comes to; what a balance covers counts with the line that it pays."""
    found: dict[tuple[str, str, str], ProductTotal] = {}
    for statement in preview.statements:
        if statement.type == "USAGE_CONSOLIDATED":
            continue
        paid: Line | None = None
        for line in statement.lines:
            covers = line.type == "applied_commit_or_credit" and paid is not None
            paid = paid if covers else line
            if not counts(line, statement.credit_type_id):
                continue
            about = paid or line
            charged, covered = (ZERO, line.total) if covers else (line.total, ZERO)
            one = ProductTotal(about.product_id, about.name, statement.credit_type_id, 1, charged, covered)
            _add(found, one, customers=0)
    return tuple(found.values())


def add_totals(known: dict[tuple[str, str, str], ProductTotal], more: Iterable[ProductTotal]) -> None:
    """Adds the totals of another customer to those that are known, by their keys."""
    for one in more:
        _add(known, one, customers=one.customers)


def in_order(totals: Iterable[ProductTotal]) -> list[ProductTotal]:
    """The largest first, unit by unit."""
    return sorted(totals, key=lambda one: (one.credit_type_id, -one.total, one.name, one.key))


def _add(found: dict[tuple[str, str, str], ProductTotal], one: ProductTotal, *, customers: int) -> None:
    before = found.get(one.key)
    if before is not None:
        one = before._replace(
            customers=before.customers + customers,
            charged=EXACT.add(before.charged, one.charged),
            covered=EXACT.add(before.covered, one.covered),
        )
    found[one.key] = one


def findings(preview: Preview) -> tuple[Finding, ...]:
    """What is amiss with a customer: warnings, and usage that reaches no line."""
    return (
        *(Finding(each.code, each.message, each.path) for each in preview.warnings),
        *(Finding(each.reason, each.message or each.reason, events=each.events) for each in preview.unmatched),
    )
