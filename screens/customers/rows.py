"""How a customer stands in the list, and the list's two sources: everybody, and who matches what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from screens.widgets.table import Cell, Column, Row
from store.directory.listing import CustomerLine

COLUMNS = (
    Column(" Name", flex=5, least=20),
    Column("Ingest aliases", flex=4, least=12),
    Column("Created", width=10, drop_below=76),
    Column("Id", width=36, drop_below=110),
)


class Lines(Protocol):
    """A listing or the hits of a search."""

    @property
    def total(self) -> int:
        """How many customers."""
        ...

    def page(self, number: int) -> list[CustomerLine]:
        """A page of them."""
        ...


class Customers:
    """Customer lines as rows of a list."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines

    @property
    def total(self) -> int:
        """How many rows."""
        return self.lines.total

    def page(self, number: int) -> Sequence[Row]:
        """A page of rows."""
        return [row(line) for line in self.lines.page(number)]


def row(line: CustomerLine) -> Row:
    """One customer; an archived one says so in words."""
    more = f" +{line.aliases - 1}" if line.aliases > 1 else ""
    alias, created, identity = Cell(line.alias + more, "muted"), Cell(line.created, "muted"), Cell(line.id, "muted")
    if line.archived:
        return Row(line.id, (Cell(f"{line.name} (archived)", "muted"), alias, created, identity), indent=1, value=line)
    return Row(line.id, (line.name, alias, created, identity), indent=1, value=line)
