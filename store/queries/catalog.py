"""The catalog as screens and the API read it: metrics, products, cards, and the prices in force at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

import store.queries.book as book
import store.queries.loading as loading
from store.database import Store
from store.errors import NotFound
from store.queries.rows import among, by_name, known
from store.tables.catalog import BillableMetricRow, ProductRow, RateCardRow, RateRow
from store.tables.contracts import ContractRow
from store.tables.customers import CustomerRow
from store.terms.catalog import BillableMetric, Product
from store.terms.customer import CustomFieldKey
from store.terms.rates import Rate, RateCard


@dataclass(frozen=True, slots=True)
class RateCardView:
    """A rate card (its `card` has the aliases but not the rates), and how much hangs on it."""

    id: str
    name: str
    card: RateCard
    created_at: datetime
    archived_at: datetime | None
    rates: int
    """How many rates were ever added."""
    contracts: int
    """How many contracts that are not archived are priced by it."""


@dataclass(frozen=True, slots=True)
class PricedProduct:
    """A rate of a card, with the product it prices."""

    product: Product
    rate: Rate
    added_at: datetime
    superseded: bool
    """Whether, at the instant asked for, another rate of the same key is in force instead, or will be later."""


@dataclass(frozen=True, slots=True)
class CardContract:
    """A contract that a card prices: what a change of its prices touches."""

    contract_id: str
    contract_name: str | None
    customer_id: str
    customer_name: str
    starting_at: datetime
    ending_before: datetime | None


def custom_field_keys(store: Store) -> tuple[CustomFieldKey, ...]:
    """Every registered key, in the order registered."""
    with store.read() as session:
        return loading.keys(session)


def metrics(store: Store) -> tuple[BillableMetric, ...]:
    """All billable metrics, by name; archived ones carry `archived_at`."""
    with store.read() as session:
        return tuple(map(loading.metric, by_name(session, BillableMetricRow)))


def metric(store: Store, metric_id: str) -> BillableMetric:
    """The metric with this id; raises `NotFound`."""
    with store.read() as session:
        return loading.metric(known(session, BillableMetricRow, metric_id, "billable metric"))


def products(store: Store) -> tuple[Product, ...]:
    """All products, by name; archived ones carry `archived_at`."""
    with store.read() as session:
        return tuple(map(loading.product, by_name(session, ProductRow)))


def product(store: Store, product_id: str) -> Product:
    """The product with this id; raises `NotFound`."""
    with store.read() as session:
        return loading.product(known(session, ProductRow, product_id, "product"))


def rate_cards(store: Store) -> tuple[RateCardView, ...]:
    """All rate cards, by name."""
    with store.read() as session:
        return _views(session, by_name(session, RateCardRow))


def rate_card(store: Store, card_id: str) -> RateCardView:
    """The rate card with this id; raises `NotFound`."""
    with store.read() as session:
        return _views(session, [known(session, RateCardRow, card_id, "rate card")])[0]


def _views(session: Session, rows: Iterable[RateCardRow]) -> tuple[RateCardView, ...]:
    rows = list(rows)
    rated, used = col(RateRow.rate_card_id), col(ContractRow.rate_card_id)
    rates = dict(session.execute(select(rated, func.count()).group_by(rated)).all())
    live = select(used, func.count()).where(col(ContractRow.archived_at).is_(None), used.is_not(None)).group_by(used)
    contracts = dict(session.execute(live).all())
    return tuple(
        RateCardView(
            id=row.id,
            name=row.name,
            card=card,
            created_at=row.created_at,
            archived_at=row.archived_at,
            rates=rates.get(row.id, 0),
            contracts=contracts.get(row.id, 0),
        )
        for row, card in zip(rows, loading.cards(session, rows, rates=False), strict=True)
    )


def rates(store: Store, card_id: str, *, at: datetime | None = None) -> tuple[PricedProduct, ...]:
    """The card's rates, by product, group values and start: all that were ever added, or those in force at `at`.

    A rate is in force from its start until its end or the start of a later one of the same key. Raises `NotFound`.
    """
    with store.read() as session:
        if session.scalars(select(col(RateCardRow.id)).where(col(RateCardRow.id) == card_id)).first() is None:
            raise NotFound(f"there is no rate card {card_id}", path="/rate_card_id")
        wanted = select(RateRow).where(col(RateRow.rate_card_id) == card_id)
        if at is not None:
            wanted = wanted.where(col(RateRow.starting_at) <= at)
        rows = session.scalars(wanted.order_by(col(RateRow.starting_at), col(RateRow.seq))).all()
        ids = {row.product_id for row in rows}
        sold = {p.id: loading.product(p) for p in among(session, ProductRow, col(ProductRow.id), ids)}
    last: dict[tuple[str, str], RateRow] = {}
    for row in rows:
        last[row.product_id, row.key] = row
    shown = [
        PricedProduct(
            product=sold[row.product_id],
            rate=Rate.model_validate(row.terms),
            added_at=row.created_at,
            superseded=last[row.product_id, row.key] is not row,
        )
        for row in rows
        if at is None
        or (last[row.product_id, row.key] is row and (row.ending_before is None or row.ending_before > at))
    ]
    return tuple(sorted(shown, key=_by_product))


def _by_product(priced: PricedProduct) -> tuple[str, str, object, datetime]:
    group = tuple(sorted((priced.rate.pricing_group_values or {}).items()))
    return priced.product.name.casefold(), priced.product.id or "", group, priced.rate.starting_at


def contracts_on(
    store: Store, card_id: str, *, after: datetime | None = None, limit: int = 500
) -> tuple[CardContract, ...]:
    """The contracts that are not archived and priced by the card, by customer: those that still run after `after`.

    At most `limit`; `RateCardView.contracts` counts them all.
    """
    contract, owner = ContractRow, CustomerRow
    wanted = (
        select(contract, col(owner.name))
        .join(owner, col(contract.customer_id) == col(owner.id))
        .where(col(contract.rate_card_id) == card_id, col(contract.archived_at).is_(None))
        .order_by(col(owner.name_key), col(owner.id), col(contract.starting_at))
        .limit(limit)
    )
    if after is not None:
        ends = col(contract.ending_before)
        wanted = wanted.where(ends.is_(None) | (ends > after))
    with store.read() as session:
        return tuple(
            CardContract(
                contract_id=row.id,
                contract_name=row.name,
                customer_id=row.customer_id,
                customer_name=name,
                starting_at=row.starting_at,
                ending_before=row.ending_before,
            )
            for row, name in session.execute(wanted)
        )


def card_for_alias(store: Store, alias: str, at: datetime) -> str | None:
    """The id of the card that an alias means at an instant, None if it means none."""
    with store.read() as session:
        return book.card_named(session, alias, at)


def product_users(store: Store, product_id: str) -> tuple[str, ...]:
    """The ids of the cards that have a rate for the product."""
    with store.read() as session:
        card = col(RateRow.rate_card_id)
        return tuple(session.scalars(select(card).where(col(RateRow.product_id) == product_id).group_by(card)))


def metric_users(store: Store) -> dict[str, tuple[str, ...]]:
    """Metric id → names of the products that are measured by it."""
    found: dict[str, list[str]] = defaultdict(list)
    with store.read() as session:
        measured, name = col(ProductRow.billable_metric_id), col(ProductRow.name)
        for id, of in session.execute(select(measured, name).where(measured.is_not(None)).order_by(name)):
            found[id or ""].append(of)
    return {id: tuple(names) for id, names in found.items()}
