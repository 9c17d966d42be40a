"""A change of the history as the API request that makes it. No widget in sight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from screens.request import asked as asking
from screens.request.asked import Asked
from store.terms.base import IMPORT, Term, parse

if TYPE_CHECKING:
    from store.done import Change

CHANGES: Mapping[str, str] = {
    "amend": asking.AMEND,
    "set_usage_filter": asking.FILTER,
    "edit": asking.EDIT,
    "update_end_date": asking.END,
    "invoice_services": asking.SERVICES,
    "add_ledger_entry": asking.LEDGER,
    "disable_true_up": asking.TRUE_UP,
}
"""What is done to a contract, and the path that asks for it."""


def of_change(change: Change) -> tuple[Asked, ...]:
    """What makes the change; nothing where no request does: tokens, files of events, packages."""
    after: Mapping[str, Any] = change.after or {}
    if change.action in CHANGES:
        body = dict(after.get("request", after))
        given = {name: body[name] for name in body if name not in ("id", "recorded_at")}
        if change.action == "add_ledger_entry":
            given["id"] = given.pop("balance_id", None)
        whose = {"contract_id": change.entity_id} if change.entity == "contract" else {}
        return (Asked(CHANGES[change.action], {"customer_id": change.customer_id} | whose | given),)
    match change.action, change.entity:
        case "set_name", "customer":
            return (asking.named(change.entity_id, after["name"]),)
        case "set_ingest_aliases", "customer":
            return (asking.aliased(change.entity_id, after["ingest_aliases"]),)
        case "set_custom_fields", entity:
            return (asking.valued(entity, change.entity_id, after["custom_fields"]),)
        case "archive", "customer":
            return (Asked(asking.ARCHIVE, {"id": change.entity_id}),)
        case "archive", "contract":
            whom = {"customer_id": change.customer_id, "contract_id": change.entity_id}
            return (Asked(asking.ARCHIVE_CONTRACT, whom),)
        case "register", "custom_field_key":
            return (Asked(asking.KEYS, after),)
        case "add_rates", "rate_card":
            return (Asked(asking.RATES, {"rate_card_id": change.entity_id, "rates": after["rates"]}),)
    return _created(change, after)


def _created(change: Change, after: Mapping[str, Any]) -> tuple[Asked, ...]:
    """What makes an object as it was made."""
    from store.terms.balances import CustomerCommit, CustomerCredit
    from store.terms.catalog import BillableMetric, Product
    from store.terms.contract import ContractTerms
    from store.terms.customer import Customer
    from store.terms.rates import RateCard

    made: Mapping[tuple[str, str], tuple[str, type[Term]]] = {
        ("create", "customer"): (asking.CUSTOMERS, Customer),
        ("create", "contract"): (asking.CONTRACTS, ContractTerms),
        ("create_commit", "commit"): (asking.COMMITS, CustomerCommit),
        ("create_credit", "credit"): (asking.CREDITS, CustomerCredit),
        ("create", "billable_metric"): (asking.METRICS, BillableMetric),
        ("create", "product"): (asking.PRODUCTS, Product),
        ("create", "rate_card"): (asking.CARDS, RateCard),
    }
    found = made.get((change.action, change.entity))
    if found is None:
        return ()
    path, model = found
    body = asking.given(parse(model, after, context=IMPORT))
    if model in (ContractTerms, CustomerCommit, CustomerCredit):
        body["customer_id"] = change.customer_id
    return (Asked(path, body),)
