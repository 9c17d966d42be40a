"""What was done, by whom and when, as the audit has it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from store.database import Store
from store.done import Change
from store.tables.audit import AuditEntry
from store.tables.contracts import ContractRow
from store.tables.customers import CustomerRow


def changes_of(store: Store, customer_id: str, *, limit: int = 50, before_seq: int | None = None) -> tuple[Change, ...]:
    """What was done to a customer and its contracts, the latest first; `before_seq`: only what came before that."""
    return _changes(store, [col(AuditEntry.customer_id) == customer_id], limit, before_seq)


def changes(store: Store, *, limit: int = 50, before_seq: int | None = None) -> tuple[Change, ...]:
    """What was done to anything, the latest first."""
    return _changes(store, [], limit, before_seq)


def last_change(store: Store, customer_id: str) -> str:
    """The hash of the last thing done to the customer or to the catalog; "" before any. The same hash, the same book.

    A number would not do: after a backup was put back the same numbers are given to other changes.
    """
    owner, seq = col(AuditEntry.customer_id), col(AuditEntry.seq)
    with store.read() as session:
        own = session.scalar(select(func.max(seq)).where(owner == customer_id)) or 0
        shared = session.scalar(select(func.max(seq)).where(owner.is_(None))) or 0
        return session.scalar(select(col(AuditEntry.hash)).where(seq == max(own, shared))) or ""


def last_audit(store: Store) -> int:
    """A number that grows with everything done to anything; usage and drafts do not count."""
    with store.read() as session:
        return session.scalar(select(func.max(col(AuditEntry.seq)))) or 0


def changes_since(session: Session, row: CustomerRow | ContractRow, versions: int) -> tuple[Change, ...]:
    """The last so many things that made a new version of a customer or a contract, the latest first."""
    own, entity = col(AuditEntry.entity_id) == row.id, col(AuditEntry.entity)
    if isinstance(row, ContractRow):
        counts = own | ((col(AuditEntry.entity_id) == row.customer_id) & (col(AuditEntry.action) == "archive"))
    else:
        counts = own | ((col(AuditEntry.customer_id) == row.id) & entity.in_(("commit", "credit")))
    wanted = select(AuditEntry).where(counts).order_by(col(AuditEntry.seq).desc()).limit(max(0, versions))
    return tuple(map(change_of, session.scalars(wanted)))


def _changes(store: Store, conditions: list[Any], limit: int, before_seq: int | None) -> tuple[Change, ...]:
    seq = col(AuditEntry.seq)
    wanted = select(AuditEntry).where(*conditions).order_by(seq.desc()).limit(limit)
    if before_seq is not None:
        wanted = wanted.where(seq < before_seq)
    with store.read() as session:
        return tuple(map(change_of, session.scalars(wanted)))


def change_of(row: AuditEntry) -> Change:
    """An entry as a value."""
    return Change(
        seq=row.seq or 0,
        at=row.at,
        who=row.who,
        origin=row.origin,
        action=row.action,
        entity=row.entity,
        entity_id=row.entity_id,
        customer_id=row.customer_id,
        before=row.before,
        after=row.after,
        source=row.source,
        reason=row.reason,
        hash=row.hash,
    )
