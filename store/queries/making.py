"""Who made what, and when, by the audit entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, case, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from store.database import Store
from store.tables import batched, table
from store.tables.audit import AuditEntry


class Made(NamedTuple):
    """When something was made, and by whom."""

    at: datetime
    by: str


def made(store: Store, ids: Iterable[str]) -> Mapping[str, Made]:
    """Objects and the changes of contracts, by id, for the objects with these ids."""
    with store.read() as session:
        return made_by(session, ids)


def made_by(session: Session, ids: Iterable[str]) -> Mapping[str, Made]:
    """Objects and the changes of contracts, by id, for the objects with these ids."""
    found: dict[str, Made] = {}
    for chunk in batched(dict.fromkeys(ids)):
        for id, created, became, when, by in session.execute(_entries(), {"ids": chunk}):
            if created:
                found[id] = Made(when, by)
            elif isinstance(became, dict) and isinstance(became.get("id"), str):
                found[became["id"]] = Made(when, by)
    return found


@cache
def _entries() -> Select[Any]:
    """What created the objects, without what they became; and what changed the contracts among them."""
    entry = table(AuditEntry).c
    created = entry.action.like("create%")
    became = type_coerce(case((created, None), else_=entry.after), entry.after.type)
    return (
        select(entry.entity_id, created, became, entry.at, entry.who)
        .where(entry.entity_id.in_(bindparam("ids", expanding=True)), or_(created, entry.entity == "contract"))
        .order_by(entry.seq)
    )


def last_touched(store: Store, ids: Iterable[str]) -> Mapping[str, datetime]:
    """When something was last done to the objects with these ids."""
    found: dict[str, datetime] = {}
    with store.read() as session:
        for chunk in batched(dict.fromkeys(ids)):
            found |= dict(session.execute(_last(), {"ids": chunk}).all())
    return found


@cache
def _last() -> Select[Any]:
    entity = table(AuditEntry).c.entity_id
    last = select(entity, func.max(table(AuditEntry).c.at)).where(entity.in_(bindparam("ids", expanding=True)))
    return last.group_by(entity)
