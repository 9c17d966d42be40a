"""What an operator proposes, laid over a book without storing anything (README, *Previews*)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from store.errors import NotFound
from store.terms.book import Book
from store.terms.contract import Amendment, Contract, ContractEdit, ContractTerms, EndDateUpdate, UsageFilterUpdate
from store.terms.effective import changes_of

DRAFT_CONTRACT = "new-contract"
"""The id of a proposed contract that has none yet."""


@dataclass(frozen=True, slots=True)
class NewContract:
    """A contract that does not exist yet."""

    terms: ContractTerms


@dataclass(frozen=True, slots=True)
class Amend:
    """An amendment of the contract it names (`contract_id`, else the amendment's own)."""

    amendment: Amendment
    contract_id: str | None = None


@dataclass(frozen=True, slots=True)
class Refilter:
    """A usage-filter update of the contract it names."""

    update: UsageFilterUpdate
    contract_id: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit of the contract it names."""

    edit: ContractEdit
    contract_id: str | None = None


@dataclass(frozen=True, slots=True)
class EndDate:
    """A new end of the contract it names."""

    update: EndDateUpdate
    contract_id: str | None = None


Proposal = NewContract | Amend | Refilter | Edit | EndDate


def apply(book: Book, proposals: Iterable[Proposal]) -> Book:
    """The book with the proposals made, in order. Raises `NotFound` for a contract that the book does not have."""
    for proposal in proposals:
        book = _apply(book, proposal)
    return book


def _apply(book: Book, proposal: Proposal) -> Book:
    if isinstance(proposal, NewContract):
        return book.replace(contracts=(*book.contracts, as_contract(proposal.terms)))
    if isinstance(proposal, Amend):
        return _append(book, proposal.contract_id, proposal.amendment, "amendments")
    if isinstance(proposal, Edit):
        return _append(book, proposal.contract_id, proposal.edit, "edits")
    kind = "usage_filter_updates" if isinstance(proposal, Refilter) else "end_date_updates"
    return _append(book, proposal.contract_id, proposal.update, kind)


def as_contract(terms: ContractTerms, *, id: str | None = None) -> Contract:
    """Terms as a contract of a book, under the given id, their own, or that of a draft."""
    given = {name: getattr(terms, name) for name in terms.model_fields_set if name in Contract.model_fields}
    defaults = {n: getattr(terms, n) for n in type(terms).model_fields if n not in given}
    key = id or terms.id or DRAFT_CONTRACT
    extra = {
        n: f.get_default(call_default_factory=True)
        for n, f in Contract.model_fields.items()
        if n not in ContractTerms.model_fields
    }
    return Contract.model_construct(terms.model_fields_set | {"id"}, **{**extra, **defaults, **given, "id": key})


def _append(book: Book, contract_id: str | None, change: Any, kind: str) -> Book:
    wanted = contract_id or change.contract_id
    contracts = list(book.contracts)
    for k, contract in enumerate(contracts):
        if contract.id == wanted:
            grown = (*getattr(contract, kind), _after_all(contract, change))
            contracts[k] = contract.model_copy(update={kind: grown})
            return book.replace(contracts=tuple(contracts))
    raise NotFound(f"there is no contract {wanted}", path="/contract_id")


def _after_all(contract: Contract, change: Any) -> Any:
    """The change as recorded after everything the contract has, since that is what it was proposed on top of."""
    recorded = [contract.recorded(earlier) for earlier, _ in changes_of(contract)]
    if change.recorded_at is not None or not recorded:
        return change
    return change.model_copy(update={"recorded_at": max(recorded) + timedelta(microseconds=1)})
