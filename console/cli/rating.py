"""What would be charged: `statement`, `statements`, `preview`."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.cli.options import ReadOnly, StoreUrl, UsageUrl, now, opened, read_document
from console.cli.telling import tell, write_document, write_text
from store.errors import Invalid
from store.rating import report
from store.rating.statement import Preview
from store.terms import time
from store.text import visible

if TYPE_CHECKING:
    from store.preview import WhatIf


class Format(StrEnum):
    """How results are written."""

    table = "table"
    json = "json"
    csv = "csv"


class Expectation(StrEnum):
    """What usage to come is projected from."""

    average = "average"
    last_year = "last-year"


Formatted = Annotated[Format, typer.Option("--format", help="table for eyes; json and csv for programs.")]
Explained = Annotated[bool, typer.Option("--explain", help="Say under every line how its number came to be.")]
Period = Annotated[
    str | None, typer.Option("--period", metavar="YYYY-MM-DD", help="Only statements whose period contains that date.")
]


def statement(
    customer: Annotated[str, typer.Argument(help="The customer's id or one of its aliases.")],
    contract: Annotated[str | None, typer.Option("--contract", metavar="ID", help="Only this contract's.")] = None,
    period: Period = None,
    what_if: Annotated[
        str | None, typer.Option("--what-if", metavar="FILE", help="A request laid over the book without storing it.")
    ] = None,
    ahead: Annotated[
        int, typer.Option("--ahead", metavar="MONTHS", min=0, max=60, help="Also that many coming months, projected.")
    ] = 0,
    project: Annotated[
        Expectation, typer.Option("--project", help="What coming months are projected from.")
    ] = Expectation.average,
    explain: Explained = False,
    format: Formatted = Format.table,
    store: StoreUrl = None,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
) -> None:
    """Preview the statements of a stored customer, as of now; with --what-if, before and after."""
    from store import queries
    from store.preview import Previews
    from store.rating.selection import select
    from store.terms.proposal import read_proposal

    day = None if period is None else period_of(period)
    payload = None if what_if is None else read_document(what_if)
    with opened(store, usage, read_only) as book:
        found = queries.find_customer(book, customer)
        previews = Previews(book, now)

        def keep(whole: Preview) -> Preview:
            return select(whole, contract_id=contract, day=day)

        if contract is not None:
            queries.contract(book, contract, customer_id=found.id)
        rated = _reaching(ahead, project)
        if payload is None:
            _write(keep(previews.current(found.id, **rated)), format, explain)
        else:
            outcome = previews.what_if(found.id, (read_proposal(payload, found.id),), **rated)
            _what_if(outcome, keep, format, explain)


def _reaching(ahead: int, project: Expectation) -> dict[str, Any]:
    """The arguments of a preview that reaches that many months ahead; none for the plain one."""
    from store.preview import Method, Projected, Projection, periods_ahead

    if not ahead:
        return {}
    method = Method.LAST_YEAR if project is Expectation.last_year else Method.TRAILING_AVERAGE
    projection = Projection(method)
    tell(f"Usage after today is projected: {projection}.")
    return {"usage": Projected(projection), "until": periods_ahead(now(), ahead)}


def _what_if(outcome: WhatIf, keep: Callable[[Preview], Preview], format: Format, explain: bool) -> None:
    from console.cli.render import console, show
    from store.rating.difference import compare

    if outcome.refusal is not None:
        raise outcome.refusal
    before, after = keep(outcome.before), keep(outcome.after)
    comparison = replace(compare(before, after), balances=outcome.comparison.balances)
    if format is Format.json:
        whole = {
            "before": report.as_json(before),
            "after": report.as_json(after),
            "differences": report.differences(comparison),
            "findings": [{"severity": f.severity, "path": f.path, "message": f.message} for f in outcome.findings],
        }
        write_document(whole)
        return
    if format is Format.csv:
        write_text(report.differences_csv(comparison))
        return
    from console.cli.difference import show_difference

    out = console()
    changed = {c.before.id for c in comparison.changed if c.before}
    show_difference(comparison, outcome.findings, [s for s in outcome.closed if s.id in changed], out)
    if explain:
        show(after, out, explain=True)


def statements(
    period: Annotated[str, typer.Option("--period", metavar="YYYY-MM-DD", help="The period that contains that date.")],
    jobs: Annotated[
        int | None, typer.Option("--jobs", metavar="N", min=1, help="Rate in so many processes (default: one a core).")
    ] = None,
    format: Formatted = Format.table,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew where the same run was stopped before.")] = False,
    store: StoreUrl = None,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
) -> int:
    """Preview every customer's statements of one period, with a total per product and what was found to be amiss.

    Given again after it was stopped, it goes on where it was, as long as nothing was changed meanwhile.
    """
    from console.cli import everybody

    day = period_of(period)
    with opened(store, usage, read_only) as book:
        return everybody.rated(book, day, format.value, jobs=jobs or os.cpu_count() or 1, fresh=fresh)


def preview(
    bundles: Annotated[list[str], typer.Argument(metavar="BUNDLE…", help="Bundle files, or - for standard input.")],
    format: Formatted = Format.table,
    explain: Explained = False,
    store: StoreUrl = None,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
) -> None:
    """Rate bundles without any store; nothing is written anywhere. Several bundles give a JSON list in their order."""
    from store.bundle import parse_bundle
    from store.preview import preview_bundle

    del store, usage, read_only  # taken like everywhere, and of no account here
    results = []
    for name in bundles:
        try:
            results.append(preview_bundle(parse_bundle(read_document(name))))
        except Invalid as error:
            if len(bundles) > 1:
                raise Invalid(error.problems, hint=f"in {name}") from None
            raise
    if len(results) == 1:
        _write(results[0], format, explain)
    elif format is Format.json:
        write_document([report.as_json(one) for one in results])
    else:
        for name, one in zip(bundles, results, strict=True):
            if format is Format.table:
                typer.echo(f"== {visible(name)}")
            _write(one, format, explain)


def _write(found: Preview, format: Format, explain: bool) -> None:
    if format is Format.json:
        write_document(report.as_json(found))
    elif format is Format.csv:
        write_text(report.as_csv(found))
    else:
        from console.cli.render import console, show

        show(found, console(), explain=explain)


def period_of(text: str) -> datetime:
    """The instant a `--period` names: midnight UTC of a date, or a full timestamp."""
    try:
        return time.instant(text if "T" in text else f"{text}T00:00:00Z")
    except ValueError:
        raise Invalid(f"--period {text}: must be a date such as 2025-01-31") from None
