"""The ledger's statistics as rows of one list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from screens.widgets.table import Cell, Column, Row, heading

if TYPE_CHECKING:
    from store.queries.usage_statistics import Counted, UsageStatistics

COLUMNS = (
    Column("Month", flex=1, least=12),
    Column("Events", width=14, align="right"),
    Column("Sent again", width=12, align="right", drop_below=60),
    Column("Files", width=7, align="right", drop_below=70),
    Column("Size", width=11, align="right"),
)


def rows(found: UsageStatistics) -> Iterator[Row]:
    """Months, the newest first, with their sum; then aliases nobody has, then event types no metric counts."""
    for month in reversed(found.months):
        yield _row(month.month, month.events, month.duplicates, month.files, month.bytes)
    if found.months:
        yield _row("All months", found.events, found.duplicates, found.files, found.bytes, "strong")
    if found.unknown:
        yield Row(None, ("",), selectable=False)
        yield heading(f"{found.unknown_events:,} events name {found.unknown_aliases:,} aliases that no customer has")
        yield from map(_counted, found.unknown)
        more = found.unknown_aliases - len(found.unknown)
        if more:
            yield Row("more", (Cell(f"and {more:,} more", "muted"),))
    if found.by_query:
        from store.queries.usage_statistics import any_counted

        yield Row(None, ("",), selectable=False)
        yield heading(any_counted(found))
    if found.unmetered:
        yield Row(None, ("",), selectable=False)
        events = sum(one.events for one in found.unmetered)
        yield heading(f"{events:,} events are counted by no metric")
        yield from map(_counted, found.unmetered)


def _row(name: str, events: int, duplicates: int, files: int, size: int, tone: str = "") -> Row:
    cells = (name, f"{events:,}", f"{duplicates:,}", f"{files:,}", _size(size))
    return Row(name, cells, tone)


def _size(count: int) -> str:
    return f"{count / 1_000:,.0f} KB" if count < 10_000_000 else f"{count / 1_000_000:,.0f} MB"


def _counted(one: Counted) -> Row:
    return Row(("counted", one.name), (one.name, f"{one.events:,}"), indent=2)
