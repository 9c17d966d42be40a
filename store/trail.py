"""The end of the audit's chain while something is added to it, and the proof that the chain is whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, Text, Update, bindparam, select, type_coerce, update
from sqlalchemy.orm import Session

from store.chain import BEGINNING, Content, follow
from store.errors import StoreUnavailable
from store.tables import table
from store.tables.audit import AuditEntry, AuditHead
from store.terms import time


@dataclass(slots=True)
class Trail:
    """How many entries there are, and the last one's hash."""

    entries: int
    hash: str

    @classmethod
    def of(cls, session: Session) -> Trail:
        """The trail as stored; raises `StoreUnavailable` where its end is lost, since nothing could be added to it."""
        row = session.execute(_head()).first()
        if row is None:
            raise StoreUnavailable("the audit of the store has lost its end", hint="restore a backup")
        return cls(*row)

    def follow(self, content: Content) -> str:
        """The hash of the next entry, which is the last one now."""
        self.entries, self.hash = self.entries + 1, follow(self.hash, content)
        return self.hash

    def keep(self, session: Session) -> None:
        """Notes the new end."""
        session.execute(_new_head(), {"entries": self.entries, "hash": self.hash})


@cache
def _head() -> Select[int, str]:
    head = table(AuditHead).c
    return select(head.entries, head.hash).where(head.id == 1)


@cache
def _new_head() -> Update:
    return update(table(AuditHead)).values(entries=bindparam("entries"), hash=bindparam("hash"))


def faults(session: Session) -> Iterator[str]:
    """What is wrong with the audit, one sentence each: entries that were changed, taken away or put in."""
    entry, count, last = table(AuditEntry).c, 0, BEGINNING
    json = ("before", "after")
    columns = [type_coerce(entry[name], Text) if name in json else entry[name] for name in Content._fields]
    wanted = select(entry.seq, entry.hash, *columns).order_by(entry.seq)
    for seq, own, *fields in session.execute(wanted.execution_options(yield_per=1000)):
        content = Content(*fields)
        if follow(last, content) != own:
            yield (
                f"audit entry {seq} ({content.who}, {content.action} {content.entity} at {time.stamp(content.at)}) "
                "does not follow from the one before it: it was changed, or one before it was removed or put in"
            )
        count, last = count + 1, own
    row = session.execute(_head()).first()
    if row is None:
        yield "the audit has lost the note of its end"
    elif row != (count, last):
        yield f"the audit ends after {count} entries, but {row.entries} were made: its end was cut off, or added to"
