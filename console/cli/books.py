"""Books in and out: `import`, `export`, `ingest`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.options import ReadOnly, StoreUrl, UsageUrl, actor, now, opened
from console.cli.progress import Progress
from console.cli.telling import tell, write_document
from store.errors import TermsheetError
from store.text import visible

if TYPE_CHECKING:
    from store.usage.ingest import IngestResult

Files = Annotated[list[str], typer.Argument(metavar="FILE…", help="Files, or - for standard input.")]


def import_books(files: Files, store: StoreUrl = None, usage: UsageUrl = None, read_only: ReadOnly = False) -> None:
    """Load bundles (JSON or YAML) into the store: all of a file, or nothing of it."""
    from console.cli.options import read_document
    from store import bundle

    with opened(store, usage, read_only, create=True) as book:
        for name in files:
            found = bundle.parse_bundle(read_document(name), stored=True)
            bundle.try_queries(found)
            with book.work(by=actor(), now=now()) as work:
                bundle.import_bundle(work, found)
            counts = ", ".join(
                f"{len(getattr(found, kind))} {kind.replace('_', ' ')}"
                for kind in ("customers", "contracts", "products", "rate_cards", "billable_metrics", "events")
                if getattr(found, kind)
            )
            tell(f"{name}: imported {counts or 'nothing: the bundle is empty'}")


def export_book(
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID|ALIAS", help="Only this customer and what it needs.")
    ] = None,
    store: StoreUrl = None,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
) -> None:
    """Write the book as a bundle that `import` takes back without loss."""
    from store import bundle

    with opened(store, usage, read_only) as book:
        write_document(bundle.export_bundle(book, customer), indent=1)


def ingest_events(
    files: Files,
    rejects: Annotated[
        str | None, typer.Option("--rejects", metavar="FILE", help="Where rejected events go, with their reasons.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if any event was rejected.")] = False,
    store: StoreUrl = None,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
) -> int:
    """Load usage events: .jsonl, .csv, .parquet, each also as .gz; - is JSON lines on standard input."""
    from store.usage.ingest import IngestResult, ingest_files

    result = IngestResult()
    try:
        with opened(store, usage, read_only, create=True, wait=60.0) as book, Progress("events") as progress:
            told = progress.advance
            ingest_files(book, files, rejects=rejects, by=actor(), now=now(), progress=told, result=result)
    except TermsheetError:
        if result.accepted or result.duplicate or result.rejected:  # what came before the fault stays, and is told
            _tell(result, rejects)
        raise
    _tell(result, rejects)
    return 1 if strict and result.rejected else 0


def _tell(result: IngestResult, rejects: str | None) -> None:
    """The three counts; beside them, the first reasons for which lines were rejected."""
    typer.echo(f"{result.accepted} accepted, {result.duplicate} duplicate, {result.rejected} rejected")
    for reject in result.rejects:
        sys.stderr.write(visible(f"rejected: {reject}") + "\n")
    more = result.rejected - len(result.rejects)
    if more or (result.rejects and rejects is None):
        where = f"all of them are in {rejects}" if rejects else "--rejects FILE keeps them with their reasons"
        sys.stderr.write(visible(f"{f'and {more} more; ' if more else ''}{where}") + "\n")
