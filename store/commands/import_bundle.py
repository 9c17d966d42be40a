"""A whole bundle, written in one work: its objects in the order of dependency, then what changed them, then events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlmodel import col

from store.commands.catalog import place_metric, place_product, place_rate_card
from store.commands.contract_changes import place_change
from store.commands.contracts import on_card, parent_of, place_contract, with_card
from store.commands.custom_fields import register_custom_field_key
from store.commands.customers import place_customer
from store.commands.events import accept_events
from store.commands.ids import given_ids
from store.commands.lookups import find
from store.commands.packages import place_package
from store.database import Work
from store.errors import Conflict
from store.queries import loading
from store.queries.book import alias_owners, around, catalog
from store.queries.rows import among
from store.tables.contracts import ContractRow, TermRow, UniquenessKeyRow
from store.tables.customers import CustomerRow, IngestAliasRow
from store.terms import review
from store.terms.book import Book, Bundle
from store.terms.contract import Contract
from store.terms.effective import changes_of
from store.terms.package import Package, carried_out
from store.terms.rates import RateCard

CATALOG = {
    "billable_metrics": "billable metric",
    "products": "product",
    "rate_cards": "rate card",
    "packages": "package",
}


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
    for package in new.packages:
        place_package(work, package)
    packages = (*known.packages, *new.packages)
    contracts = tuple(carried_out(contract, packages) for contract in new.contracts)
    with work.gathering():
        for customer in new.customers:
            place_customer(work, customer)
        placed = [(contract, _place(work, contract)) for contract in _on_cards(work, contracts)]
    for contract, stored in placed:
        _place_changes(work, contract, stored)
    accept_events(work, new.events, source="import")


def _place(work: Work, contract: Contract) -> Contract:
    """A contract as it was created, at the instant the bundle gives it."""
    bare = contract.model_copy(update=dict.fromkeys(loading.CHANGES.values(), ()))
    recorded_at = contract.recorded_at or contract.starting_at
    return place_contract(work, bare, recorded_at=recorded_at, archived_at=contract.archived_at)


def _place_changes(work: Work, contract: Contract, stored: Contract) -> None:
    """Everything recorded for a contract since, each at the instant the bundle gives it."""
    changes = list(changes_of(contract))
    row = find(work, ContractRow, stored.id, what="contract") if changes else None
    for change, _ in changes:
        assert row is not None
        stored, _ = place_change(work, row, stored, change, recorded_at=contract.recorded(change))


def _on_cards(work: Work, contracts: Iterable[Contract]) -> Iterator[Contract]:
    """The contracts with their rate-card aliases resolved, each alias and start looked up once."""
    found: dict[tuple[str, datetime], Contract] = {}
    for contract in contracts:
        if contract.rate_card_alias is None:
            yield contract
            continue
        at = contract.rate_card_alias, contract.starting_at
        if at not in found:
            found[at] = on_card(work, contract)
        yield with_card(contract, found[at].rate_card_id)


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
    if isinstance(given, RateCard | Package):
        names = [alias.name for alias in given.aliases], [alias.name for alias in stored.aliases]
        bare = given.model_copy(update={"aliases": ()}), stored.model_copy(update={"aliases": ()})
        return names[0] == names[1] and bare[0] == bare[1]
    return bool(given == stored)


def _refuse_existing(work: Work, bundle: Bundle) -> None:
    """Raises `Conflict` for any id or uniqueness key that is used already, in the store or by the bundle itself."""
    customers, contracts = [c.id or "" for c in bundle.customers], [c.id for c in bundle.contracts]
    session = work.session
    stored_customers = {c.id for c in among(session, CustomerRow, col(CustomerRow.id), customers)}
    stored_contracts = {c.id for c in among(session, ContractRow, col(ContractRow.id), contracts)}
    aliases = {a.alias for a in among(session, IngestAliasRow, col(IngestAliasRow.alias), customers)}
    for what, ids, taken in (
        ("customer", customers, stored_customers),
        ("contract", contracts, stored_contracts),
        ("customer with the alias", customers, aliases),
    ):
        for k, id in enumerate(ids):
            if id in taken:
                place = "contracts" if what == "contract" else "customers"
                raise Conflict(f"there is a {what} {id} already; nothing was imported", path=f"/{place}/{k}/id")
    _refuse_terms(work, bundle)
    _refuse_keys(work, bundle)


def _refuse_terms(work: Work, bundle: Bundle) -> None:
    given = Counter(id for thing in (*bundle.customers, *bundle.contracts) for id in given_ids(thing))
    twice = [id for id, times in given.items() if times > 1]
    taken = [row.id for row in among(work.session, TermRow, col(TermRow.id), given)]
    for id in (*twice, *taken):
        raise Conflict(f"the id {id} is given to two terms; nothing was imported")


def _refuse_keys(work: Work, bundle: Bundle) -> None:
    keyed: list[tuple[str, Any]] = [("contract", contract) for contract in bundle.contracts]
    keyed += [("package", package) for package in bundle.packages]
    keyed += [("contract_edit", edit) for contract in bundle.contracts for edit in contract.edits]
    keyed += [("customer_balance", b) for c in bundle.customers for b in (*c.commits, *c.credits)]
    keyed += [("ledger_entry", e) for customer in bundle.customers for e in customer.ledger_entries]
    keyed += [("ledger_entry", e) for contract in bundle.contracts for e in contract.ledger_entries]
    used = Counter((scope, thing.uniqueness_key) for scope, thing in keyed if thing.uniqueness_key)
    rows = among(work.session, UniquenessKeyRow, col(UniquenessKeyRow.key), [key for _, key in used])
    taken = {(row.scope, row.key) for row in rows}
    for pair, times in used.items():
        if times > 1 or pair in taken:
            raise Conflict(f"the uniqueness key {pair[1]} is used already; nothing was imported")


def _beside(work: Work, bundle: Bundle, known: Book) -> Book:
    """What the store knows that the bundle touches: the catalog, owners of its aliases, customers of its contracts.

    Of children whose parents it does not bring: the parents, all that these customers have, and the other children.
    """
    names = [name for c in bundle.customers for name in (c.id or "", *c.aliases)]
    owners = loading.customers(work.session, alias_owners(work.session, names))
    own, brought = {customer.id for customer in bundle.customers}, {contract.id for contract in bundle.contracts}
    parents = {parent for c in bundle.contracts if (parent := parent_of(c)) and parent not in brought}
    above = among(work.session, ContractRow, col(ContractRow.id), parents)
    beside = among(work.session, ContractRow, col(ContractRow.parent_id), [row.id for row in above])
    more = around(
        work.session,
        customer_ids={*(c.customer_id for c in bundle.contracts), *(row.customer_id for row in above)} - own,
        contract_ids={
            *(c.transition.from_contract_id for c in bundle.contracts if c.transition),
            *(row.id for row in (*above, *beside)),
        },
    )
    have = {customer.id for customer in more.customers}
    customers = (*more.customers, *(c for c in owners if c.id not in have))
    return known.replace(customers=customers, contracts=more.contracts)
