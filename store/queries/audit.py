"""What was done, by whom and when, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from store.database import Store
from store.tables.audit import AuditEntry
from store.tables.contracts import ContractRow
from store.tables.customers import CustomerRow

ACTIONS = {
    ("create", "customer"): "created the customer",
    ("set_name", "customer"): "renamed the customer",
    ("set_ingest_aliases", "customer"): "set the ingest aliases",
    ("archive", "customer"): "archived the customer with its contracts",
    ("create", "contract"): "created a contract",
    ("amend", "contract"): "amended a contract",
    ("set_usage_filter", "contract"): "changed a usage filter",
    ("edit", "contract"): "edited a contract",
    ("update_end_date", "contract"): "changed a contract's end",
    ("archive", "contract"): "archived a contract",
    ("invoice_services", "contract"): "made an invoice for professional services",
    ("add_ledger_entry", "contract"): "put a balance of a contract right by hand",
    ("add_ledger_entry", "customer"): "put a balance of the customer right by hand",
    ("disable_true_up", "contract"): "took the true-up of a postpaid commit away",
    ("set_custom_fields", "customer"): "set custom fields of the customer",
    ("set_custom_fields", "contract"): "set custom fields of a contract",
    ("create_commit", "commit"): "gave the customer a commit",
    ("create_credit", "credit"): "gave the customer a credit",
    ("register", "custom_field_key"): "registered a custom field",
    ("create", "billable_metric"): "created a billable metric",
    ("create", "product"): "created a product",
    ("create", "rate_card"): "created a rate card",
    ("add_rates", "rate_card"): "added rates to a rate card",
    ("create", "package"): "created a package",
    ("archive", "package"): "archived a package",
    ("create", "token"): "made a token of the server",
    ("revoke", "token"): "revoked a token of the server",
    ("ingest", "usage_event"): "took in usage events",
}


def in_words(action: str, entity: str) -> str:
    """An action as the end of a sentence that begins with who did it."""
    return ACTIONS.get((action, entity), f"{action} {entity}".replace("_", " "))


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was done; `before` and `after` are JSON values, numbers as exact decimals."""

    seq: int
    at: datetime
    who: str
    origin: str
    action: str
    entity: str
    entity_id: str
    customer_id: str | None
    before: Any
    after: Any
    source: str | None = None
    reason: str | None = None
    hash: str = ""
    """What chains it to the entry before."""

    @property
    def summary(self) -> str:
        """What was done and to what, as the end of a sentence that begins with who did it."""
        done = in_words(self.action, self.entity)
        name = self.after.get("name") if isinstance(self.after, dict) else None
        return f"{done}: {name}" if isinstance(name, str) and name else done


def changes_of(store: Store, customer_id: str, *, limit: int = 50, before_seq: int | None = None) -> tuple[Change, ...]:
    """What was done to a customer and its contracts, the latest first; `before_seq`: only what came before that."""
    return _changes(store, [col(AuditEntry.customer_id) == customer_id], limit, before_seq)


def changes(store: Store, *, limit: int = 50, before_seq: int | None = None) -> tuple[Change, ...]:
    """What was done to anything, the latest first."""
    return _changes(store, [], limit, before_seq)


def last_change(store: Store, customer_id: str) -> int:
    """A number that grows with everything done to the customer or to the catalog: at the same number, the same book."""
    owner, seq = col(AuditEntry.customer_id), func.max(col(AuditEntry.seq))
    with store.read() as session:
        own = session.scalar(select(seq).where(owner == customer_id)) or 0
        shared = session.scalar(select(seq).where(owner.is_(None))) or 0
    return max(own, shared)


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
