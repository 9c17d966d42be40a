"""What readers hand over: parts of a file, each so large that it is worth a transaction and a file of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from store.errors import Invalid

MAX_LINE = 4_000_000
"""A longer line is no event: 2000 properties of 1000 characters fit in half of it."""
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


Part = Lines | Rows
