"""Rules of manual ledger entries: whose balance it is, which segment of it, and when (README, §2.22)."""

from __future__ import annotations

from store.errors import Problem
from store.terms.balances import Balance, CommitType
from store.terms.contract import Contract
from store.terms.customer import Customer
from store.terms.effective import effective
from store.terms.manual_entry import ManualEntry
from store.terms.review_contract import alive, belongs
from store.terms.review_finding import Findings, error
from store.terms.seats import seated
from store.terms.trueup import DisabledTrueUp


def ledger_entry(subject: ManualEntry, to: Contract) -> Findings:
    """An entry about to be recorded for a balance of a contract."""
    now = effective(to)
    yield from belongs(subject, to)
    yield from alive(now)
    held: dict[str | None, Balance] = {b.id: b for b in (*now.commits, *now.credits)}
    if subject.balance_id in now.archived:
        yield error("archived", "/balance_id", f"{subject.balance_id} is archived")
    made_by = {t.id: t for t in (*now.recurring_commits, *now.recurring_credits)}
    if subject.balance_id not in held and subject.recurring is not None:
        term = made_by.get(subject.recurring[0])
        yield from _refused(subject.misplaced_in(term, seated(term)))
        return
    yield from _refused(subject.misplaced(held.get(subject.balance_id)))


def disabled_true_up(subject: DisabledTrueUp, to: Contract) -> Findings:
    """A true-up about to be taken away: of a postpaid commit that still has one."""
    now = effective(to)
    yield from belongs(subject, to)
    yield from alive(now)
    commit = next((c for c in now.commits if c.id == subject.commit_id), None)
    if commit is None:
        yield error("not_found", "/commit_id", f"there is no commit {subject.commit_id}", 404)
    elif commit.type is not CommitType.POSTPAID:
        yield error("true_up", "/commit_id", "is not a POSTPAID commit, so it has no true-up")
    elif subject.commit_id in now.disabled_true_ups:
        yield error("true_up", "/commit_id", "has no true-up any more")


def customer_entry(subject: ManualEntry, owner: Customer) -> Findings:
    """An entry about to be recorded for a balance of the customer itself."""
    if owner.archived_at is not None:
        yield error("archived", "/customer_id", f"customer {owner.name} is archived")
    if subject.customer_id not in (None, owner.id):
        yield error("other_customer", "/customer_id", "is not the customer this is for")
    held = {b.id: b for b in (*owner.commits, *owner.credits)}
    yield from _refused(subject.misplaced(held.get(subject.balance_id or "")))


def _refused(wrong: Problem | None) -> Findings:
    if wrong is not None:
        status = 404 if wrong.path in ("/balance_id", "/segment_id") else 400
        code = {"/timestamp": "outside_segment", "/per_group_amounts": "seats"}.get(wrong.path, "not_found")
        yield error(code, wrong.path, wrong.message, status)
