"""Every customer in an order, page by page, from any position in a few milliseconds.

A page is a walk along an index from the nearest place already known, forwards or backwards; each page fetched makes its
own place known. So paging, the first page and the last cost nothing, and only a leap into the unknown skips rows.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from store.directory.asking import Ask

PAGE = 100
"""Customers in a page."""


class Order(StrEnum):
    """How the list is ordered."""

    NAME = "name"
    NEWEST = "newest first"


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """A customer as the list shows it."""

    id: str
    name: str
    created: str
    """The day it was created, ISO."""
    archived: str
    """The day it was archived, ISO; empty if it was not."""
    alias: str
    """The first of its ingest aliases, empty if it has none."""
    aliases: int
    """How many it has."""


LINE = (
    "c.id, c.name, c.created_at, c.archived_at, "
    "(SELECT a.alias FROM ingest_alias a WHERE a.customer_id = c.id ORDER BY a.position LIMIT 1), "
    "(SELECT count(*) FROM ingest_alias a WHERE a.customer_id = c.id)"
)
"""The columns of a `CustomerLine`."""


def line(row: Sequence[Any]) -> CustomerLine:
    """A row of `LINE` as its value."""
    return CustomerLine(row[0], row[1], str(row[2])[:10], str(row[3] or "")[:10], row[4] or "", row[5])


_KEY = {Order.NAME: "name_key", Order.NEWEST: "created_at"}


class Listing:
    """Every customer in one order."""

    def __init__(self, ask: Ask, slow: Ask, *, order: Order, archived: bool) -> None:
        """Without `archived`, those that are not. Reads the first page and the number of customers.

        `slow` is asked for what takes longer than a page, while others use `ask`.
        """
        self._ask, self._slow = ask, slow
        self._order, self._archived = order, archived
        self._key = _KEY[order]
        self._places: list[tuple[int, Any, str]] = []
        first = self._fetch("", {}, skip=0, backwards=False)
        self._first = [line(row) for row in first]
        self.total = len(first) if len(first) < PAGE else self._count()

    def _count(self) -> int:
        return int(self._ask(f"SELECT live{' + archived' if self._archived else ''} FROM customer_tally", {})[0][0])

    def position(self, identity: str) -> int | None:
        """Where a customer stands, None where it is not in this list; up to some 50 ms in a million."""
        rows = self._slow(
            f"SELECT {self._key} FROM customer c WHERE id = :id{'' if self._archived else ' AND archived_at IS NULL'}",
            {"id": identity},
        )
        if not rows:
            return None
        sign = "<" if self._order is Order.NAME else ">"
        live = "" if self._archived else " AND c.archived_at IS NULL"
        sql = f"SELECT count(*) FROM customer c WHERE (c.{self._key}, c.id) {sign} (:key, :id){live}"
        return int(self._slow(sql, {"key": rows[0][0], "id": identity})[0][0])

    def page(self, number: int) -> list[CustomerLine]:
        """Customers `number * PAGE` and following."""
        if number == 0:
            return self._first
        start = number * PAGE
        below = bisect_right(self._places, start, key=lambda place: place[0]) - 1
        before = self._places[below] if below >= 0 else (0, None, "")
        after = self._places[below + 1] if below + 1 < len(self._places) else (self.total, None, "")
        wanted = min(PAGE, self.total - start)
        if wanted <= 0:
            return []
        if after[0] - (start + wanted) < start - before[0]:
            rows = self._from(after, skip=after[0] - (start + wanted), backwards=True, limit=wanted)[::-1]
        else:
            rows = self._from(before, skip=start - before[0], backwards=False, limit=wanted)
        if rows and not (0 <= below < len(self._places) and self._places[below][0] == start):
            insort(self._places, (start, rows[0][6], rows[0][0]), key=lambda place: place[0])
        return [line(row) for row in rows]

    def _from(self, place: tuple[int, Any, str], *, skip: int, backwards: bool, limit: int) -> list[tuple[Any, ...]]:
        if not place[2]:
            return self._fetch("", {}, skip=skip, backwards=backwards, limit=limit)
        up = (self._order is Order.NAME) != backwards
        sign = (">" if up else "<") + ("" if backwards else "=")
        where = f"(c.{self._key}, c.id) {sign} (:key, :id)"
        return self._fetch(where, {"key": place[1], "id": place[2]}, skip=skip, backwards=backwards, limit=limit)

    def _fetch(
        self, where: str, values: dict[str, Any], *, skip: int, backwards: bool, limit: int = PAGE
    ) -> list[tuple[Any, ...]]:
        conditions = " AND ".join(filter(None, (where, "" if self._archived else "c.archived_at IS NULL")))
        way = "ASC" if (self._order is Order.NAME) != backwards else "DESC"
        order = f"ORDER BY c.{self._key} {way}, c.id {way}"
        sql = (  # the rows first, then what is told of each: what is skipped costs next to nothing
            f"SELECT {LINE}, c.{self._key} FROM (SELECT c.id, c.name, c.name_key, c.created_at, c.archived_at "
            f"FROM customer c{' WHERE ' + conditions if conditions else ''} {order} "
            f"LIMIT :limit OFFSET :skip) c {order}"
        )
        return self._ask(sql, {**values, "limit": limit, "skip": skip})
