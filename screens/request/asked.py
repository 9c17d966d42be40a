"""A request as it would be sent, and the requests that would make what is stored. No widget in sight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.terms.base import Term
from store.terms.document import plain

if TYPE_CHECKING:
    from store.queries import ContractView, CustomerView, RateCardView
    from store.terms.contract import Change
    from store.terms.rates import Rate

CUSTOMERS, CONTRACTS, AMEND = "/v1/customers", "/v1/contracts/create", "/v1/contracts/amend"
FILTER, END, EDIT = "/v1/contracts/setUsageFilter", "/v1/contracts/updateEndDate", "/v2/contracts/edit"
SERVICES, LEDGER = "/v1/contracts/scheduleProServicesInvoice", "/v1/contracts/addManualBalanceLedgerEntry"
COMMITS, CREDITS = "/v1/contracts/customerCommits/create", "/v1/contracts/customerCredits/create"
METRICS, PRODUCTS = "/v1/billable-metrics/create", "/v1/contract-pricing/products/create"
CARDS, RATES = "/v1/contract-pricing/rate-cards/create", "/v1/contract-pricing/rate-cards/addRates"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with a body: plain JSON data, numbers as integers and exact decimals."""

    path: str
    body: Mapping[str, Any]


def of_customer(view: CustomerView) -> tuple[Asked, ...]:
    """What would make the customer as it is now, with its own commits and credits."""
    terms = view.terms
    body = {"name": view.name, **_given(terms)}
    own = {"customer_id": view.id}
    return (
        Asked(CUSTOMERS, {name: body[name] for name in body if body[name] not in ([], {}, None)}),
        *(Asked(COMMITS, _given(commit) | own) for commit in terms.commits),
        *(Asked(CREDITS, _given(credit) | own) for credit in terms.credits),
    )


def of_contract(view: ContractView) -> tuple[Asked, ...]:
    """What would make the contract, and everything recorded since, in that order."""
    from store.terms.contract import ContractTerms
    from store.terms.effective import changes_of

    contract = view.contract
    whole = _given(contract)
    made = {name: whole[name] for name in ContractTerms.model_fields if name in whole}
    made = _with_temporary_ids(made, contract) | {"customer_id": view.customer_id}
    return (Asked(CONTRACTS, made), *(of_change(change, view) for change, _ in changes_of(contract)))


def of_change(change: Change, view: ContractView) -> Asked:
    """What would record a change of the contract again."""
    from store.terms.contract import Amendment, ContractEdit, EndDateUpdate, UsageFilterUpdate
    from store.terms.manual_entry import ManualEntry

    body = {**_given(change), "customer_id": view.customer_id, "contract_id": view.id}
    paths: dict[type[Any], str] = {
        Amendment: AMEND, ContractEdit: EDIT, EndDateUpdate: END, UsageFilterUpdate: FILTER, ManualEntry: LEDGER,
    }  # fmt: skip
    if isinstance(change, ManualEntry):
        body["id"] = body.pop("balance_id", None)
    return Asked(paths.get(type(change), SERVICES), body)


def of_metric(metric: Term) -> tuple[Asked, ...]:
    """What would make the metric."""
    return (Asked(METRICS, _given(metric)),)


def of_product(product: Term) -> tuple[Asked, ...]:
    """What would make the product, as it was created."""
    return (Asked(PRODUCTS, _given(product)),)


def of_rate_card(view: RateCardView, rates: tuple[Rate, ...]) -> tuple[Asked, ...]:
    """What would make the rate card, and its rates."""
    card = Asked(CARDS, _given(view.card))
    if not rates:
        return (card,)
    return (card, Asked(RATES, {"rate_card_id": view.id, "rates": [_given(rate) for rate in rates]}))


def _given(term: Term) -> dict[str, Any]:
    """A term as a request says it: without what only bundles have, at any depth."""
    found: dict[str, Any] = dict(plain(_pruned(term)))
    return found


def _pruned(value: Any) -> Any:
    if isinstance(value, Term):
        own = [name for name in type(value).model_fields if name in value.model_fields_set]
        return {name: _pruned(getattr(value, name)) for name in own if name not in value.BUNDLE_ONLY}
    if isinstance(value, dict):
        return {name: _pruned(item) for name, item in value.items()}
    return [_pruned(item) for item in value] if isinstance(value, list | tuple) else value


def _with_temporary_ids(made: dict[str, Any], contract: Term) -> dict[str, Any]:
    """The request with a `temporary_id` on each term that another one refers to by the id it has here."""
    named = set(_texts(made))
    changed = dict(made)
    for name, items in made.items():
        terms = getattr(contract, name, None)
        if isinstance(items, list) and isinstance(terms, tuple):
            changed[name] = [_named(item, term, named) for item, term in zip(items, terms, strict=True)]
    return changed


def _named(item: Any, term: Any, named: set[str]) -> Any:
    id = getattr(term, "id", None)
    return {"temporary_id": id} | item if isinstance(item, dict) and id in named else item


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
