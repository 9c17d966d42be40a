"""What many customers' statements come to by product, and what was found to be amiss, in few lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from console.cli.telling import tell
from store.rating.totals import NOT_PREVIEWED, Finding, ProductTotal, add_totals, in_order
from store.terms import shown
from store.text import visible

HEADINGS = ("Total per product", "Customers", "Charged", "Covered", "To pay")
EXAMPLES, MOST = 3, 12
"""How many customers are named for each kind of finding, and how many lines a summary beside the rows has of each."""


class Kind:
    """Findings of one code: how many, of how many customers, and the first few."""

    def __init__(self) -> None:
        self.customers = 0
        self.findings = 0
        self.events = 0
        self.examples: list[tuple[str, str]] = []


class Summary:
    """Totals and findings of customers who are added one after the other."""

    def __init__(self) -> None:
        self._totals: dict[tuple[str, str, str], ProductTotal] = {}
        self._kinds: dict[str, Kind] = {}
        self.customers = 0

    def add(self, customer_id: str, totals: Iterable[ProductTotal], found: Iterable[Finding]) -> None:
        """One customer more."""
        self.customers += 1
        add_totals(self._totals, totals)
        codes = set()
        for one in found:
            kind = self._kinds.setdefault(one.code, Kind())
            kind.findings += 1
            kind.events += one.events
            if len(kind.examples) < EXAMPLES:
                kind.examples.append((customer_id, one.message))
            codes.add(one.code)
        for code in codes:
            self._kinds[code].customers += 1

    def as_documents(self) -> list[dict[str, Any]]:
        """The totals as JSON has them."""
        return [{**one._asdict(), "total": one.total} for one in in_order(self._totals.values())]

    def show(self, out: TextIO, *, nothing: bool) -> None:
        """For eyes: all totals, then the findings by their kind."""
        from rich.table import Table
        from rich.text import Text

        from console.cli.render import NO_STATEMENTS, console

        screen = console(out)
        if nothing:
            screen.print(Text(NO_STATEMENTS))
        if self._totals:
            table = Table.grid(padding=(0, 2))
            table.add_column(overflow="fold")
            for _ in HEADINGS[1:]:
                table.add_column(justify="right", no_wrap=True)
            table.add_row(*(Text(each, style="bold") for each in HEADINGS))
            for cells in self._rows():
                table.add_row(*map(Text, cells))
            screen.print(table)
        if self._kinds:
            screen.print(Text("Findings", style="bold"))
            for line in self._lines():
                screen.print(Text("  " + line))

    def tell(self) -> None:
        """The same on standard error, and no more than fits beside rows for programs."""
        rows, lines = list(self._rows()), list(self._lines())
        for name, customers, charged, covered, total in rows[:MOST]:
            tell(f"{name}: {total} to pay ({charged} charged, {covered} covered; customers: {customers})")
        if len(rows) > MOST:
            tell(f"and {len(rows) - MOST} products more")
        for line in lines[:MOST]:
            tell(line)
        if len(lines) > MOST:
            tell(f"and {len(lines) - MOST} lines of findings more; --format json has them all")

    def told(self) -> int:
        """The exit code; says first why it is not 0."""
        missing = self._kinds.get(NOT_PREVIEWED)
        if missing is None:
            return 0
        tell(
            f"termsheet: {missing.customers} of {self.customers} customers could not be previewed; the findings say why"
        )
        return 1

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for one in in_order(self._totals.values()):
            amounts = (shown.amount(each, one.credit_type_id) for each in (one.charged, one.covered, one.total))
            yield (visible(one.name), f"{one.customers:,}", *amounts)

    def _lines(self) -> Iterator[str]:
        for code, kind in sorted(self._kinds.items()):
            events = f", {_count(kind.events, 'event')}" if kind.events else ""
            yield visible(f"{code}: {_count(kind.findings, 'finding')}, {_count(kind.customers, 'customer')}{events}")
            for customer_id, message in kind.examples:
                yield visible(f"  {customer_id}: {message}")
            if kind.findings > len(kind.examples):
                yield f"  and {kind.findings - len(kind.examples):,} more"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
