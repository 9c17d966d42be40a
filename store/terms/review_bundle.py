"""A whole bundle: every object reviewed against what comes before it and what is already known."""

from __future__ import annotations

from typing import Any, TypeVar

from store.errors import Invalid, NotFound
from store.terms import (
    review_catalog,
    review_contract,
    review_customer,
    review_edit,
    review_ledger,
    review_package,
    review_service,
)
from store.terms.book import Book, Bundle
from store.terms.contract import Amendment, Contract, ContractEdit, UsageFilterUpdate
from store.terms.effective import changes_of
from store.terms.in_force import CHANGE_KINDS
from store.terms.manual_entry import ManualEntry
from store.terms.package import Package, carried_out
from store.terms.review_finding import Finding, Findings, error
from store.terms.service_invoice import ServiceInvoice
from store.terms.trueup import DisabledTrueUp

T = TypeVar("T")


def bundle(subject: Bundle, known: Book | None = None) -> Findings:
    """Rules of §6 for each object of the bundle; references may go to the bundle itself or to the known book."""
    base = known or Book()
    packages: tuple[Package, ...] = _merged(base.packages, subject.packages)
    merged = Bundle.model_construct(
        custom_field_keys=(*base.custom_field_keys, *subject.custom_field_keys),
        billable_metrics=_merged(base.billable_metrics, subject.billable_metrics),
        products=_merged(base.products, subject.products),
        rate_cards=_merged(base.rate_cards, subject.rate_cards),
        packages=packages,
        customers=_merged(base.customers, subject.customers),
        contracts=_merged(base.contracts, tuple(_whole(c, packages) for c in subject.contracts)),
        as_of=subject.as_of,
    )
    yield from _keys(subject)
    yield from _unique_fields(merged, subject)
    reviews: tuple[tuple[str, Any], ...] = (
        ("billable_metrics", review_catalog.metric),
        ("products", review_catalog.product),
        ("rate_cards", review_catalog.rate_card),
        ("packages", review_package.package),
        ("customers", review_customer.customer),
    )
    for kind, review in reviews:
        for k, thing in enumerate(getattr(subject, kind)):
            yield from (f.at(f"/{kind}/{k}") for f in _lenient(review(thing, merged), thing))
    yield from _contracts(subject, merged)


def _contracts(subject: Bundle, merged: Book) -> Findings:
    for k, final in enumerate(subject.contracts):
        try:
            yield from (f.at(f"/contracts/{k}") for f in _contract(final, merged))
        except (Invalid, NotFound) as refused:
            raise refused.under(f"/contracts/{k}") from None


def _contract(final: Contract, merged: Book) -> Findings:
    """A contract as it was created, then each change of it on top of those recorded before."""
    bare = final.model_copy(update=dict.fromkeys(CHANGE_KINDS, ()) | {"archived_at": None})
    told: set[tuple[str, str]] = set()
    for finding in _lenient(review_contract.contract(bare, merged), final):
        told.add((finding.code, finding.message))
        yield finding
    grown = _whole(bare, merged.packages)
    for change, path in changes_of(final):
        kind = path.split("/")[1]
        review: Any = {
            Amendment: review_contract.amendment,
            UsageFilterUpdate: review_contract.filter_update,
            ContractEdit: review_edit.edit,
            ServiceInvoice: review_service.service_invoice,
            ManualEntry: _entry,
            DisabledTrueUp: _untrued,
        }.get(type(change), review_contract.end_date)
        for finding in _lenient(review(change, grown, merged), final):
            if finding.severity == "error" or (finding.code, finding.message) not in told:
                yield finding.at(path)
        grown = grown.model_copy(update={kind: (*getattr(grown, kind), change)})


def _entry(change: ManualEntry, to: Contract, book: Book) -> Findings:
    return review_ledger.ledger_entry(change, to)


def _untrued(change: DisabledTrueUp, to: Contract, book: Book) -> Findings:
    return review_ledger.disabled_true_up(change, to)


def _whole(contract: Contract, packages: tuple[Package, ...]) -> Contract:
    """A contract with the terms of its package, unless they do not fit (which the contract's own review says)."""
    try:
        return carried_out(contract, packages)
    except Invalid:
        return contract


def _lenient(found: Findings, thing: Any) -> Findings:
    """A book may hold what was sound when it was made: things archived since are no errors in it."""
    return (f for f in found if f.code != "archived")


def _keys(subject: Bundle) -> Findings:
    seen: set[tuple[str, str]] = set()
    for k, key in enumerate(subject.custom_field_keys):
        if (key.entity, key.key) in seen:
            yield error("twice", f"/custom_field_keys/{k}", "is registered twice")
        seen.add((key.entity, key.key))


def _unique_fields(merged: Book, subject: Bundle) -> Findings:
    """Rule 8: where a key asks for it, no two objects of its kind have the same value (409)."""
    for entity, kind in (
        ("customer", "customers"),
        ("contract", "contracts"),
        ("product", "products"),
        ("billable_metric", "billable_metrics"),
        ("rate_card", "rate_cards"),
    ):
        unique = {k.key for k in merged.custom_field_keys if k.entity == entity and k.enforce_uniqueness}
        if not unique:
            continue
        places = {thing.id: k for k, thing in enumerate(getattr(subject, kind))}
        seen: dict[tuple[str, str], str] = {}
        for thing in getattr(merged, kind):
            for key in unique & set(thing.custom_fields):
                pair = (key, thing.custom_fields[key])
                if pair in seen and thing.id in places:
                    at = f"/{kind}/{places[thing.id]}/custom_fields/{key}"
                    yield error("not_unique", at, f"{pair[1]} is already used by {seen[pair]}", 409)
                seen.setdefault(pair, thing.id)


def _merged(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
    given = {thing.id for thing in new}
    return (*(thing for thing in old if thing.id not in given), *new)


__all__ = ["Finding", "bundle"]
