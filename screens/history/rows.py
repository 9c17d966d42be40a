"""An entry of the history as a row, and as a text to read and copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.overview.change_detail import change_text
from screens.widgets.table import Cell, Column, Row

if TYPE_CHECKING:
    from store.queries import Entry

COLUMNS = (
    Column(" When (UTC)", width=17),
    Column("Who", flex=2, least=8),
    Column("What", flex=6, least=24),
    Column("Customer", flex=3, least=12, drop_below=100),
    Column("From", flex=2, least=12, drop_below=110),
)


def row(entry: Entry) -> Row:
    """One change."""
    change = entry.change
    why = f" (because: {change.reason})" if change.reason else ""
    where = ", ".join(filter(None, (change.origin, change.source)))
    cells = (
        f"{change.at:%Y-%m-%d %H:%M}",
        Cell(change.who, "accent"),
        change.summary + why,
        Cell(entry.customer, "muted"),
        Cell(where, "muted"),
    )
    return Row(change.seq, cells, indent=1, value=entry)


def detail(entry: Entry) -> str:
    """All of it."""
    head = [change_text(entry.change)]
    if entry.customer:
        head.insert(0, f"Customer {entry.customer}")
    return "\n".join([*head, "", f"Hash: {entry.change.hash}"])
