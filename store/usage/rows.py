"""What readers hand over: parts of a file, each so large that it is worth a transaction and a file of the ledger."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from store.errors import Invalid

MAX_LINE = 4_000_000
"""A longer line is no event: 2000 properties of 1000 characters fit in half of it."""
UNREADABLE = (Invalid, EOFError, zlib.error, gzip.BadGzipFile)
"""What says in the middle of a file that it cannot be read on."""
R = TypeVar("R")
PART_BYTES, PART_ROWS = 12_000_000, 50_000
"""How much is taken together: some fifty thousand events."""


class Unfit(Invalid):
    """Why a file cannot be read as what its name says: the end of a sentence that begins with that name."""


class Given(NamedTuple):
    """One line of a file: its number (from 1), and the event's payload, or `problem` with `payload` as it was read."""

    line: int
    payload: Any
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines of JSON; `first` is the number of the first of them, `count` how many there are."""

    data: bytes
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that were taken apart already."""

    rows: tuple[Given, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.rows)


Row = Given | tuple[int, list[str]]
"""A row of a CSV: its line and its cells, or what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows of a CSV whose cells nobody has looked at yet."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.rows)


Part = Lines | Rows | Cells


def gathered(rows: Iterable[R], make: Callable[[tuple[R, ...]], Part]) -> Iterator[Part]:
    """Rows in parts; what was read before the file turns out unreadable is still handed out."""
    rest, waiting = iter(rows), list[R]()
    try:
        for row in rest:
            waiting.append(row)
            if len(waiting) == PART_ROWS:
                yield make(tuple(waiting))
                waiting = []
    except UNREADABLE:
        if waiting:
            yield make(tuple(waiting))
        raise
    if waiting:
        yield make(tuple(waiting))
