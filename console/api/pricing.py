"""Rate cards and their rates: create, list, get, add, and the rates in force at an instant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.api.bodies import ById, Nothing, RateSelector, RatesGet
from console.api.call import Call, about, below, page
from console.api.terms_shown import made_by
from store import queries
from store.commands import catalog as commands
from store.queries import PricedProduct, RateCardView
from store.rating.report import credit_type
from store.terms import money
from store.terms.rates import AddRate, AddRates, Rate, RateCard


def create_rate_card(call: Call) -> dict[str, Any]:
    """`POST /v1/contract-pricing/rate-cards/create`"""
    request = call.read(RateCard)
    with call.work() as work:
        return {"data": {"id": commands.create_rate_card(work, request=request)}}


def list_rate_cards(call: Call) -> dict[str, Any]:
    """`POST /v1/contract-pricing/rate-cards/list`: by name, without archived ones."""
    call.read_optional(Nothing)
    return page(call, _cards(call, [view for view in queries.rate_cards(call.store) if view.archived_at is None]))


def get_rate_card(call: Call) -> dict[str, Any]:
    """`POST /v1/contract-pricing/rate-cards/get`"""
    request = call.read(ById)
    with about("/id"):
        return {"data": _cards(call, [queries.rate_card(call.store, request.id)])[0]}


def _cards(call: Call, views: Sequence[RateCardView]) -> list[dict[str, Any]]:
    made = queries.made(call.store, [view.id for view in views])
    return [_card(view) | made_by(made, view.id) for view in views]


def _card(view: RateCardView) -> dict[str, Any]:
    card = view.card
    return {
        "id": view.id,
        "name": view.name,
        "description": card.description,
        "aliases": card.aliases,
        "fiat_credit_type": credit_type(card.fiat_credit_type_id or money.USD),
        "credit_type_conversions": [
            {
                "custom_credit_type": credit_type(c.custom_credit_type_id),
                "fiat_per_custom_credit": money.text(c.fiat_per_custom_credit),
            }
            for c in card.credit_type_conversions
        ],
        "custom_fields": card.custom_fields,
        "archived_at": view.archived_at,
    }


def add_rate(call: Call) -> dict[str, Any]:
    """`POST /v1/contract-pricing/rate-cards/addRate`; answers with the rate as it was understood."""
    request = call.read(AddRate)
    with below("/rates/0"), call.work() as work:
        commands.add_rates(work, rate_card_id=request.rate_card_id, rates=[request])
    return {"data": _price(request)}


def add_rates(call: Call) -> dict[str, Any]:
    """`POST /v1/contract-pricing/rate-cards/addRates`: all of them or none."""
    request = call.read(AddRates)
    with call.work() as work:
        commands.add_rates(work, rate_card_id=request.rate_card_id, rates=request.rates)
    return {"data": {"id": request.rate_card_id}}


def get_rates(call: Call) -> dict[str, Any]:
    """`POST /v1/contract-pricing/rate-cards/getRates`: those in force at `at` that fit any of the selectors."""
    request = call.read(RatesGet)
    rates = queries.rates(call.store, request.rate_card_id, at=request.at)
    fitting = [r for r in rates if not request.selectors or any(_fits(r, s) for s in request.selectors)]
    return page(call, [_rate(r) for r in fitting])


def _fits(priced: PricedProduct, selector: RateSelector) -> bool:
    rate, values = priced.rate, priced.rate.pricing_group_values or {}
    return (
        selector.product_id in (None, rate.product_id)
        and set(selector.product_tags or ()) <= set(priced.product.tags)
        and selector.pricing_group_values in (None, values)
        and (selector.partial_pricing_group_values or {}).items() <= values.items()
        and selector.billing_frequency in (None, rate.billing_frequency)
    )


def _rate(priced: PricedProduct) -> dict[str, Any]:
    rate = priced.rate
    return {
        "product_id": rate.product_id,
        "product_name": priced.product.name,
        "product_tags": priced.product.tags,
        "product_custom_fields": priced.product.custom_fields,
        "entitled": rate.entitled,
        "starting_at": rate.starting_at,
        "ending_before": rate.ending_before,
        "pricing_group_values": rate.pricing_group_values,
        "billing_frequency": rate.billing_frequency,
        "rate": _price(rate),
        "commit_rate": rate.commit_rate,
    }


def _price(rate: Rate) -> dict[str, Any]:
    given: dict[str, Any] = {"rate_type": rate.rate_type, "credit_type": credit_type(rate.credit_type)}
    for name in ("price", "tiers", "quantity", "is_prorated", "minimum_config", "custom_rate", "pricing_group_values"):
        if getattr(rate, name) is not None:
            given[name] = getattr(rate, name)
    return given
