"""Who made what, and when, by the audit entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import col

from store.database import Store
from store.tables import batched
from store.tables.audit import AuditEntry


class Made(NamedTuple):
    """When something was made, and by whom."""

    at: datetime
    by: str


def made(store: Store, ids: Iterable[str]) -> Mapping[str, Made]:
    """Objects and the changes of contracts, by id, for the objects with these ids."""
    found: dict[str, Made] = {}
    entity, action = col(AuditEntry.entity_id), col(AuditEntry.action)
    at, who, after = col(AuditEntry.at), col(AuditEntry.who), col(AuditEntry.after)
    with store.read() as session:
        for chunk in batched(dict.fromkeys(ids)):
            created = select(entity, at, who).where(entity.in_(chunk), action.like("create%"))
            found |= {id: Made(when, by) for id, when, by in session.execute(created)}
            changed = select(after, at, who).where(
                entity.in_(chunk), action.not_like("create%"), col(AuditEntry.entity) == "contract"
            )
            for became, when, by in session.execute(changed):
                if isinstance(became, dict) and isinstance(became.get("id"), str):
                    found[became["id"]] = Made(when, by)
    return found


def last_touched(store: Store, ids: Iterable[str]) -> Mapping[str, datetime]:
    """When something was last done to the objects with these ids."""
    found: dict[str, datetime] = {}
    entity = col(AuditEntry.entity_id)
    with store.read() as session:
        for chunk in batched(dict.fromkeys(ids)):
            last = select(entity, func.max(col(AuditEntry.at))).where(entity.in_(chunk)).group_by(entity)
            found |= dict(session.execute(last).all())
    return found
