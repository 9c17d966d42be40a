"""A window on a source of any length: only the rows in view are fetched, page by page, when they are drawn.

Pages of a source that is far away are fetched by a thread and drawn when they come: no key waits for them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.segment import Segment
from rich.style import Style
from textual import on, work
from textual.message import Message
from textual.worker import Worker, WorkerState

from screens import safe
from screens.widgets.line_list import LineList
from screens.widgets.table import Column, Grid, Row

PAGE = 100
"""Rows fetched at once."""
PAGES_KEPT = 50
"""Pages kept in memory; the least recently drawn is dropped."""


class Source(Protocol):
    """Where rows come from: quick enough (a few ms a page) to be asked while drawing, unless it is far away."""

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

    @dataclass
    class Came(Message):
        """A page of a source that is far away."""

        source: Source
        number: int
        rows: Sequence[Row]

    @dataclass
    class Failed(Message):
        """A page of a source that is far away could not be had."""

        error: BaseException

    def __init__(self, columns: Sequence[Column], *, empty: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self.grid = Grid(columns)
        self.source: Source = Nothing()
        self.empty = empty
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self._far = self._asking = False

    def open(self, source: Source, *, at: int = 0, ready: Mapping[int, Sequence[Row]] | None = None) -> None:
        """Show another source from its row `at`; one that is far away with the pages of it that are there already."""
        self._take(source, at, ready)
        if self.size.height:
            self.scroll_to(y=max(0, at - self.page_rows // 2) if at else 0, animate=False, force=True)
        self.resized()

    def renew(self, source: Source, *, moved: int, ready: Mapping[int, Sequence[Row]] | None = None) -> None:
        """The same rows, read again: those under the cursor and around it, `moved` on by now, stay where they are."""
        at = max(0, min(self.cursor + moved, source.total - 1))
        top = max(0, self.scroll_offset.y + at - self.cursor)
        self._take(source, at, ready)
        self.resized()
        self.scroll_to(y=top, animate=False, force=True)

    def _take(self, source: Source, at: int, ready: Mapping[int, Sequence[Row]] | None) -> None:
        self.source, self._far = source, ready is not None
        self._pages.clear()
        self._pages.update(ready or {})
        self.set_reactive(LineList.cursor, at)

    def reload(self) -> None:
        """The source's rows or total changed: ask it again, the cursor stays where it is."""
        self._pages.clear()
        self.resized()

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return self.source.total

    def row(self, index: int) -> Row | None:
        """The row at a position, or None where it has gone meanwhile, or is still to come."""
        number, offset = divmod(index, PAGE)
        page = self._pages.get(number)
        if page is None:
            if self._far:
                self._ask(number)
                return None
            page = self._keep(number, self.source.page(number))
        else:
            self._pages.move_to_end(number)
        return page[offset] if offset < len(page) else None

    def awaited(self, index: int) -> bool:
        """Whether the row at a position is still to come."""
        return self._far and index // PAGE not in self._pages

    def _keep(self, number: int, rows: Sequence[Row]) -> Sequence[Row]:
        self._pages[number] = rows
        if len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        return rows

    # -- a source that is far away

    def _ask(self, number: int) -> None:
        """One page at a time: what is wanted after it is what will then be in view."""
        if not self._asking:
            self._asking = True
            self._fetch(self.source, number)

    @work(thread=True, exit_on_error=False, group="page", description="read a page")
    def _fetch(self, source: Source, number: int) -> None:
        self.post_message(self.Came(source, number, source.page(number)))

    @on(Came)
    def _came(self, event: Came) -> None:
        self._asking = False
        if event.source is self.source:
            self._keep(event.number, event.rows)
        self.repaint()
        self._ask_ahead()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A page that could not be had is asked for again with the next key that wants it."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            event.stop()
            self._asking = False
            self.post_message(self.Failed(event.worker.error))

    def _ask_ahead(self) -> None:
        """The pages next to the cursor's, before they are needed."""
        here = self.cursor // PAGE
        for number in (here, here + 1, here - 1):
            if 0 <= number * PAGE < self.row_count and number not in self._pages:
                self._ask(number)

    def watch_cursor(self, old: int, new: int) -> None:
        """As every list; the next page is on its way before it is reached."""
        super().watch_cursor(old, new)
        if self._far:
            self._ask_ahead()

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
            text = safe.fit(" …", width) if self.awaited(index) else " " * width
            return [Segment(text, cursor or self.tone("muted"))]
        return self.grid.segments(row, width, cursor, self.tone)

    def empty_segments(self, line: int, width: int) -> list[Segment]:
        """The sentences that say what would be here, and what to do next."""
        lines = self.empty.split("\n")
        text = lines[line] if line < len(lines) else ""
        return [Segment(safe.fit(text, width), self.tone("muted"))]
