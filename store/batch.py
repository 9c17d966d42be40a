"""Previews of many customers: read and rated some hundreds at a time, in several processes where there are many."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from itertools import chain, islice
from typing import NamedTuple, TypeVar

from store.database import Store
from store.errors import Invalid, NotFound, NotRated
from store.proposals import doubtful_amounts
from store.queries.book import book_of, family
from store.rating.catalog import Catalog
from store.rating.engine import rate
from store.rating.statement import Preview, Warning
from store.rating.totals import NOT_PREVIEWED
from store.terms.book import Book
from store.usage.crew import ahead
from store.usage.ledger.tally import Tally
from store.usage.stored import StoredUsages

R = TypeVar("R")
FIRST, AT_ONCE = 200, 1000
"""How many customers are read together, at first and at most: enough to share what is read of the catalog and of each
file of usage, few enough to hold; few at first, so that small books are split and results come soon."""


def rate_many(
    store: Store,
    customer_ids: Iterable[str],
    then: Callable[[Preview], R],
    *,
    as_of: datetime,
    jobs: int,
    at_once: int = AT_ONCE,
) -> Iterator[R]:
    """What `then` makes of each customer's preview, in the order given; holds a thousand of them at most at any time.

    With more than one job, and customers enough, `then` runs in other processes: it must be a plain function (or a
    partial of one), and should yield little, since that is sent from one process to another.
    """
    chunks = _chunks(iter(customer_ids), at_once)
    first = list(islice(chunks, 2))
    if jobs < 2 or len(first) < 2:
        tally = Tally(store) if len(first) > 1 else None
        for ids in chain(first, chunks):
            yield from map(then, previews(store, ids, as_of=as_of, tally=tally))
        return
    work = partial(_elsewhere, _Place(store.url, store.ledger.copy or str(store.ledger.folder)), then, as_of)
    for _, made in ahead(work, chain(first, chunks), processes=jobs):
        yield from made


def previews(
    store: Store, customer_ids: Sequence[str], *, as_of: datetime, tally: Tally | None = None
) -> Iterator[Preview]:
    """The preview of each of these customers, who are read together and rated as if each were alone in the store.

    Whoever goes through many of them, some after the other, passes the same `tally` each time.
    """
    book = book_of(store, family(store, customer_ids))
    refs = {customer.id: (customer.id, *customer.aliases) for customer in book.customers if customer.id}
    usage, whole = StoredUsages(store, tally=tally).of(refs, book), Catalog(book)
    alike: dict[frozenset[str | None], Catalog] = {}
    for customer_id in customer_ids:
        own = _own(whole, customer_id)
        cards = frozenset(card.id for contract in own.contracts if (card := book.card_of(contract)))
        if cards not in alike:
            alike[cards] = Catalog(own.replace(rate_cards=tuple(c for c in book.rate_cards if c.id in cards)))
        shared = alike[cards]
        own = own.replace(rate_cards=shared.book.rate_cards)
        try:
            found = rate(own, usage, as_of=as_of, customers=[customer_id], catalog=shared.over(own))
        except (Invalid, NotFound, NotRated) as error:  # one customer's fault is no reason to leave out the others
            yield Preview((), (), warnings=(Warning(NOT_PREVIEWED, str(error), error.path),))
            continue
        yield replace(found, warnings=(*doubtful_amounts(own, customer_id), *found.warnings))


def _own(whole: Catalog, customer_id: str) -> Book:
    """The book of one customer and its kin."""
    kin = whole.families.get(customer_id, (customer_id,))
    people = sorted(whole.customers[key] for key in kin if key in whole.customers)
    contracts = sorted(item for key in kin for item in whole.contracts_of.get(key, ()))
    return whole.book.replace(customers=tuple(c for _, c in people), contracts=tuple(c for _, c in contracts))


def _chunks(ids: Iterator[str], most: int) -> Iterator[list[str]]:
    size = min(FIRST, most)
    while chunk := list(islice(ids, size)):
        yield chunk
        size = min(size * 2, most)


class _Place(NamedTuple):
    """Where another process finds the same store."""

    url: str
    usage: str


@cache
def _opened(place: _Place) -> tuple[Store, Tally]:
    """This process's own way to the store; what it took to start is not looked through for garbage any more."""
    store = Store.open(place.url, usage=place.usage, read_only=True, create=False)
    gc.freeze()
    return store, Tally(store)


def _elsewhere(place: _Place, then: Callable[[Preview], R], as_of: datetime, ids: list[str]) -> list[R]:
    """One chunk's part of the work; garbage is collected once, at its end."""
    store, tally = _opened(place)
    made = [then(preview) for preview in previews(store, ids, as_of=as_of, tally=tally)]
    gc.collect()
    return made
