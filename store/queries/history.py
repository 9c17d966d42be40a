"""The audit as it is looked through: of one customer or of the whole book, filtered, in pages, the latest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import col

from store.database import Store
from store.done import ACTIONS, Change
from store.queries.audit import change_of
from store.tables.audit import AuditEntry
from store.tables.customers import CustomerRow

PAGE = 200
"""Entries in a page."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; everything that is given must hold. `words`: each in who, where, what, why or whom."""

    customer_id: str | None = None
    who: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A change with the name of the customer it is about, empty where it is about none."""

    change: Change
    customer: str

    def document(self) -> Mapping[str, Any]:
        """The entry as JSON-ready data."""
        change = self.change
        return {
            "seq": change.seq, "at": change.at, "who": change.who, "origin": change.origin, "source": change.source,
            "reason": change.reason, "action": change.action, "entity": change.entity, "entity_id": change.entity_id,
            "customer_id": change.customer_id, "customer": self.customer, "summary": change.summary,
            "before": change.before, "after": change.after, "hash": change.hash,
        }  # fmt: skip


def history(store: Store, sought: Sought, *, before_seq: int | None = None, limit: int = PAGE) -> tuple[Entry, ...]:
    """A page of what was done, the latest first; `before_seq`: only what came before that entry."""
    seq = col(AuditEntry.seq)
    wanted = select(AuditEntry, col(CustomerRow.name)).join(
        CustomerRow, col(CustomerRow.id) == col(AuditEntry.customer_id), isouter=True
    )
    conditions = list(_conditions(sought))
    if before_seq is not None:
        conditions.append(seq < before_seq)
    with store.read() as session:
        rows = session.execute(wanted.where(*conditions).order_by(seq.desc()).limit(limit))
        return tuple(Entry(change_of(row), name or "") for row, name in rows)


def all_history(store: Store, sought: Sought) -> Iterator[Entry]:
    """Everything that was done, page by page; no transaction stays open while it is used."""
    last = None
    while page := history(store, sought, before_seq=last):
        yield from page
        last = page[-1].change.seq


def _conditions(sought: Sought) -> Iterator[ColumnElement[bool]]:
    entry = AuditEntry
    if sought.customer_id is not None:
        yield col(entry.customer_id) == sought.customer_id
    if sought.who is not None:
        yield func.lower(col(entry.who)) == sought.who.lower()
    if sought.since is not None:
        yield col(entry.at) >= sought.since
    if sought.until is not None:
        yield col(entry.at) < sought.until
    for word in sought.words:
        yield _holds(word.lower())


def _holds(word: str) -> ColumnElement[bool]:
    entry, customer = AuditEntry, CustomerRow
    columns: list[Any] = [
        entry.who, entry.origin, entry.source, entry.reason, entry.action, entry.entity, entry.entity_id, customer.name,
    ]  # fmt: skip
    told = [key for key, text in ACTIONS.items() if word in text.lower()]
    named = [(col(entry.action) == action) & (col(entry.entity) == what) for action, what in told]
    return or_(*(func.lower(col(column)).contains(word, autoescape=True) for column in columns), *named)


def narrowed(sought: Sought, text: str) -> Sought:
    """The same, by what is typed: words, of which `who:NAME` names who did it."""
    words, who = [], sought.who
    for word in text.split():
        if word.lower().startswith("who:") and len(word) > 4:
            who = word[4:]
        else:
            words.append(word)
    return replace(sought, who=who, words=tuple(words))
