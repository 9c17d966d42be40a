"""What an operator proposes, laid over a book without storing anything (README, *Previews*)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from store.errors import NotFound
from store.terms.book import Book
from store.terms.contract import (
    Amendment,
    Change,
    Contract,
    ContractEdit,
    ContractTerms,
    EndDateUpdate,
    UsageFilterUpdate,
)
from store.terms.effective import changes_of
from store.terms.manual_entry import ManualEntry
from store.terms.package import carried_out
from store.terms.service_invoice import ServiceInvoice
from store.terms.trueup import DisabledTrueUp

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
        terms = carried_out(proposal.terms, book.packages)
        return book.replace(contracts=(*book.contracts, as_contract(terms)))
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


def recorded_last(contract: Contract, change: Change, *, now: datetime | None = None) -> datetime | None:
    """When to record a change so that it comes after everything the contract has: `now`, or as early as that allows.

    Changes of one instant stand in the order of their kinds (README, §3), so one that would slip before the last is
    recorded a microsecond later. None where nothing was recorded yet and `now` is not given.
    """
    earlier = [c for c, _ in changes_of(contract)]
    if not earlier:
        return now
    last = contract.recorded(earlier[-1])
    moment = max(now or last, last)
    slips = moment == last and _ORDER.index(type(change)) < _ORDER.index(type(earlier[-1]))
    return moment + timedelta(microseconds=1) if slips else moment


_ORDER = (Amendment, UsageFilterUpdate, ContractEdit, EndDateUpdate, ServiceInvoice, ManualEntry, DisabledTrueUp)
"""The order of changes that were recorded at one instant, as `store.terms.effective` takes them."""


def _after_all(contract: Contract, change: Any) -> Any:
    """The change as recorded after everything the contract has, since that is what it was proposed on top of."""
    moment = change.recorded_at or recorded_last(contract, change)
    return change if moment == change.recorded_at else change.model_copy(update={"recorded_at": moment})
