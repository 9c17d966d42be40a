"""Contracts: create and archive."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import select
from sqlmodel import col

import store.commands.lookups as lookups
from store.commands.ids import every, fielded, identified, new_id
from store.database import Work
from store.errors import Invalid, NotFound
from store.queries import loading
from store.queries.book import around, card_named
from store.tables.contracts import ContractRow
from store.terms import review
from store.terms.changes import as_contract
from store.terms.contract import Contract, ContractTerms
from store.terms.package import carried_out

T = TypeVar("T", bound=ContractTerms)

ELSEWHERE = {"id", "recorded_at", "archived_at", *loading.CHANGES.values()}
"""Fields of a contract that have columns or tables of their own."""


def create_contract(work: Work, *, request: ContractTerms, seen_customer: int | None = None) -> str:
    """Makes a contract and returns its id; `seen_customer` is the version of the customer that it was made for.

    A package or a rate-card alias is resolved as of the contract's start, for good. Raises Invalid, NotFound, or
    Conflict for a used uniqueness key, id or unique value, or another version of the customer.
    """
    if seen_customer is not None:
        lookups.customer(work, request.customer_id, seen=seen_customer)
    lookups.free_key(work, "contract", request.uniqueness_key)
    named = [request.transition.from_contract_id] if request.transition else []
    parent = parent_of(request)
    if parent is not None:
        siblings = select(col(ContractRow.id)).where(col(ContractRow.parent_id) == parent)
        named += [parent, *work.session.scalars(siblings)]
    book = around(
        work.session,
        customer_ids=[request.customer_id, *lookups.owners(work, parent)],
        card_ids=[request.rate_card_id] if request.rate_card_id else [],
        card_alias=request.rate_card_alias,
        product_ids=loading.product_ids(request.payload()),
        contract_ids=named,
        package_ids=[request.package_id] if request.package_id else [],
        package_alias=request.package_alias,
    )
    review.refuse(review.contract(request, book))
    return place_contract(work, carried_out(request, book.packages), recorded_at=work.now).id


def parent_of(terms: ContractTerms) -> str | None:
    """The contract that these terms make a child of."""
    place = terms.hierarchy_configuration
    return place.parent.contract_id if place and place.parent else None


def place_contract(
    work: Work, reviewed: ContractTerms, *, recorded_at: datetime, archived_at: datetime | None = None
) -> Contract:
    """Writes a contract that was reviewed, without what changed it later, and returns it with its ids."""
    id = reviewed.id or new_id()
    lookups.free_id(work, ContractRow, id, what="contract")
    lookups.claim_key(work, "contract", reviewed.uniqueness_key, id)
    terms = identified(on_card(work, reviewed))
    kept = {name: value for name, value in terms.payload().items() if name not in ELSEWHERE}
    work.insert(
        ContractRow,
        {
            "id": id,
            "customer_id": terms.customer_id,
            "rate_card_id": terms.rate_card_id,
            "package_id": terms.made_from_package,
            "parent_id": parent_of(terms),
            "name": terms.name,
            "starting_at": terms.starting_at,
            "ending_before": terms.ending_before,
            "created_at": recorded_at,
            "archived_at": archived_at,
            "version": 1,
            "terms": kept,
        },
    )
    lookups.claim_terms(work, every(terms), customer_id=terms.customer_id, contract_id=id)
    lookups.claim_fields(work, "contract", id, terms.custom_fields)
    for entity, term_id, fields, path in fielded(terms):
        lookups.claim_fields(work, entity, term_id, fields, at=path)
    work.audit(
        action="create",
        entity="contract",
        entity_id=id,
        customer_id=terms.customer_id,
        before=None,
        after={"id": id, **kept},
    )
    return as_contract(terms, id=id).model_copy(update={"recorded_at": recorded_at})


def on_card(work: Work, terms: T) -> T:
    """The terms with the rate card that their alias means at the contract's start; raises `NotFound`."""
    if terms.rate_card_alias is None:
        return terms
    card_id = card_named(work.session, terms.rate_card_alias, terms.starting_at)
    if card_id is None:
        text = f"no rate card has the alias {terms.rate_card_alias} at the contract's start"
        raise NotFound(text, path="/rate_card_alias")
    return with_card(terms, card_id)


def with_card(terms: T, card_id: str | None) -> T:
    """The terms with this rate card in place of an alias."""
    given = terms.model_fields_set - {"rate_card_alias"} | {"rate_card_id"}
    fields = {name: getattr(terms, name) for name in type(terms).model_fields}
    made: Any = type(terms).model_construct(given, **{**fields, "rate_card_alias": None, "rate_card_id": card_id})
    return cast("T", made)


def archive_contract(
    work: Work, *, contract_id: str, customer_id: str | None = None, seen_version: int | None = None
) -> str:
    """Archives a contract for good; raises Invalid for one that is archived already."""
    row = lookups.contract(work, contract_id, customer_id=customer_id, seen=seen_version)
    if row.archived_at is not None:
        raise Invalid("the contract is archived already", path="/contract_id")
    row.archived_at = work.now
    row.version += 1
    work.audit(
        action="archive",
        entity="contract",
        entity_id=contract_id,
        customer_id=row.customer_id,
        before={"archived_at": None},
        after={"archived_at": work.now},
    )
    return contract_id
