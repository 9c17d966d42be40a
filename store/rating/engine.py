"""The rating service: a book and its usage in, statements with balances and notices out; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import localcontext

from store.rating.catalog import Catalog
from store.rating.checks import check
from store.rating.families import Family
from store.rating.measure import Claim, Claims, Usage
from store.rating.notices import Notices
from store.rating.statement import Balance, Preview, Statement, Unmatched
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
    asked = None if customers is None else set(customers)
    wanted = None if asked is None else asked.union(*(catalog.families.get(key, ()) for key in asked))
    check(book, catalog, wanted)
    notices = Notices()
    statements: list[Statement] = []
    balances: list[Balance] = []
    claims: list[tuple[str, tuple[Claim, ...]]] = []
    with localcontext(EXACT):
        families: dict[str, Family] = {}
        for customer_id in sorted(catalog.customers if asked is None else asked & catalog.customers.keys()):
            family = families.pop(customer_id, None)
            if family is None:
                kin = catalog.families.get(customer_id, (customer_id,))
                told = {key: notices if asked is None or key in asked else Notices() for key in kin}
                family = Family(catalog, usage, as_of, told)
                families.update((key, family) for key in kin if key != customer_id)
            walk = family.walks[customer_id]
            terms = walk.terms
            statements.extend(family.statements[customer_id])
            balances.extend(walk.balances())
            notices.overlaps(terms.now.values(), Span(time.DISTANT_PAST, as_of))
            claims.append((customer_id, terms.claims))
    unmatched: tuple[Unmatched, ...] = usage.unmatched(Claims(tuple(claims)))
    return Preview(tuple(statements), tuple(balances), (*unmatched, *notices.unmatched), notices.warnings)
