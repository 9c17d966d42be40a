"""Books in and out: `import`, `export`, `ingest`."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import ReadOnly, StoreUrl, UsageUrl, actor, now, opened
from console.cli.progress import Progress
from store.terms import document

Files = Annotated[list[str], typer.Argument(metavar="FILE…", help="Files, or - for standard input.")]


def import_books(files: Files, store: StoreUrl = None, usage: UsageUrl = None, read_only: ReadOnly = False) -> None:
    """Load bundles (JSON or YAML) into the store: all of a file, or nothing of it."""
    from console.cli.options import read_document
    from store import bundle

    with opened(store, usage, read_only, create=True) as book:
        for name in files:
            found = bundle.parse_bundle(read_document(name), stored=True)
            with book.work(by=actor(), now=now()) as work:
                bundle.import_bundle(work, found)
            counts = ", ".join(
                f"{len(getattr(found, kind))} {kind.replace('_', ' ')}"
                for kind in ("customers", "contracts", "products", "rate_cards", "billable_metrics", "events")
                if getattr(found, kind)
            )
            typer.echo(f"{name}: imported {counts or 'nothing: the bundle is empty'}", err=True)


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
        typer.echo(document.write(bundle.export_bundle(book, customer), indent=1))


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
    from store.usage.ingest import ingest_files

    with opened(store, usage, read_only, create=True, wait=60.0) as book, Progress("events") as progress:
        result = ingest_files(book, files, rejects=rejects, by=actor(), now=now(), progress=progress.advance)
    typer.echo(f"{result.accepted} accepted, {result.duplicate} duplicate, {result.rejected} rejected")
    return 1 if strict and result.rejected else 0
