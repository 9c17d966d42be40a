"""Unfinished work of an operator: kept as it was left, resumed or discarded by whoever left it. Not audited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from store.errors import NotFound

if TYPE_CHECKING:
    from store.database import Store
    from store.tables.drafts import DraftRow

Kind = Literal["contract", "amendment", "usage_filter", "customer"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft; `payload` is plain JSON data, numbers as integers and exact decimals, instants as text."""

    id: str
    operator: str
    kind: Kind
    title: str
    payload: Mapping[str, Any]
    saved_at: datetime
    customer_id: str | None = None
    contract_id: str | None = None


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
    return get(store, draft.id)


def list_for(store: Store, operator: str) -> tuple[Draft, ...]:
    """The operator's drafts, the one saved last first."""
    from sqlalchemy import select
    from sqlmodel import col

    from store.tables.drafts import DraftRow

    wanted = select(DraftRow).where(col(DraftRow.operator) == operator)
    with store.read() as session:
        return tuple(map(_draft, session.scalars(wanted.order_by(col(DraftRow.saved_at).desc(), col(DraftRow.id)))))


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
    from store.tables.drafts import DraftRow

    with store.aside(now=now) as session:
        row = session.get(DraftRow, draft_id)
        if row is not None:
            session.delete(row)


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
