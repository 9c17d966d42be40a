"""The rating service: a book and its usage in, statements with balances and notices out; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import localcontext

from store.rating.catalog import Catalog
from store.rating.checks import check
from store.rating.compiled import CompiledContract, routes
from store.rating.measure import Claim, Claims, Route, Usage
from store.rating.notices import Notices
from store.rating.plan import Planned
from store.rating.stated import stated
from store.rating.statement import Balance, Preview, Statement, Unmatched
from store.rating.usage_runs import usage_products
from store.rating.walk import CustomerWalk
from store.terms import time
from store.terms.book import Book
from store.terms.money import EXACT
from store.terms.time import Span


def rate(
    book: Book,
    usage: Usage,
    *,
    as_of: datetime,
    customers: Iterable[str] | None = None,
    catalog: Catalog | None = None,
) -> Preview:
    """Every statement of the book's customers (or of some) whose period started before `as_of`, as of that instant.

    Raises `Invalid` or `NotFound` for a book that cannot be rated, `NotRated` for a term that this version cannot rate;
    each names the path. Whoever rates one book again and again keeps its `Catalog` and passes it.
    """
    catalog = catalog or Catalog(book)
    wanted = None if customers is None else set(customers)
    if wanted not in catalog.checked:
        check(book, catalog, wanted)
        catalog.checked.append(wanted)
    notices = Notices()
    statements: list[Statement] = []
    balances: list[Balance] = []
    claims: list[tuple[str, tuple[Claim, ...]]] = []
    with localcontext(EXACT):
        for customer_id in sorted(c.id or "" for c in book.customers):
            if wanted is not None and customer_id not in wanted:
                continue
            walk = CustomerWalk(catalog, customer_id, usage, as_of, notices)
            statements.extend(stated(walk.statements(), walk.now, notices))
            balances.extend(walk.balances())
            notices.overlaps(walk.now.values(), Span(time.DISTANT_PAST, as_of))
            claims.append((customer_id, tuple(_claim(s, walk.planned) for s in walk.now.values())))
    unmatched: tuple[Unmatched, ...] = usage.unmatched(Claims(tuple(claims)))
    return Preview(tuple(statements), tuple(balances), (*unmatched, *notices.unmatched), notices.warnings)


def _claim(state: CompiledContract, planned: Iterable[Planned]) -> Claim:
    """What a contract takes: in each stated period as it was known when that closed, elsewhere as it is known now."""
    span = state.effective.span
    archived = state.effective.archived_at
    end = span.end if archived is None else min(span.end, archived)
    found: list[Route] = []
    metrics = {d.metric_id or "" for p in usage_products(state) for d in p.definitions}
    at = span.start
    for one in sorted((p for p in planned if p.contract.id == state.id), key=lambda p: p.period.start):
        if at < one.period.start:
            found.extend(routes(state.effective, Span(at, one.period.start)))
        found.extend(routes(one.contract.effective, one.period))
        metrics.update(d.metric_id or "" for p in usage_products(one.contract) for d in p.definitions)
        at = one.period.end
    if at < end:
        found.extend(routes(state.effective, Span(at, end)))
    return Claim(state.id, tuple(found), frozenset(metrics))
