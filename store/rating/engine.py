"""The rating service: a book and its usage in, statements with balances and notices out; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import localcontext

from store.rating.catalog import Catalog
from store.rating.checks import check
from store.rating.customer_terms import customer_terms
from store.rating.measure import Claim, Claims, Usage
from store.rating.notices import Notices
from store.rating.stated import stated
from store.rating.statement import Balance, Preview, Statement, Unmatched
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
        for customer_id in sorted(catalog.customers if wanted is None else wanted & catalog.customers.keys()):
            terms = customer_terms(catalog, customer_id, as_of)
            walk = CustomerWalk(terms, usage, notices)
            statements.extend(stated(walk.statements(), terms.now, notices))
            balances.extend(walk.balances())
            notices.overlaps(terms.now.values(), Span(time.DISTANT_PAST, as_of))
            claims.append((customer_id, terms.claims))
    unmatched: tuple[Unmatched, ...] = usage.unmatched(Claims(tuple(claims)))
    return Preview(tuple(statements), tuple(balances), (*unmatched, *notices.unmatched), notices.warnings)
