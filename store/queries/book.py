"""Books out of the store: what the rating service and the reviews read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

import store.queries.loading as loading
from store.database import Store
from store.errors import NotFound
from store.queries.rows import among
from store.tables.catalog import BillableMetricRow, ProductRow, RateCardAliasRow, RateCardRow
from store.tables.contracts import ContractRow
from store.tables.customers import CustomerRow
from store.tables.packages import PackageAliasRow, PackageRow
from store.terms.book import Book
from store.terms.catalog import BillableMetric, Product
from store.terms.package import Package


def customer_book(store: Store, customer_id: str) -> Book:
    """The customer with all its contracts, and the part of the catalog that they rest on; raises `NotFound`."""
    with store.read() as session:
        book = around(session, customer_ids=[customer_id])
    if customer_id not in book.customer:
        raise NotFound(f"there is no customer {customer_id}")
    return book


def book_of(store: Store, customer_ids: Iterable[str]) -> Book:
    """These customers with all their contracts, and the part of the catalog that they rest on."""
    with store.read() as session:
        return around(session, customer_ids=customer_ids)


def family(store: Store, customer_ids: Iterable[str]) -> tuple[str, ...]:
    """The customers whose contracts are parents or children of theirs, and so on, with themselves."""
    id, owner, parent = col(ContractRow.id), col(ContractRow.customer_id), col(ContractRow.parent_id)
    found, waiting = set(customer_ids), set(customer_ids)
    with store.read() as session:
        while waiting:
            mine = select(id).where(owner.in_(waiting))
            above = select(parent).where(owner.in_(waiting), parent.is_not(None))
            tied = set(session.scalars(select(owner).where(or_(parent.in_(mine), id.in_(above))).distinct()))
            waiting = tied - found
            found |= waiting
    return tuple(sorted(found))


def whole_book(store: Store) -> Book:
    """Everything but events and drafts."""
    with store.read() as session:
        return everything(session)


def everything(session: Session) -> Book:
    """Everything but events and drafts."""
    rows = session.scalars(select(CustomerRow).order_by(col(CustomerRow.seq))).all()
    terms = session.scalars(select(ContractRow).order_by(col(ContractRow.seq))).all()
    return catalog(session).replace(
        customers=loading.customers(session, rows), contracts=loading.contracts(session, terms)
    )


def catalog(session: Session, *, rates: bool = True) -> Book:
    """All custom-field keys, metrics, products and rate cards, in the order they were made."""
    cards = session.scalars(select(RateCardRow).order_by(col(RateCardRow.seq))).all()
    return Book(
        custom_field_keys=loading.keys(session),
        billable_metrics=tuple(
            map(loading.metric, session.scalars(select(BillableMetricRow).order_by(col(BillableMetricRow.seq))))
        ),
        products=tuple(map(loading.product, session.scalars(select(ProductRow).order_by(col(ProductRow.seq))))),
        rate_cards=loading.cards(session, cards, rates=rates),
        packages=loading.packages(session, session.scalars(select(PackageRow).order_by(col(PackageRow.seq))).all()),
    )


def around(
    session: Session,
    *,
    customer_ids: Iterable[str] = (),
    card_ids: Iterable[str] = (),
    card_alias: str | None = None,
    product_ids: Iterable[str] = (),
    metric_ids: Iterable[str] = (),
    contract_ids: Iterable[str] = (),
    package_ids: Iterable[str] = (),
    package_alias: str | None = None,
) -> Book:
    """These customers with all their contracts, these cards, packages and products, and all that any rests on.

    What does not exist is simply not in the book.
    """
    people = among(session, CustomerRow, col(CustomerRow.id), customer_ids, col(CustomerRow.seq))
    people.sort(key=lambda r: r.seq or 0)
    terms = _contracts(session, [row.id for row in people], contract_ids)
    contracts = loading.contracts(session, terms)
    customers = loading.customers(session, people)
    named = loading.product_ids([row.terms for row in terms]) | set(product_ids)
    for contract in contracts:
        for kind in loading.CHANGES.values():
            named |= loading.product_ids([change.payload() for change in getattr(contract, kind)])
    for customer in customers:
        named |= loading.product_ids([b.payload() for b in (*customer.commits, *customer.credits)])
    packages = _packages(session, {*package_ids, *(row.package_id for row in terms if row.package_id)}, package_alias)
    named |= loading.product_ids([package.payload() for package in packages])
    priced_by = [_cards_named(session, p.rate_card_alias) for p in packages]
    card_ids = {*card_ids, *(p.rate_card_id for p in packages if p.rate_card_id), *chain(*priced_by)}
    wanted = {*card_ids, *(row.rate_card_id for row in terms if row.rate_card_id), *_cards_named(session, card_alias)}
    rows = among(session, RateCardRow, col(RateCardRow.id), wanted)
    cards = loading.cards(session, sorted(rows, key=lambda r: r.seq or 0))
    named |= {rate.product_id for card in cards for rate in card.rates}
    products = _products(session, named)
    return Book(
        custom_field_keys=loading.keys(session),
        billable_metrics=_metrics(session, products, metric_ids),
        products=products,
        rate_cards=cards,
        packages=packages,
        customers=customers,
        contracts=contracts,
    )


def _contracts(session: Session, customer_ids: Iterable[str], contract_ids: Iterable[str]) -> list[ContractRow]:
    rows = among(session, ContractRow, col(ContractRow.customer_id), customer_ids)
    have = {row.id for row in rows}
    wanted = [i for i in contract_ids if i not in have]
    rows += among(session, ContractRow, col(ContractRow.id), wanted)
    return sorted(rows, key=lambda row: row.seq or 0)


def _packages(session: Session, ids: Iterable[str], alias: str | None) -> tuple[Package, ...]:
    wanted = list(ids)
    if alias is not None:
        named = select(col(PackageAliasRow.package_id)).where(col(PackageAliasRow.name) == alias)
        wanted.extend(session.scalars(named))
    rows = among(session, PackageRow, col(PackageRow.id), wanted)
    return loading.packages(session, sorted(rows, key=lambda row: row.seq or 0))


def _cards_named(session: Session, alias: str | None) -> Iterable[str]:
    if alias is None:
        return ()
    return session.scalars(select(col(RateCardAliasRow.rate_card_id)).where(col(RateCardAliasRow.name) == alias)).all()


def _products(session: Session, ids: set[str]) -> tuple[Product, ...]:
    """The products with those that composites among them are shares of."""
    found: dict[str, ProductRow] = {}
    wanted = ids
    while wanted:
        rows = among(session, ProductRow, col(ProductRow.id), wanted)
        found |= {row.id: row for row in rows}
        wanted = loading.product_ids([row.terms for row in rows]) - found.keys() - wanted
    return tuple(map(loading.product, sorted(found.values(), key=lambda row: row.seq or 0)))


def _metrics(session: Session, products: Iterable[Product], more: Iterable[str]) -> tuple[BillableMetric, ...]:
    ids = {*more}
    for product in products:
        ids |= {i for i in (product.billable_metric_id, *(u.billable_metric_id for u in product.updates)) if i}
    rows = among(session, BillableMetricRow, col(BillableMetricRow.id), ids)
    return tuple(map(loading.metric, sorted(rows, key=lambda row: row.seq or 0)))


def card_named(session: Session, alias: str, at: datetime) -> str | None:
    """The id of the card that an alias means at an instant: of those whose window covers it, the last assigned."""
    start, end = col(RateCardAliasRow.starting_at), col(RateCardAliasRow.ending_before)
    return session.scalars(
        select(col(RateCardAliasRow.rate_card_id))
        .where(col(RateCardAliasRow.name) == alias)
        .where(or_(start.is_(None), start <= at), or_(end.is_(None), end > at))
        .order_by(col(RateCardAliasRow.seq).desc())
        .limit(1)
    ).first()


def alias_owners(session: Session, names: Iterable[str]) -> list[CustomerRow]:
    """The customers that have one of these names as an alias or as their id."""
    from store.tables.customers import IngestAliasRow

    wanted = list(dict.fromkeys(names))
    ids = [row.customer_id for row in among(session, IngestAliasRow, col(IngestAliasRow.alias), wanted)]
    return among(session, CustomerRow, col(CustomerRow.id), [*wanted, *ids])
