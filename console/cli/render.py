"""Statements for eyes: plain aligned text, every value from data made harmless."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from store.rating import worded
from store.rating.statement import Balance, Line, Preview, Statement
from store.terms import shown
from store.text import visible

NO_STATEMENTS = "No statements: nothing starts before the instant the book is seen from."


def console(out: TextIO | None = None) -> Console:
    """Standard output, or another: as wide as the terminal, or wide enough for a file."""
    return Console(file=out, highlight=False, width=None if (out or sys.stdout).isatty() else 140, soft_wrap=False)


def show(preview: Preview, out: Console, *, explain: bool = False) -> None:
    """Print statements, balances, usage nobody took, and warnings."""
    for statement in preview.statements:
        _statement(statement, out, explain)
    if not preview.statements:
        out.print(Text(NO_STATEMENTS))
    beside(preview, out)


def beside(preview: Preview, out: Console) -> None:
    """Print what there is beside statements: balances, usage nobody took, and warnings."""
    _balances(preview.balances, out)
    for heading, sentences in (
        ("Usage on no line", [f"{_events(u.events)}: {u.message or u.reason}" for u in preview.unmatched]),
        ("Warnings", [f"{w.code}: {w.message}" for w in preview.warnings]),
    ):
        if sentences:
            out.print(Text(heading, style="bold"))
            for sentence in sentences:
                out.print(Text("  " + visible(sentence)))


def heading(statement: Statement) -> str:
    """What a statement is: `USAGE 2024-11-01 → 2024-12-01`, `SCHEDULED 2024-11-01`."""
    when = shown.span(statement.start, statement.end) if statement.start else shown.day(statement.issued_at)
    return f"{statement.type} {when}"


def _statement(statement: Statement, out: Console, explain: bool) -> None:
    out.print(
        Text.assemble(
            (heading(statement), "bold"),
            f"  {statement.status}  issued {shown.day(statement.issued_at)}",
            f"  contract {visible(statement.contract_id)}",
            f"  paid by {visible(statement.payer.contract_id)}" if statement.payer else "",
        )
    )
    table = _grid()
    for line in statement.lines:
        table.add_row(*(Text(visible(cell)) for cell in line_cells(line, statement)))
        if explain:
            for label, sentence in line.explanation:
                table.add_row(Text(f"    {visible(label)}: {visible(sentence)}", style="dim"))
    table.add_row(
        Text("Total"), Text(""), Text(""), Text(shown.amount(statement.total, statement.credit_type_id), "bold")
    )
    out.print(table)
    out.print()


def line_cells(line: Line, statement: Statement) -> tuple[str, str, str, str]:
    """A line as name (with groups, tier, and its window where that is not the whole period), quantity, price, total."""
    notes = [shown.groups({**line.pricing_group_values, **line.presentation_group_values})]
    if line.tier:
        notes.append(f"tier {line.tier.level}")
    whole = (line.starting_at, line.ending_before) == (statement.start, statement.end)
    if line.starting_at and line.ending_before and not whole:
        notes.append(shown.span(line.starting_at, line.ending_before))
    if line.applied and line.quantity is not None:
        notes.append(f"◂ {line.applied.name}")
    if line.origin is not None:
        notes.append(f"of contract {line.origin.contract_id}")
    name = "  ".join(part for part in (line.name, *notes) if part)
    return name, worded.quantity(line), worded.unit_price(line), shown.amount(line.total, line.credit_type_id)


def _balances(balances: Iterable[Balance], out: Console) -> None:
    table = _grid()
    for balance in balances:
        left = shown.amount(balance.balance, balance.credit_type_id)
        of = shown.amount(balance.original, balance.credit_type_id)
        window = shown.span(balance.starting_at, balance.ending_before)
        table.add_row(*(Text(visible(t)) for t in (f"{balance.name}  {balance.type}  {window}", left, "of", of)))
        for seat, held in balance.seats:
            table.add_row(Text(visible(f"  seat {seat}")), Text(shown.amount(held, balance.credit_type_id)), "", "")
    if table.row_count:
        out.print(Text("Balances", style="bold"))
        out.print(table)
        out.print()


def _grid() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=70, overflow="fold")
    for _ in range(3):
        table.add_column(min_width=12, justify="right", no_wrap=True)
    return table


def _events(count: int) -> str:
    return "1 event" if count == 1 else f"{count:,} events"
