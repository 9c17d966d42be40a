"""The rows of the store: columns for what is looked up, the terms as exact JSON for the rest.

Nothing outside `store.commands`, `store.queries` and their kin reads or writes these; no row leaves the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from sqlalchemy import Table
from sqlmodel import SQLModel

T = TypeVar("T")

AT_ONCE = 500
"""How many values go into one `IN (…)`: every database takes that many."""


def table(row: type[SQLModel]) -> Table:
    """The table behind a row class, for statements that need no object per row."""
    found: Table = row.__table__  # type: ignore[attr-defined]
    return found


def batched(values: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk
