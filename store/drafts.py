"""Unfinished work of an operator: kept as it was left, resumed or discarded by whoever left it. Not audited."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from store import jotted
from store.draft import Draft, Kind
from store.errors import NotFound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from store.database import Store
    from store.directory.directory import Directory
    from store.tables.drafts import DraftRow

__all__ = ["Draft", "Kind", "discard", "get", "glance", "list_for", "save", "throw_away"]


def save(store: Store, *, draft: Draft) -> Draft:
    """Keeps the draft, over what was kept under its id; returns it as it will be read. Raises `ReadOnly`."""
    from store.tables.drafts import DraftRow

    with store.aside(now=draft.saved_at) as session:
        row = session.get(DraftRow, draft.id) or DraftRow(
            id=draft.id, operator="", kind="", title="", payload={}, saved_at=draft.saved_at
        )
        row.operator, row.kind, row.title = draft.operator, draft.kind, draft.title
        row.customer_id, row.contract_id = draft.customer_id, draft.contract_id
        row.payload, row.saved_at = dict(draft.payload), draft.saved_at
        session.add(row)
    jotted.forget(store.url, draft.id, until=draft.saved_at)
    return get(store, draft.id)


def list_for(store: Store, operator: str) -> tuple[Draft, ...]:
    """The operator's drafts, the one saved last first; of one that was also jotted down here what is newer."""
    from sqlalchemy import select
    from sqlmodel import col

    from store.tables.drafts import DraftRow

    with store.read() as session:
        found = {
            row.id: _draft(row) for row in session.scalars(select(DraftRow).where(col(DraftRow.operator) == operator))
        }
    return _latest_first(found, store.url, operator)


def glance(directory: Directory, url: str, operator: str) -> tuple[Draft, ...]:
    """As `list_for`, without what is in them: quick, and without importing what reads a store."""
    found = {}
    for id, kind, title, customer_id, contract_id, at in directory.drafts(operator):
        saved_at = at if isinstance(at, datetime) else datetime.fromisoformat(at)
        found[id] = Draft(id, operator, kind, title, {}, saved_at, customer_id, contract_id)
    return _latest_first(found, url, operator)


def _latest_first(found: dict[str, Draft], url: str, operator: str) -> tuple[Draft, ...]:
    for draft in jotted.of(url, operator):
        if draft.id not in found or found[draft.id].saved_at <= draft.saved_at:
            found[draft.id] = draft
    return tuple(sorted(sorted(found.values(), key=lambda d: d.id), key=lambda d: d.saved_at, reverse=True))


def get(store: Store, draft_id: str) -> Draft:
    """The draft with this id; raises `NotFound`."""
    from store.tables.drafts import DraftRow

    with store.read() as session:
        row = session.get(DraftRow, draft_id)
        if row is None:
            raise NotFound(f"there is no draft {draft_id}")
        return _draft(row)


def discard(store: Store, draft_id: str, *, by: str, now: datetime) -> None:
    """Throws a draft away; nothing happens if it is gone already. Raises `ReadOnly`."""
    with store.aside(now=now) as session:
        throw_away(session, draft_id)
    jotted.forget(store.url, draft_id)


def throw_away(session: Session, draft_id: str) -> None:
    """Takes the draft out of the store with whatever else this transaction does."""
    from store.tables.drafts import DraftRow

    row = session.get(DraftRow, draft_id)
    if row is not None:
        session.delete(row)
        session.flush()


def _draft(row: DraftRow) -> Draft:
    kind: Any = row.kind
    return Draft(
        id=row.id,
        operator=row.operator,
        kind=kind,
        title=row.title,
        payload=row.payload,
        saved_at=row.saved_at,
        customer_id=row.customer_id,
        contract_id=row.contract_id,
    )
