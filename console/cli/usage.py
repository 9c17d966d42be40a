"""`termsheet usage`: what the usage ledger holds."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.cli.options import ReadOnly, StoreUrl, UsageUrl, opened
from console.cli.telling import write_document
from store.text import masked, visible

if TYPE_CHECKING:
    from store.queries.usage_statistics import UsageStatistics


class Format(StrEnum):
    """How it is printed."""

    TABLE = "table"
    JSON = "json"


def usage_statistics(
    format: Annotated[Format, typer.Option("--format", help="A table for eyes, or JSON.")] = Format.TABLE,
    store: StoreUrl = None,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
) -> None:
    """Say what usage there is: events by month, duplicates, size, unknown aliases, events that no metric counts."""
    from store.queries import usage_statistics as asking

    with opened(store, usage, True) as book:
        found = asking.usage_statistics(book)
        folder = str(book.ledger.folder)
        copy = masked(book.ledger.copy)
    if format is Format.JSON:
        write_document(_plain(found, folder, copy), indent=1)
    else:
        typer.echo(
            "\n".join(visible(line) for line in _lines(found, f"{folder}, copied to {copy}" if copy else folder))
        )


def _plain(found: UsageStatistics, folder: str, copy: str) -> dict[str, Any]:
    return {
        "folder": folder,
        "copy": copy or None,
        "events": found.events,
        "duplicates": found.duplicates,
        "files": found.files,
        "bytes": found.bytes,
        "months": [month._asdict() for month in found.months],
        "unknown_aliases": {
            "aliases": found.unknown_aliases,
            "events": found.unknown_events,
            "most_used": [one._asdict() for one in found.unknown],
        },
        "unmetered": [one._asdict() for one in found.unmetered],
        "metrics_in_sql": list(found.by_query),
    }


def _lines(found: UsageStatistics, folder: str) -> list[str]:
    from store.queries.usage_statistics import any_counted

    lines = [f"Usage events in {folder}", "", f"{'Month':9}{'Events':>14}{'Sent again':>14}{'Files':>8}{'Size':>12}"]
    lines += [_line(month.month, month.events, month.duplicates, month.files, month.bytes) for month in found.months]
    lines += [_line("Total", found.events, found.duplicates, found.files, found.bytes), ""]
    lines.append(f"{found.unknown_events:,} events name {found.unknown_aliases:,} aliases that no customer has")
    lines += [f"  {one.name}  {one.events:,}" for one in found.unknown[:10]]
    unmetered = sum(one.events for one in found.unmetered)
    lines.append(any_counted(found) or f"{unmetered:,} events are counted by no metric")
    lines += [f"  {one.name}  {one.events:,}" for one in found.unmetered[:10]]
    return lines


def _line(name: str, events: int, duplicates: int, files: int, size: int) -> str:
    return f"{name:9}{events:>14,}{duplicates:>14,}{files:>8,}{size / 1_000:>9,.0f} KB"
