"""`termsheet history`: who did what, when, from where and why; for eyes, or for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.options import ReadOnly, StoreUrl, UsageUrl, actor, now, opened
from console.cli.telling import as_json, tell, write_document, write_text
from store.errors import Invalid
from store.rating.spreadsheet import inert
from store.terms import time
from store.text import visible

if TYPE_CHECKING:
    from store.queries import Entry


class Format(StrEnum):
    """How it is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def history(
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID|ALIAS", help="Only what was done to this customer.")
    ] = None,
    who: Annotated[str | None, typer.Option("--who", metavar="NAME", help="Only what this operator did.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="Only from then on.")] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Only what was done before then.")
    ] = None,
    search: Annotated[str, typer.Option("--search", metavar="WORDS", help="Only where every word is found.")] = "",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="The latest so many.")] = None,
    format: Annotated[
        Format, typer.Option("--format", help="A table for eyes, JSON or CSV with everything.")
    ] = Format.TABLE,
    store: StoreUrl = None,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
) -> None:
    """Print who did what, the latest first; dates as 2025-11-01, in UTC."""
    from store import queries

    start, end = _moment(since, "--since"), _moment(until, "--until")
    with opened(store, usage, True) as book:
        whose = queries.find_customer(book, customer).id if customer else None
        sought = queries.narrowed(queries.Sought(customer_id=whose, who=who, since=start, until=end), search)
        entries = islice(queries.all_history(book, sought), limit)
        {Format.TABLE: _table, Format.JSON: _json, Format.CSV: _csv}[format](entries)


def undo(
    customer: Annotated[str, typer.Argument(metavar="ID|ALIAS", help="The customer.")],
    store: StoreUrl = None,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
) -> None:
    """Take a customer's last change back by a counter-change; refused where that cannot be."""
    from store import queries
    from store.commands import undo_last

    with opened(store, usage, read_only) as book:
        whose = queries.find_customer(book, customer).id
        with book.work(by=actor(), now=now()) as work:
            done = undo_last(work, customer_id=whose)
    tell(f"taken back: {done}")


def _moment(given: str | None, option: str) -> datetime | None:
    if given is None:
        return None
    try:
        return time.instant(given if "T" in given else f"{given}T00:00:00Z")
    except ValueError as error:
        raise Invalid(f"{option} {given}: {error}", hint="a day such as 2025-11-01") from None


def _table(entries: Iterable[Entry]) -> None:
    for entry in entries:
        change = entry.change
        told = [
            f"{time.stamp(change.at)}  {change.who} ({change.origin}{', ' + change.source if change.source else ''})"
        ]
        told.append(change.summary + (f" — {entry.customer}" if entry.customer else ""))
        if change.reason:
            told.append(f"because: {change.reason}")
        typer.echo("  ".join(visible(part, limit=400) for part in told))


def _json(entries: Iterable[Entry]) -> None:
    typer.echo("[", nl=False)
    for n, entry in enumerate(entries):
        typer.echo(",\n " if n else "\n ", nl=False)
        write_document(entry.document(), indent=None, end="")
    typer.echo("\n]")


def _csv(entries: Iterable[Entry]) -> None:
    for n, entry in enumerate(entries):
        told = dict(entry.document())
        told |= {"at": time.stamp(told["at"])} | {k: as_json(told[k]) for k in ("before", "after")}
        rows = io.StringIO(newline="")
        writer = csv.DictWriter(rows, fieldnames=list(told), lineterminator="\n")
        if n == 0:
            writer.writeheader()
        writer.writerow({k: inert(v) if isinstance(v, str) else v for k, v in told.items()})
        write_text(rows.getvalue())
