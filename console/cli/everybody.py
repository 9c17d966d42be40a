"""`termsheet statements`: every customer of a book for one period, what each product comes to, and what was found."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from io import StringIO
from itertools import chain, islice, tee
from typing import TYPE_CHECKING, Any

import msgspec

from console.cli import many
from console.cli.journal import Begun, Journal, journal
from console.cli.options import now
from console.cli.progress import Progress
from console.cli.summary import Summary
from console.cli.telling import tell
from store.rating.selection import select
from store.rating.statement import Preview
from store.rating.totals import Finding, ProductTotal, findings, product_totals

if TYPE_CHECKING:
    from store.database import Store


class Part(msgspec.Struct):
    """One customer's part of what is written (for eyes a `text`, else lists by name), and of the sums."""

    lists: dict[str, str]
    totals: tuple[ProductTotal, ...]
    found: tuple[Finding, ...]
    customer_id: str = ""


class Shape(msgspec.Struct, frozen=True):
    """How each customer is written: in which format; for eyes how wide, and whether on a terminal."""

    format: str
    width: int = 0
    terminal: bool = False


def rated(book: Store, day: datetime, format: str, *, jobs: int, fresh: bool) -> int:
    """Every customer's statements of the period with that day, on standard output; the exit code.

    Goes on with the same run where that was stopped, unless `fresh`. Memory does not grow with the number of customers.
    """
    from console import paths
    from store import queries
    from store.batch import rate_many
    from store.usage.ledger.files import verify

    if not book.ledger.copy:  # a host that measures in a copy need not have the files
        verify(book)
    shape = _shape(format)
    given = (*_same(book), day.isoformat(), *map(str, msgspec.structs.astuple(shape)))
    begun = Begun(now(), given, fresh)
    with journal(paths.state_folder() / "statements", Part, begun) as kept, Progress("customers") as progress:
        total = queries.count_customers(book, with_contracts=True)
        if kept.done:
            when = f"{kept.as_of:%Y-%m-%d %H:%M:%S} UTC"
            tell(f"going on with the run of {when}: {kept.done:,} of {total:,} customers are done; --fresh begins anew")
        progress.base = kept.done
        ids, again = tee(islice(queries.customers_with_contracts(book), kept.done, None))
        made = partial(part_of, day=day, shape=shape)
        parts = rate_many(book, ids, made, as_of=kept.as_of, jobs=jobs)
        named = (msgspec.structs.replace(part, customer_id=id) for part, id in zip(parts, again, strict=False))
        return _write(shape, kept, many.counted(kept.add(named), progress, total, done=kept.done))


def _same(book: Store) -> tuple[str, ...]:
    """What stays the same as long as nothing was changed: the store, its history, its usage, and this program."""
    from importlib.metadata import version

    from store.integrity import history_end
    from store.usage.ledger.files import ledger_now

    usage = (str(book.ledger.folder), book.ledger.copy, *map(str, ledger_now(book)))
    return (version("termsheet"), str(book.url), history_end(book), *usage)


def _shape(format: str) -> Shape:
    if format != "table":
        return Shape(format)
    from console.cli.render import console

    return Shape(format, console(sys.stdout).width, sys.stdout.isatty())


def part_of(preview: Preview, *, day: datetime, shape: Shape) -> Part:
    """What is written of a customer, and what it adds to the sums."""
    if shape.format == "json":
        lists = many.as_lists(preview, day=day)
    elif shape.format == "csv":
        lists = {"rows": many.as_rows(preview, day=day)}
    else:
        lists = {"text": _text(many.as_told(preview, day=day), shape)}
    chosen = select(preview, day=day)
    return Part(lists, product_totals(chosen), findings(chosen))


def _text(told: Preview, shape: Shape) -> str:
    """For eyes: the customer's statements of the period, or what is amiss where there is none; else nothing."""
    if not (told.statements or told.unmatched or told.warnings):
        return ""
    from rich.console import Console

    from console.cli.render import beside, show

    out = StringIO()
    screen = Console(file=out, highlight=False, width=shape.width, force_terminal=shape.terminal, soft_wrap=False)
    (show if told.statements else beside)(told, screen)
    return out.getvalue()


def _write(shape: Shape, kept: Journal[Part], parts: Iterator[Part]) -> int:
    """Everything, in its format; the exit code."""
    summary = Summary()
    if shape.format == "table":
        shown = False
        for part in chain(islice(kept.parts(), kept.done), parts):
            summary.add(part.customer_id, part.totals, part.found)
            sys.stdout.write(part.lists["text"])
            shown = shown or bool(part.lists["text"])
        summary.show(sys.stdout, nothing=not shown)
        return summary.told()
    for _ in parts:  # nothing is written before all of it is there
        pass
    for part in kept.parts():
        summary.add(part.customer_id, part.totals, part.found)
    with many.held_back(sys.stdout) as out:
        if shape.format == "csv":
            many.write_csv((part.lists["rows"] for part in kept.parts()), out)
        else:
            more = {"totals": summary.as_documents(), "findings": _documents(kept)}
            many.write_json((part.lists for part in kept.parts()), out, more)
    if shape.format == "csv":
        summary.tell()
    return summary.told()


def _documents(kept: Journal[Part]) -> Iterator[dict[str, Any]]:
    """Every finding, with the customer whose it is."""
    for part in kept.parts():
        for one in part.found:
            yield {"customer_id": part.customer_id, **one._asdict()}
