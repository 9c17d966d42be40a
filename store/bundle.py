"""A book as one file, in and out: all of a bundle is taken, or nothing of it; what comes out goes back in unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.errors import Invalid, Problem
from store.terms import document
from store.terms.base import IMPORT, PREVIEW, parse
from store.terms.book import Bundle

if TYPE_CHECKING:
    from store.database import Store, Work


def parse_bundle(payload: Any, *, stored: bool = False) -> Bundle:
    """The bundle in a document; raises `Invalid` with every broken rule and its path.

    One that is to be `stored` has UUIDs as ids; one that is only previewed has any text.
    """
    return parse(Bundle, payload, context=IMPORT if stored else PREVIEW)


def try_queries(bundle: Bundle) -> None:
    """Runs the queries of SQL metrics over no events, where they can reach nothing.

    Takes a moment, so it comes before the store is written to. Raises `Invalid` with every one that cannot run.
    """
    from store.usage.sql_metric.measure import check_sql

    problems: list[Problem] = []
    for k, metric in enumerate(bundle.billable_metrics):
        if metric.sql is not None:
            try:
                check_sql(metric.sql)
            except Invalid as error:
                problems += error.under(f"/billable_metrics/{k}").problems
    if problems:
        raise Invalid(problems)


def import_bundle(work: Work, bundle: Bundle) -> None:
    """Writes everything in the bundle, or raises and the work is undone.

    Ids and recording times are kept. Catalog objects and custom-field keys that the store has already, with the same
    content, are left alone; anything else whose id exists is a `Conflict` that names it.
    """
    from store.commands import import_bundle as writing  # the database is not loaded for previews without a store

    writing.import_bundle(work, bundle)


def export_bundle(store: Store, customer: str | None = None) -> dict[str, Any]:
    """The whole book with its events as a document; or one customer's part of it, found by id or alias.

    Raises `NotFound` for a customer that there is not.
    """
    from store import queries

    if customer is None:
        book, events = queries.whole_book(store), queries.events_of(store)
    else:
        found = queries.find_customer(store, customer)
        book = queries.customer_book(store, found.id)
        events = queries.events_of(store, found.refs)
    listed = {name: value for name, value in document.plain(book).items() if value}
    usage = [document.plain(event) for event in events]
    return {**listed, "events": usage} if usage else listed
