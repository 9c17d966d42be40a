"""A request as it would be sent, and the requests that would make what is stored. No widget in sight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
BALANCES, VALUES, ARCHIVE = (
    "/v1/contracts/customerBalances/list", "/v1/customFields/setValues", "/v1/customers/archive",
)  # fmt: skip
KEYS, ARCHIVE_CONTRACT, TRUE_UP = (
    "/v1/customFields/addKey", "/v1/contracts/archive", "/v1/contracts/commits/disableTrueup",
)  # fmt: skip
METRICS, PRODUCTS = "/v1/billable-metrics/create", "/v1/contract-pricing/products/create"
CARDS, RATES = "/v1/contract-pricing/rate-cards/create", "/v1/contract-pricing/rate-cards/addRates"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its body: plain JSON data, numbers as integers and exact decimals. A `GET` has an empty one."""

    path: str
    body: Mapping[str, Any]
    method: str = "POST"


def named(customer_id: str, name: str) -> Asked:
    """What gives a customer another name."""
    return Asked(f"{CUSTOMERS}/{customer_id}/setName", {"name": name})


def aliased(customer_id: str, aliases: Sequence[str]) -> Asked:
    """What replaces the names under which a customer's usage arrives."""
    return Asked(f"{CUSTOMERS}/{customer_id}/setIngestAliases", {"ingest_aliases": list(aliases)})


def valued(entity: str, entity_id: str, values: Mapping[str, str]) -> Asked:
    """What sets custom fields."""
    return Asked(VALUES, {"entity": entity, "entity_id": entity_id, "custom_fields": dict(values)})


def statement(customer_id: str, statement_id: str = "") -> Asked:
    """What reads a statement, or all of a customer."""
    path = f"{CUSTOMERS}/{customer_id}/invoices"
    return Asked(f"{path}/{statement_id}" if statement_id else path, {}, "GET")


def balance(customer_id: str, balance_id: str = "") -> Asked:
    """What reads a balance and its ledger, or all of a customer."""
    whose = {"customer_id": customer_id} | ({"id": balance_id} if balance_id else {})
    return Asked(
        BALANCES, whose | {"include_contract_balances": True, "include_balance": True, "include_ledgers": True}
    )


def of_customer(view: CustomerView) -> tuple[Asked, ...]:
    """What would make the customer as it is now, with its own commits and credits."""
    terms = view.terms
    body = {"name": view.name, **given(terms)}
    own = {"customer_id": view.id}
    return (
        Asked(CUSTOMERS, {name: body[name] for name in body if body[name] not in ([], {}, None)}),
        *(Asked(COMMITS, given(commit) | own) for commit in terms.commits),
        *(Asked(CREDITS, given(credit) | own) for credit in terms.credits),
    )


def of_contract(view: ContractView) -> tuple[Asked, ...]:
    """What would make the contract, and everything recorded since, in that order."""
    from store.terms.contract import ContractTerms
    from store.terms.effective import changes_of

    contract = view.contract
    whole = given(contract)
    made = {name: whole[name] for name in ContractTerms.model_fields if name in whole}
    made = _with_temporary_ids(made, contract) | {"customer_id": view.customer_id}
    return (Asked(CONTRACTS, made), *(of_change(change, view) for change, _ in changes_of(contract)))


def of_change(change: Change, view: ContractView) -> Asked:
    """What would record a change of the contract again."""
    from store.terms.contract import Amendment, ContractEdit, EndDateUpdate, UsageFilterUpdate
    from store.terms.manual_entry import ManualEntry
    from store.terms.trueup import DisabledTrueUp

    body = {**given(change), "customer_id": view.customer_id, "contract_id": view.id}
    paths: dict[type[Any], str] = {
        Amendment: AMEND, ContractEdit: EDIT, EndDateUpdate: END, UsageFilterUpdate: FILTER, ManualEntry: LEDGER,
        DisabledTrueUp: TRUE_UP,
    }  # fmt: skip
    if isinstance(change, ManualEntry):
        body["id"] = body.pop("balance_id", None)
    return Asked(paths.get(type(change), SERVICES), body)


def of_metric(metric: Term) -> tuple[Asked, ...]:
    """What would make the metric."""
    return (Asked(METRICS, given(metric)),)


def of_product(product: Term) -> tuple[Asked, ...]:
    """What would make the product, as it was created."""
    return (Asked(PRODUCTS, given(product)),)


def of_rate_card(view: RateCardView, rates: tuple[Rate, ...]) -> tuple[Asked, ...]:
    """What would make the rate card, and its rates."""
    card = Asked(CARDS, given(view.card))
    if not rates:
        return (card,)
    return (card, Asked(RATES, {"rate_card_id": view.id, "rates": [given(rate) for rate in rates]}))


def given(term: Term) -> dict[str, Any]:
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
