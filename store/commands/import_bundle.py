"""A whole bundle, written in one work: its objects in the order of dependency, then what changed them, then events."""

from __future__ import annotations

from typing import Any

from sqlmodel import col

from store.commands.catalog import place_metric, place_product, place_rate_card
from store.commands.contract_changes import place_change
from store.commands.contracts import place_contract
from store.commands.custom_fields import register_custom_field_key
from store.commands.customers import place_customer
from store.commands.events import accept_events
from store.commands.lookups import find
from store.database import Work
from store.errors import Conflict
from store.queries import loading
from store.queries.book import alias_owners, around, catalog
from store.tables.contracts import ContractRow
from store.tables.customers import CustomerRow
from store.terms import review
from store.terms.book import Book, Bundle
from store.terms.contract import Contract
from store.terms.effective import changes_of
from store.terms.rates import RateCard

CATALOG = {"billable_metrics": "billable metric", "products": "product", "rate_cards": "rate card"}


def import_bundle(work: Work, bundle: Bundle) -> None:
    """Writes everything in the bundle, or raises and the work is undone.

    Ids and recording times are kept. Catalog objects and custom-field keys that the store has already, with the same
    content, are left alone; anything else whose id exists is a `Conflict` that names it.
    """
    known = catalog(work.session)
    new = _news(bundle, known)
    _refuse_existing(work, new)
    review.refuse(review.bundle(new, _beside(work, new, known)))
    for key in new.custom_field_keys:
        register_custom_field_key(work, request=key)
    for metric in new.billable_metrics:
        place_metric(work, metric)
    for product in new.products:
        place_product(work, product)
    for card in new.rate_cards:
        place_rate_card(work, card)
    for customer in new.customers:
        place_customer(work, customer)
    for contract in new.contracts:
        _place_with_changes(work, contract)
    accept_events(work, new.events)


def _place_with_changes(work: Work, contract: Contract) -> None:
    """A contract and everything recorded for it since, each at the instant the bundle gives it."""
    bare = contract.model_copy(update=dict.fromkeys(loading.CHANGES.values(), ()))
    stored = place_contract(work, bare, recorded_at=contract.recorded_at or contract.starting_at)
    changes = list(changes_of(contract))
    if not changes and contract.archived_at is None:
        return
    row = find(work, ContractRow, stored.id, what="contract")
    for change, _ in changes:
        stored, _ = place_change(work, row, stored, change, recorded_at=contract.recorded(change))
    row.archived_at = contract.archived_at


def _news(bundle: Bundle, known: Book) -> Bundle:
    """The bundle without what the store has already; raises `Conflict` where the two differ."""
    kept: dict[str, Any] = {}
    for kind, what in CATALOG.items():
        have = {thing.id: thing for thing in getattr(known, kind)}
        fresh = []
        for k, thing in enumerate(getattr(bundle, kind)):
            if thing.id not in have:
                fresh.append(thing)
            elif not _same(thing, have[thing.id]):
                raise Conflict(f"there is a {what} {thing.id} already, with another content", path=f"/{kind}/{k}/id")
        kept[kind] = tuple(fresh)
    have_keys = {(key.entity, key.key): key for key in known.custom_field_keys}
    for k, key in enumerate(bundle.custom_field_keys):
        if have_keys.get((key.entity, key.key), key) != key:
            text = f"the custom field {key.key} of {key.entity} is registered already, with another enforce_uniqueness"
            raise Conflict(text, path=f"/custom_field_keys/{k}")
    kept["custom_field_keys"] = tuple(k for k in bundle.custom_field_keys if (k.entity, k.key) not in have_keys)
    return bundle.model_copy(update=kept)


def _same(given: Any, stored: Any) -> bool:
    """Whether a catalog object says what the stored one says; the windows of aliases change by later assignments."""
    if isinstance(given, RateCard):
        names = [alias.name for alias in given.aliases], [alias.name for alias in stored.aliases]
        bare = given.model_copy(update={"aliases": ()}), stored.model_copy(update={"aliases": ()})
        return names[0] == names[1] and bare[0] == bare[1]
    return bool(given == stored)


def _refuse_existing(work: Work, bundle: Bundle) -> None:
    customers, contracts = [c.id or "" for c in bundle.customers], [c.id for c in bundle.contracts]
    stored_customers = {c.id for c in loading.among(work.session, CustomerRow, col(CustomerRow.id), customers)}
    stored_contracts = {c.id for c in loading.among(work.session, ContractRow, col(ContractRow.id), contracts)}
    for what, ids, taken in (
        ("customer", customers, stored_customers),
        ("contract", contracts, stored_contracts),
    ):
        for k, id in enumerate(ids):
            if id in taken:
                raise Conflict(f"there is a {what} {id} already; nothing was imported", path=f"/{what}s/{k}/id")


def _beside(work: Work, bundle: Bundle, known: Book) -> Book:
    """What the store knows that the bundle touches: the catalog, owners of its aliases, customers of its contracts."""
    names = [name for c in bundle.customers for name in (c.id or "", *c.aliases)]
    owners = loading.customers(work.session, alias_owners(work.session, names))
    own = {customer.id for customer in bundle.customers}
    more = around(
        work.session,
        customer_ids={c.customer_id for c in bundle.contracts if c.customer_id not in own},
        contract_ids={c.transition.from_contract_id for c in bundle.contracts if c.transition},
    )
    have = {customer.id for customer in more.customers}
    customers = (*more.customers, *(c for c in owners if c.id not in have))
    return known.replace(customers=customers, contracts=more.contracts)
