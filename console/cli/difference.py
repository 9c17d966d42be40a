"""A what-if for eyes: which statements change, line by line, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from console.cli.render import heading
from store.rating import worded
from store.rating.difference import BalanceChange, Comparison, LineChange
from store.rating.runout import RunOut
from store.rating.statement import Balance, Line, Statement
from store.terms import money, shown
from store.terms.review import Finding
from store.text import visible

_MARKS = {"added": "+", "removed": "-", "changed": "~", "same": " "}


def show_difference(
    comparison: Comparison, findings: Sequence[Finding], closed: Sequence[Statement], out: Console
) -> None:
    """Print the statements that change with the lines that do, balances, totals, and what the validator finds."""
    for change in comparison.changed:
        out.print(Text(f"{heading(change.either)}  {change.status}", style="bold"))
        table = _grid()
        for line in change.lines:
            if line.status != "same":
                table.add_row(*(Text(visible(cell)) for cell in _cells(line)))
        before, after = change.before, change.after
        unit = change.either.credit_type_id
        table.add_row(
            Text("  Total", "bold"),
            Text(shown.amount(before.total, unit) if before else "none"),
            Text("→"),
            Text(shown.amount(after.total, unit) if after else "none", "bold"),
        )
        out.print(table)
        out.print()
    if not comparison.changed:
        out.print(Text("No statement changes."))
    for balance in comparison.balances:
        if balance.status != "same":
            out.print(Text(visible(_balance(balance))))
    for unit, (old, new) in comparison.totals.items():
        out.print(Text(f"All statements: {shown.amount(old, unit)} → {shown.amount(new, unit)}", style="bold"))
    if closed:
        out.print(
            Text(f"{len(closed)} of these statements are final and keep their numbers until voided and regenerated.")
        )
    for finding in findings:
        out.print(Text(visible(f"{finding.severity}: {finding.path}: {finding.message}")))


def _balance(change: BalanceChange) -> str:
    """What is drawn and what is left, before and after."""
    side = change.after or change.before
    assert side is not None  # a change has at least one side
    drawn, left = ([_amount(b, what) for b in (change.before, change.after)] for what in (_drawn, _left))
    ends = [_end(out, side.credit_type_id) for out in (change.out_before, change.out_after)]
    return f"{side.name}: drawn {drawn[0]} → {drawn[1]}, left {left[0]} → {left[1]}, {ends[0]} → {ends[1]}"


def _end(out: RunOut | None, unit: str) -> str:
    if out is None:
        return "not used up"
    if out.lapsed:
        return f"{shown.amount(out.lapsed, unit)} lapse {shown.day(out.day)}"
    return f"used up {shown.day(out.day)}"


def _amount(balance: Balance | None, what: Callable[[Balance], Decimal]) -> str:
    return "none" if balance is None else shown.amount(what(balance), balance.credit_type_id)


def _left(balance: Balance) -> Decimal:
    return balance.balance


def _drawn(balance: Balance) -> Decimal:
    return -money.add(*(e.amount for e in balance.ledger if e.type.endswith("_DEDUCTION")))


def _cells(line: LineChange) -> tuple[str, str, str, str]:
    side = line.after or line.before
    assert side is not None  # a change has at least one side
    groups = shown.groups({**side.pricing_group_values, **side.presentation_group_values})
    name = "  ".join(part for part in (f"  {_MARKS[line.status]} {side.name}", groups) if part)
    before, after = (_priced(one) for one in (line.before, line.after))
    return name, before, "→", after


def _priced(line: Line | None) -> str:
    if line is None:
        return "none"
    total = shown.amount(line.total, line.credit_type_id)
    if line.quantity is None or line.unit_price is None:
        return total
    return f"{worded.quantity(line, 2)} × {worded.unit_price(line)} = {total}"


def _grid() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=44, overflow="fold")
    table.add_column(min_width=34, justify="right", no_wrap=True)
    table.add_column()
    table.add_column(min_width=34, justify="right", no_wrap=True)
    return table
