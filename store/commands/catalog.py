"""Metrics, products, rate cards and rates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_
from sqlmodel import SQLModel

import store.commands.lookups as lookups
from store.commands.ids import new_id
from store.database import Work
from store.queries import loading
from store.queries.book import around
from store.tables import table
from store.tables.catalog import BillableMetricRow, ProductRow, RateCardAliasRow, RateCardRow, RateRow
from store.terms import document, review
from store.terms.catalog import BillableMetric, Product
from store.terms.rates import Rate, RateCard

ELSEWHERE = {"id", "aliases", "rates", "archived_at"}
"""Fields that have columns or tables of their own."""


def create_metric(work: Work, *, request: BillableMetric) -> str:
    """Makes a billable metric and returns its id."""
    review.refuse(review.metric(request, around(work.session)))
    return place_metric(work, request)


def place_metric(work: Work, reviewed: BillableMetric) -> str:
    """Writes a metric that was reviewed."""
    return place(work, BillableMetricRow, "billable_metric", reviewed, {})


def create_product(work: Work, *, request: Product) -> str:
    """Makes a product and returns its id."""
    metrics = {i for i in (request.billable_metric_id, *(u.billable_metric_id for u in request.updates)) if i}
    book = around(work.session, metric_ids=metrics, product_ids=loading.product_ids(request.payload()))
    review.refuse(review.product(request, book))
    return place_product(work, request)


def place_product(work: Work, reviewed: Product) -> str:
    """Writes a product that was reviewed."""
    columns = {"type": reviewed.type.value, "billable_metric_id": reviewed.billable_metric_id}
    return place(work, ProductRow, "product", reviewed, columns)


def create_rate_card(work: Work, *, request: RateCard) -> str:
    """Makes a rate card with its aliases (and, from a bundle, its rates) and returns its id.

    An alias that another card has is taken over: the other card's window ends where this one's begins.
    """
    book = around(work.session, product_ids=loading.product_ids(request.payload()))
    review.refuse(review.rate_card(request, book))
    return place_rate_card(work, request)


def place_rate_card(work: Work, reviewed: RateCard) -> str:
    """Writes a rate card that was reviewed, with its aliases and rates."""
    card_id = place(work, RateCardRow, "rate_card", reviewed, {})
    for alias in reviewed.aliases:
        take_alias(work, RateCardAliasRow, "rate_card_id", alias.name, alias.starting_at, card_id)
        window = {"starting_at": alias.starting_at, "ending_before": alias.ending_before}
        work.insert(RateCardAliasRow, {"name": alias.name, "rate_card_id": card_id, **window})
    _write_rates(work, card_id, reviewed.rates)
    return card_id


def add_rates(work: Work, *, rate_card_id: str, rates: Sequence[Rate]) -> int:
    """Adds rates to a card, all or none, and returns how many; rates are never changed, later ones supersede."""
    row = lookups.rate_card(work, rate_card_id)
    book = around(work.session, card_ids=[rate_card_id], product_ids=[rate.product_id for rate in rates])
    review.refuse(review.rates(tuple(rates), book.rate_card[rate_card_id], book))
    plain = [Rate.model_construct(r.model_fields_set & set(Rate.model_fields), **_fields(r)) for r in rates]
    _write_rates(work, row.id, plain)
    work.audit(action="add_rates", entity="rate_card", entity_id=row.id, before=None, after={"rates": plain})
    return len(plain)


def _fields(rate: Rate) -> dict[str, Any]:
    """The rate itself, without what its request said around it (the card it goes to)."""
    return {name: getattr(rate, name) for name in Rate.model_fields}


def place(work: Work, row: Any, what: str, reviewed: Any, columns: dict[str, Any]) -> str:
    """Writes an object of the catalog with an id, its custom fields and an audit entry; returns the id."""
    id = reviewed.id or new_id()
    lookups.free_id(work, row, id, what=what.replace("_", " "))
    placed = reviewed.model_copy(update={"id": id})
    work.insert(
        row,
        {
            "id": id,
            "name": placed.name,
            **columns,
            "created_at": work.now,
            "archived_at": placed.archived_at,
            "terms": {k: v for k, v in placed.payload().items() if k not in ELSEWHERE},
        },
    )
    lookups.claim_fields(work, what, id, getattr(placed, "custom_fields", {}))
    work.audit(action="create", entity=what, entity_id=id, before=None, after=placed)
    return id


def take_alias(work: Work, row: type[SQLModel], owner: str, name: str, start: datetime | None, owner_id: str) -> None:
    """Ends the windows in which others have an alias where the new one begins (now, for one without a start)."""
    cut = start or work.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    aliases = table(row)
    begins, ends = aliases.c.starting_at, aliases.c.ending_before
    work.session.execute(
        aliases.update()
        .where(aliases.c.name == name, aliases.c[owner] != owner_id)
        .where(or_(begins.is_(None), begins < cut), or_(ends.is_(None), ends > cut))
        .values(ending_before=cut)
    )


def _write_rates(work: Work, card_id: str, rates: Sequence[Rate]) -> None:
    rows = [
        {
            "rate_card_id": card_id,
            "product_id": rate.product_id,
            "key": document.write([dict(sorted((rate.pricing_group_values or {}).items())), rate.billing_frequency]),
            "starting_at": rate.starting_at,
            "ending_before": rate.ending_before,
            "created_at": work.now,
            "price": rate.price,
            "terms": rate,
        }
        for rate in rates
    ]
    work.insert(RateRow, rows)
