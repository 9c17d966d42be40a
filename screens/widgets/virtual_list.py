"""A window on a source of any length: only the rows in view are fetched, page by page, when they are drawn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

from rich.segment import Segment
from rich.style import Style

from screens import safe
from screens.widgets.line_list import LineList
from screens.widgets.table import Column, Grid, Row

PAGE = 100
"""Rows fetched at once."""
PAGES_KEPT = 50
"""Pages kept in memory; the least recently drawn is dropped."""


class Source(Protocol):
    """Where rows come from: quick enough (a few ms a page) to be asked while drawing."""

    @property
    def total(self) -> int:
        """How many rows there are."""
        ...

    def page(self, number: int) -> Sequence[Row]:
        """Rows `number * PAGE` and following, `PAGE` at most; fewer than asked where rows went away meanwhile."""
        ...


class Nothing:
    """A source without rows, until there is one."""

    total = 0

    def page(self, number: int) -> Sequence[Row]:
        """None."""
        return ()


class VirtualList(LineList):
    """A list of millions: opens, pages and jumps in the same few milliseconds whatever the length."""

    header_height = 1

    def __init__(self, columns: Sequence[Column], *, empty: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self.grid = Grid(columns)
        self.source: Source = Nothing()
        self.empty = empty
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()

    def open(self, source: Source, *, at: int = 0) -> None:
        """Show another source from its row `at`."""
        self.source = source
        self._pages.clear()
        self.set_reactive(LineList.cursor, at)
        if self.size.height:
            self.scroll_to(y=max(0, at - self.page_rows // 2) if at else 0, animate=False, force=True)
        self.resized()

    def reload(self) -> None:
        """The source's rows or total changed: ask it again, the cursor stays where it is."""
        self._pages.clear()
        self.resized()

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return self.source.total

    def row(self, index: int) -> Row | None:
        """The row at a position, or None where it has gone meanwhile."""
        number, offset = divmod(index, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self.source.page(number)
            if len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page[offset] if offset < len(page) else None

    @property
    def selected(self) -> Row | None:
        """The row under the cursor, or None."""
        return self.row(self.cursor) if 0 <= self.cursor < self.row_count else None

    def header_segments(self, width: int) -> list[Segment]:
        """The column labels."""
        return self.grid.header(width, self.tone("header"))

    def row_segments(self, index: int, width: int, cursor: Style | None) -> list[Segment]:
        """One row."""
        row = self.row(index)
        if row is None:
            return [Segment(" " * width, cursor or self.rich_style)]
        return self.grid.segments(row, width, cursor, self.tone)

    def empty_segments(self, line: int, width: int) -> list[Segment]:
        """The sentences that say what would be here, and what to do next."""
        lines = self.empty.split("\n")
        text = lines[line] if line < len(lines) else ""
        return [Segment(safe.fit(text, width), self.tone("muted"))]
