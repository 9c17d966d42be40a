"""Rules of manual ledger entries: whose balance it is, which segment of it, and when (README, §2.22)."""

from __future__ import annotations

from collections.abc import Mapping

from store.terms.balances import Balance
from store.terms.contract import Contract
from store.terms.customer import Customer
from store.terms.effective import effective
from store.terms.manual_entry import ManualEntry
from store.terms.review_contract import alive, belongs
from store.terms.review_finding import Findings, error


def ledger_entry(subject: ManualEntry, to: Contract) -> Findings:
    """An entry about to be recorded for a balance of a contract."""
    now = effective(to)
    yield from belongs(subject, to)
    yield from alive(now)
    held: dict[str | None, Balance] = {b.id: b for b in (*now.commits, *now.credits)}
    if subject.balance_id in now.archived:
        yield error("archived", "/balance_id", f"{subject.balance_id} is archived")
    yield from _misplaced(subject, held)


def customer_entry(subject: ManualEntry, owner: Customer) -> Findings:
    """An entry about to be recorded for a balance of the customer itself."""
    if owner.archived_at is not None:
        yield error("archived", "/customer_id", f"customer {owner.name} is archived")
    if subject.customer_id not in (None, owner.id):
        yield error("other_customer", "/customer_id", "is not the customer this is for")
    yield from _misplaced(subject, {b.id: b for b in (*owner.commits, *owner.credits)})


def _misplaced(subject: ManualEntry, held: Mapping[str | None, Balance]) -> Findings:
    wrong = subject.misplaced(held.get(subject.balance_id))
    if wrong is not None:
        status = 400 if wrong.path == "/timestamp" else 404
        yield error("not_found" if status == 404 else "outside_segment", wrong.path, wrong.message, status)
