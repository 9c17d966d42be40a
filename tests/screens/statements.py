"""Statements for widget tests: the lines of the guide's January, of tiers, and whatever a hostile book may hold."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from store.rating.statement import Applied, Line, Statement, TierPosition

START, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)


def line(name: str, total: int | str, **fields: Any) -> Line:
    """A usage line of January 2025."""
    whole: dict[str, Any] = {"type": "usage", "starting_at": START, "ending_before": END, "product_id": name}
    return Line(name=name, total=Decimal(total), **{**whole, **fields})


def covered(name: str, total: int, balance: str, kind: str = "PREPAID", **fields: Any) -> tuple[Line, Line]:
    """A line that a balance pays, and the line that says so."""
    applied = Applied(balance, kind, "segment", balance)
    paid = line(name, total, applied=applied, quantity=Decimal(total) / 190, unit_price=Decimal(190), **fields)
    return paid, line(
        f"{balance} applied", -total, type="applied_commit_or_credit", applied=applied, product_id="fixed"
    )


def statement(*lines: Line, total: int | str = 0, **fields: Any) -> Statement:
    """A usage statement of January 2025."""
    whole: dict[str, Any] = {
        "id": "s1", "customer_id": "c", "contract_id": "k", "type": "USAGE", "status": "DRAFT", "issued_at": END,
        "start": START, "end": END,
    }  # fmt: skip
    return Statement(lines=lines, total=Decimal(total), **{**whole, **fields})


JANUARY = statement(
    *covered("Cloud Compute", 297_000, "Contract Prepaid Commit", explanation=(("rate", "list rate 200"),)),
    line("Cloud Compute", 83_000, quantity=Decimal("436.8421052631578947368421053"), unit_price=Decimal(190)),
    line("Support Tickets", 0, quantity=Decimal(0), unit_price=Decimal(500)),
    total=83_000,
)
"""README, §7.4: the commit runs out."""

TIERED = statement(
    line(
        "Data Transfer",
        900,
        quantity=Decimal(100),
        unit_price=Decimal(9),
        tier=TierPosition(1, Decimal(0), Decimal(100)),
    ),
    line("Data Transfer", 350, quantity=Decimal(50), unit_price=Decimal(7), tier=TierPosition(2, Decimal(100), None)),
    line("API Calls", 90, quantity=Decimal(10), unit_price=Decimal(9), pricing_group_values={"region": "EU"}),
    total=1340,
)
"""Two tiers of one product, and a group."""
