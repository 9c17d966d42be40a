"""What happens to a contract once it exists: amendments, usage filters, edits, a new end. Appended, never undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

import store.commands.lookups as lookups
from store.commands.difference import changed
from store.commands.ids import every, fielded, identified, new_id, temporaries
from store.database import Work
from store.errors import Invalid, Problem
from store.queries import loading
from store.queries.book import around
from store.rating.periods import GRACE, statement_periods
from store.tables.contracts import ContractChangeRow, ContractRow
from store.terms import review
from store.terms.book import Book
from store.terms.changes import recorded_last
from store.terms.contract import Amendment, Change, Contract, ContractEdit, EndDateUpdate, UsageFilterUpdate
from store.terms.effective import changes_of, effective
from store.terms.manual_entry import ManualEntry
from store.terms.review_finding import Finding
from store.terms.service_invoice import ServiceInvoice
from store.terms.trueup import DisabledTrueUp

C = TypeVar("C", bound=Change)

_KIND_AND_ACTION: dict[type[Change], tuple[str, str]] = {
    Amendment: ("amendment", "amend"),
    UsageFilterUpdate: ("usage_filter_update", "set_usage_filter"),
    ContractEdit: ("edit", "edit"),
    EndDateUpdate: ("end_date_update", "update_end_date"),
    ServiceInvoice: ("professional_service_invoice", "invoice_services"),
    ManualEntry: ("ledger_entry", "add_ledger_entry"),
    DisabledTrueUp: ("disabled_true_up", "disable_true_up"),
}


def amend_contract(work: Work, *, request: Amendment, seen_version: int | None = None) -> str:
    """Adds terms to a contract from a date on and returns the amendment's id."""
    return _record(work, request, review.amendment, seen_version)


def set_usage_filter(work: Work, *, request: UsageFilterUpdate, seen_version: int | None = None) -> str:
    """Changes the usage a contract takes from a date on and returns the update's id."""
    return _record(work, request, review.filter_update, seen_version)


def edit_contract(work: Work, *, request: ContractEdit, seen_version: int | None = None) -> str:
    """Makes any changes of one contract, all or none, and returns the edit's id."""

    def reviewed(subject: ContractEdit, to: Contract, book: Book) -> tuple[Finding, ...]:
        found = review.edit(subject, to, book, now=work.now)
        if subject.allow_contract_ending_before_finalized_invoice is False:
            found += tuple(
                _ends_before_final(subject.update_contract_end_date, to, work.now, "/update_contract_end_date")
            )
        return found

    return _record(work, request, reviewed, seen_version)


def update_end_date(work: Work, *, request: EndDateUpdate, seen_version: int | None = None) -> str:
    """Gives a contract a new end, or none, and returns the update's id."""

    def reviewed(subject: EndDateUpdate, to: Contract, book: Book) -> tuple[Finding, ...]:
        found = review.end_date(subject, to, book)
        if subject.allow_ending_before_finalized_invoice is False:
            found += tuple(_ends_before_final(subject.ending_before, to, work.now, "/ending_before"))
        return found

    return _record(work, request, reviewed, seen_version)


def _ends_before_final(end: datetime | None, to: Contract, now: datetime, at: str) -> Iterator[Finding]:
    """Refuses an end within or before a statement that is final, where the request does not allow that (README, §3)."""
    periods = statement_periods(to.usage_statement_schedule, effective(to).span, now) if end is not None else ()
    final = [p.end for p in periods if p.end + GRACE <= now]
    if end is not None and final and final[-1] > end:
        text = f"is before {final[-1]:%Y-%m-%d}, the end of a statement that is final"
        yield Finding("error", "finalized", at, text)


def invoice_services(work: Work, *, request: ServiceInvoice, seen_version: int | None = None) -> str:
    """Makes an invoice for professional services of a contract and returns its id."""
    return _record(work, request, review.service_invoice, seen_version)


def add_ledger_entry(work: Work, *, request: ManualEntry, seen_version: int | None = None) -> str:
    """Adds to or takes from a balance of a contract by hand and returns the entry's id."""
    return _record(work, request, review.ledger_entry, seen_version)


def disable_true_up(work: Work, *, request: DisabledTrueUp, seen_version: int | None = None) -> str:
    """Takes the true-up invoice of a postpaid commit away and returns the change's id."""
    return _record(work, request, review.disabled_true_up, seen_version)


def _record(
    work: Work, request: C, reviewed: Callable[[C, Contract, Book], tuple[Finding, ...]], seen_version: int | None
) -> str:
    missing = [name for name in ("customer_id", "contract_id") if getattr(request, name) is None]
    if missing or request.contract_id is None:
        raise Invalid([Problem(f"/{name}", "is required") for name in missing])
    row = lookups.contract(work, request.contract_id, customer_id=request.customer_id, seen=seen_version)
    lookups.free_key(work, _scope(request), getattr(request, "uniqueness_key", None))
    products = loading.product_ids(request.payload())
    owners = lookups.owners(work, row.parent_id)
    book = around(work.session, customer_ids=[row.customer_id, *owners], product_ids=products)
    to = book.contract[row.id]
    review.refuse(reviewed(request, to, book))
    # After everything recorded so far, whatever the clock says: the order recorded is the order of time.
    recorded_at = recorded_last(to, request, now=work.now) or work.now
    _, id = place_change(work, row, to, request, recorded_at=recorded_at)
    return id


def _scope(change: Change) -> str:
    """Among which requests its uniqueness key is one: those of customers' balances come with contracts' entries."""
    return "ledger_entry" if isinstance(change, ManualEntry) else "contract_edit"


def place_change(
    work: Work, row: ContractRow, to: Contract, reviewed: Change, *, recorded_at: datetime
) -> tuple[Contract, str]:
    """Appends a change that was reviewed; returns the contract with it, and the change's id."""
    kind, action = _KIND_AND_ACTION[type(reviewed)]
    id = reviewed.id or new_id()
    lookups.free_id(work, ContractChangeRow, id, what="contract change")
    lookups.claim_key(work, _scope(reviewed), getattr(reviewed, "uniqueness_key", None), id)
    change = identified(reviewed, _temporaries(to)).model_copy(update={"id": id, "recorded_at": recorded_at})
    payload = {name: value for name, value in change.payload().items() if name not in ("id", "recorded_at")}
    work.insert(
        ContractChangeRow,
        {"id": id, "contract_id": row.id, "kind": kind, "recorded_at": recorded_at, "payload": payload},
    )
    lookups.claim_terms(work, every(change), customer_id=row.customer_id, contract_id=row.id)
    fields: dict[str, str] = getattr(change, "custom_fields", {})
    lookups.drop_fields(work, "contract", row.id, fields)
    lookups.claim_fields(work, "contract", row.id, fields)
    for entity, term_id, own, path in fielded(change):
        lookups.claim_fields(work, entity, term_id, own, at=path)
    collected = loading.CHANGES[kind]
    after = to.model_copy(update={collected: (*getattr(to, collected), change)})
    now = effective(after)
    row.name, row.ending_before = now.name, now.ending_before
    row.version += 1
    was, became = changed(to, after)
    work.audit(
        action=action,
        entity="contract",
        entity_id=row.id,
        customer_id=row.customer_id,
        before=was,
        after={"id": id, "request": payload, **became},
    )
    return after, id


def _temporaries(to: Contract) -> dict[str, str]:
    """Temporary id → id of everything the contract was given so far."""
    found: dict[str, str] = {}
    for payload in (to, *(change for change, _ in changes_of(to))):
        found |= temporaries(payload)
    return found
