"""What the reviews say of proposals, and of what is stored already, for previews to repeat (README, *Previews*)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from store.errors import NotFound, TermsheetError
from store.rating.difference import Comparison
from store.rating.statement import Warning
from store.terms import money, review, shown
from store.terms.book import Book, Bundle
from store.terms.changes import Amend, Edit, EndDate, NewContract, Proposal, Refilter, apply
from store.terms.contract import Change
from store.terms.hierarchy import ParentRef
from store.terms.review import Finding


def parent_named(proposal: Proposal) -> ParentRef | None:
    """The parent that a proposed contract names."""
    place = proposal.terms.hierarchy_configuration if isinstance(proposal, NewContract) else None
    return place.parent if place else None


def payload_of(proposal: Proposal) -> dict[str, Any]:
    """What it would be sent as."""
    if isinstance(proposal, NewContract):
        return proposal.terms.payload()
    if isinstance(proposal, Amend):
        return proposal.amendment.payload()
    if isinstance(proposal, Edit):
        return proposal.edit.payload()
    return {}


def findings_of(book: Book, proposals: tuple[Proposal, ...]) -> tuple[Finding, ...]:
    """What the review of requests says about each proposal, given those before it."""
    found: list[Finding] = []
    for proposal in proposals:
        if isinstance(proposal, NewContract):
            found.extend(review.contract(proposal.terms, book))
        else:
            change = _change(proposal)
            to = book.contract.get(proposal.contract_id or change.contract_id or "")
            if to is None:
                raise NotFound(f"there is no contract {change.contract_id}", path="/contract_id")
            if isinstance(proposal, Amend):
                found.extend(review.amendment(proposal.amendment, to, book))
            elif isinstance(proposal, Refilter):
                found.extend(review.filter_update(proposal.update, to, book))
            elif isinstance(proposal, Edit):
                found.extend(review.edit(proposal.edit, to, book))
            else:
                found.extend(review.end_date(proposal.update, to, book))
        try:
            book = apply(book, [proposal])
        except TermsheetError:
            break
    return tuple(found)


def _change(proposal: Amend | Refilter | Edit | EndDate) -> Change:
    if isinstance(proposal, Amend):
        return proposal.amendment
    if isinstance(proposal, Edit):
        return proposal.edit
    return proposal.update


def doubtful_amounts(book: Book, customer_id: str) -> tuple[Warning, ...]:
    """Amounts of a customer's terms that look like dollars typed as cents, as their review said when they were made."""
    mine = Bundle.model_construct(
        customers=tuple(c for c in book.customers if c.id == customer_id),
        contracts=tuple(c for c in book.contracts if c.customer_id == customer_id and c.archived_at is None),
    )
    places = {c.id: k for k, c in enumerate(book.contracts)}
    found: list[Warning] = []
    for finding in review.bundle(mine, book):
        if finding.code == "looks_like_dollars":
            _, kind, place, *rest = finding.path.split("/")
            if kind == "contracts":  # by its place in the book, as everything else that is told of it
                place = str(places[mine.contracts[int(place)].id])
            found.append(Warning(finding.code, finding.message, "/".join(("", kind, place, *rest))))
    return tuple(found)


def kin_findings(comparison: Comparison, book: Book) -> tuple[Finding, ...]:
    """What else proposals change: the statements of customers that share balances with the one they are about."""
    changed: dict[tuple[str, str], Decimal] = {}
    for change in comparison.changed:
        if change.either.type != "USAGE_CONSOLIDATED":
            key = change.either.customer_id, change.either.credit_type_id
            changed[key] = money.add(changed.get(key, Decimal(0)), change.delta)
    return tuple(
        Finding("warning", "kin", "", f"the statements of {book.customer[who].name} change too: {_signed(delta, unit)}")
        for (who, unit), delta in changed.items()
    )


def _signed(delta: Decimal, unit: str) -> str:
    return f"{shown.amount(abs(delta), unit)} {'more' if delta > 0 else 'less'}" if delta else "not in their sum"
