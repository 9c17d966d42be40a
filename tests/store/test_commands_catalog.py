"""Stories of the catalog: metrics, products, cards whose aliases move, rates that are only ever added."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from store import queries
from store.commands import add_rates, create_contract, create_metric, create_product, create_rate_card
from store.database import Store
from store.errors import Conflict, Invalid, NotFound
from store.terms.base import IMPORT, parse
from store.terms.catalog import BillableMetric, Product
from store.terms.contract import ContractTerms
from store.terms.rates import AddRate, Rate, RateCard
from tests.store.conftest import Working
from tests.store.refusals import refused
from tests.store.sample import (
    ACME,
    CALLS,
    CALLS_METRIC,
    CARD,
    CONTRACT,
    FEE,
    LATER,
    START,
    STORAGE,
    UNPRICED,
    flat,
    uid,
)

NEW_YEAR, SPRING = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC)


def card(**more: Any) -> RateCard:
    """A card of a bundle."""
    return parse(RateCard, {"name": "Second", **more}, context=IMPORT)


def rate(product: str, **more: Any) -> Rate:
    """A flat rate."""
    return parse(Rate, flat(product, **more))


def test_a_metric_and_a_product_are_made(book: Store, working: Working) -> None:
    with working() as work:
        metric = create_metric(work, request=BillableMetric(name="Bytes", aggregation_type="COUNT"))
        product = create_product(
            work, request=parse(Product, {"name": "B", "type": "USAGE", "billable_metric_id": metric})
        )
    assert queries.metric(book, metric).name == "Bytes"
    assert queries.product(book, product).billable_metric_id == metric
    assert queries.metric_users(book)[metric] == ("B",)
    assert [(c.entity, c.summary) for c in queries.changes(book, limit=2)] == [
        ("product", "created a product: B"),
        ("billable_metric", "created a billable metric: Bytes"),
    ]


def test_a_product_needs_its_metric(book: Store, working: Working) -> None:
    request = parse(Product, {"name": "B", "type": "USAGE", "billable_metric_id": uid(77)})
    assert refused(book, working, NotFound, create_product, request=request).path == "/billable_metric_id"


def test_ids_of_the_catalog_are_used_once(book: Store, working: Working) -> None:
    metric = BillableMetric(id=CALLS_METRIC, name="Twin", aggregation_type="COUNT")
    refused(book, working, Conflict, create_metric, request=metric)
    refused(book, working, Conflict, create_product, request=Product(id=FEE, name="Twin", type="FIXED"))
    refused(book, working, Conflict, create_rate_card, request=card(id=CARD))


def test_rates_are_added_and_supersede(book: Store, working: Working) -> None:
    with working() as work:
        assert add_rates(work, rate_card_id=CARD, rates=[rate(CALLS, starting_at=LATER, price=Decimal("210.5"))]) == 1
    prices = {at: queries.rates(book, CARD, at=at) for at in (NEW_YEAR, SPRING)}
    found = {at: [p.rate.price for p in priced if p.product.id == CALLS] for at, priced in prices.items()}
    assert found == {NEW_YEAR: [Decimal(200)], SPRING: [Decimal("210.5")]}
    history = [(p.rate.price, p.superseded) for p in queries.rates(book, CARD) if p.product.id == CALLS]
    assert history == [(Decimal(200), True), (Decimal("210.5"), False)]
    assert queries.rate_card(book, CARD).rates == 5


def test_a_rate_that_ends_is_no_longer_in_force(book: Store, working: Working) -> None:
    with working() as work:
        made = create_rate_card(work, request=card(rates=[flat(CALLS, ending_before=LATER)]))
    assert [len(queries.rates(book, made, at=at)) for at in (NEW_YEAR, SPRING)] == [1, 0]


def test_rates_are_added_all_or_none(book: Store, working: Working) -> None:
    good, twice = rate(CALLS, starting_at=LATER), rate(STORAGE, pricing_group_values={"class": "hot"})
    error = refused(book, working, Invalid, add_rates, rate_card_id=CARD, rates=[good, twice])
    assert error.path == "/rates/1/starting_at"
    unknown = rate(uid(77))
    assert refused(book, working, NotFound, add_rates, rate_card_id=CARD, rates=[unknown]).path == "/rates/0/product_id"
    refused(book, working, NotFound, add_rates, rate_card_id=uid(78), rates=[good])


def test_the_api_s_single_rate_is_stored_as_a_rate(book: Store, working: Working) -> None:
    request = parse(AddRate, flat(UNPRICED) | {"rate_card_id": CARD})
    with working() as work:
        add_rates(work, rate_card_id=request.rate_card_id, rates=[request])
    assert [p.rate for p in queries.rates(book, CARD) if p.product.id == UNPRICED] == [rate(UNPRICED)]


def test_an_alias_moves_to_the_card_it_was_assigned_last(book: Store, working: Working) -> None:
    assert queries.card_for_alias(book, "list", SPRING) == CARD
    with working() as work:
        second = create_rate_card(work, request=card(aliases=[{"name": "list", "starting_at": LATER}]))
    assert queries.card_for_alias(book, "list", NEW_YEAR) == CARD
    assert queries.card_for_alias(book, "list", SPRING) == second
    [old] = queries.rate_card(book, CARD).card.aliases
    assert old.ending_before == SPRING


def test_a_contract_keeps_the_card_its_alias_meant_at_its_start(book: Store, working: Working) -> None:
    with working() as work:
        second = create_rate_card(work, request=card(aliases=[{"name": "list", "starting_at": LATER}]))
        ids = [
            create_contract(work, request=ContractTerms(customer_id=ACME, rate_card_alias="list", starting_at=start))
            for start in (START, LATER)
        ]
    with working() as work:
        create_rate_card(work, request=card(name="Third", aliases=[{"name": "list"}]))
    stored = [queries.contract(book, id) for id in ids]
    assert [c.rate_card_id for c in stored] == [CARD, second]
    assert [c.contract.rate_card_alias for c in stored] == [None, None]
    assert [c.title for c in stored] == ["List", "Second"]


def test_what_a_price_change_touches(book: Store, working: Working) -> None:
    [touched] = queries.contracts_on(book, CARD)
    assert (touched.contract_id, touched.customer_name) == (CONTRACT, "Acme")
    assert queries.contracts_on(book, CARD, after=datetime(2027, 1, 1, tzinfo=UTC)) == ()
    assert queries.rate_card(book, CARD).contracts == 1
    assert queries.product_users(book, CALLS) == (CARD,)


@pytest.mark.parametrize("ask", [queries.metric, queries.product, queries.rate_card, queries.rates])
def test_a_thing_that_there_is_not(book: Store, ask: Any) -> None:
    with pytest.raises(NotFound, match=uid(77)):
        ask(book, uid(77))


def test_lists_are_by_name(book: Store) -> None:
    assert [p.name for p in queries.products(book)] == sorted(p.name for p in queries.products(book))
    assert [m.name for m in queries.metrics(book)] == ["By query", "Calls", "Gigabytes"]
    assert [c.name for c in queries.rate_cards(book)] == ["List"]
    assert [k.entity for k in queries.custom_field_keys(book)] == ["customer", "contract", "commit", "product"]
