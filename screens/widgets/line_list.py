"""A list that repaints rows, not itself: cursor, keys and mouse over lines that a subclass draws one by one.

Moving the cursor repaints two rows; at an edge the view jumps half a page instead of scrolling line by line, which
would repaint everything for every key. What stands beside a list follows once the cursor has come to rest (`Rested`),
so that a held key costs two rows. Nothing reacts to the pointer passing over it.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer

from screens.widgets.toned import Toned

REST = 0.08
"""Seconds without a move after which the cursor has come to rest."""


class LineList(Toned, can_focus=True):
    """The base of every list: `row_count`, `row_segments` and `selectable` are the subclass's."""

    DEFAULT_CSS = """
    LineList {
        background: $background; color: $foreground; overflow-x: hidden; overflow-y: auto; height: 1fr;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor(-1)", "Up", show=False),
        Binding("down,j", "cursor(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "edge(-1)", "First", show=False),
        Binding("end,G", "edge(1)", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False, init=False)
    """Index of the selected row."""

    header_height = 0
    """Lines above the rows that stay in place."""

    steered = False
    """Whether a box that has the focus moves the cursor: it looks as if the list had the focus itself."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._drawn: dict[int, Strip] = {}
        self._moved = 0.0
        self._waiting: Timer | None = None

    @dataclass
    class Rested(Message):
        """The cursor came to rest on another row: what stands beside the list can follow."""

        list: LineList
        index: int

        @property
        def control(self) -> LineList:
            """The list, for selectors."""
            return self.list

    @dataclass
    class Chosen(Message):
        """Enter or a second click on a row."""

        list: LineList
        index: int

        @property
        def control(self) -> LineList:
            """The list, for selectors."""
            return self.list

    @property
    @abstractmethod
    def row_count(self) -> int:
        """How many rows there are."""

    @abstractmethod
    def row_segments(self, index: int, width: int, cursor: Style | None) -> list[Segment]:
        """One row as segments of exactly `width` cells; in the `cursor` style where it is given."""

    def header_segments(self, width: int) -> list[Segment]:
        """The pinned line above the rows, where `header_height` is 1."""
        return []

    def selectable(self, index: int) -> bool:
        """Whether the cursor may rest there."""
        return True

    def empty_segments(self, line: int, width: int) -> list[Segment]:
        """What stands where there are no rows."""
        return []

    @property
    def page_rows(self) -> int:
        """How many rows are in view."""
        return max(0, self.size.height - self.header_height)

    def render_line(self, y: int) -> Strip:
        """One line of the view."""
        strip = self._drawn[y] = self.line_at(y)
        return strip

    def line_at(self, y: int) -> Strip:
        """One line of the view as it would be drawn now."""
        width = self.scrollable_content_region.width
        base = self.tone("")
        if y < self.header_height:
            return Strip(self.header_segments(width), width)
        if not self.row_count:
            segments = self.empty_segments(y - self.header_height, width)
            return Strip(segments, width) if segments else Strip.blank(width, base)
        index = y - self.header_height + self.scroll_offset.y
        if index >= self.row_count:
            return Strip.blank(width, base)
        return Strip(self.row_segments(index, width, self._cursor_style() if index == self.cursor else None), width)

    def _cursor_style(self) -> Style:
        return self.tone("cursor" if self.has_focus or self.steered else "cursor-blurred")

    def resized(self) -> None:
        """Other rows: set the scrollable size, keep the cursor inside, repaint the lines that differ."""
        self.virtual_size = Size(0, self.row_count + self.header_height)
        last = max(0, self.row_count - 1)
        if self.cursor > last:
            self.cursor = last
        if self.row_count and not self.selectable(self.cursor):
            self.cursor = self._next(self.cursor, 1)
        self.repaint()

    def repaint(self) -> None:
        """Repaint the lines that are not as they were drawn last."""
        for y in range(self.size.height):
            if self._drawn.get(y) != self.line_at(y):
                self.refresh(Region(0, y, self.size.width, 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Repaint the two rows, or jump half a page."""
        self._reveal(old, new)
        self.moved()

    def moved(self) -> None:
        """The cursor is on something else; `Rested` follows after a short quiet."""
        self._moved = monotonic()
        if self._waiting is None:
            self._waiting = self.set_timer(REST, self._look)

    def _look(self) -> None:
        left = self._moved + REST - monotonic()
        if left > 0.001:
            self._waiting = self.set_timer(left, self._look)
        else:
            self.rest()

    @property
    def restless(self) -> bool:
        """Whether the cursor has moved and `Rested` is still to come."""
        return self._waiting is not None

    def rest(self) -> None:
        """Do not wait any longer: whatever follows the cursor is wanted now."""
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None
            self.post_message(self.Rested(self, self.cursor))

    def _reveal(self, old: int, new: int) -> None:
        top, height = self.scroll_offset.y, self.page_rows
        if not height:
            return
        if top <= new < top + height:
            for row in (old, new):
                if top <= row < top + height:
                    self.repaint_row(row)
            return
        if abs(new - old) >= height:
            target = new - height + 1 if new > old else new
        else:
            target = new - height + 1 + height // 2 if new >= top + height else new - height // 2
        self.scroll_to(y=max(0, min(target, self.row_count - height)), animate=False, force=True)
        self.refresh()

    def repaint_row(self, index: int) -> None:
        """Repaint one row if it is in view."""
        y = index - self.scroll_offset.y
        if 0 <= y < self.page_rows:
            self.refresh(Region(0, y + self.header_height, self.size.width, 1))

    def _next(self, start: int, step: int) -> int:
        """The nearest selectable row from `start` in that direction, else in the other."""
        for direction in (step, -step):
            index = start
            while 0 <= index < self.row_count:
                if self.selectable(index):
                    return index
                index += direction
        return max(0, min(start, self.row_count - 1))

    def move_to(self, index: int, step: int = 1) -> None:
        """Put the cursor on a row (the nearest selectable one)."""
        if self.row_count:
            self.cursor = self._next(max(0, min(index, self.row_count - 1)), step)

    def action_cursor(self, step: int) -> None:
        """One row up or down; at the first row the view scrolls on to what stands above it."""
        if 0 <= self.cursor + step < self.row_count:
            before = self.cursor
            self.move_to(self.cursor + step, step)
            if self.cursor == before and step < 0:
                self.scroll_to(y=0, animate=False, force=True)

    def action_page(self, step: int) -> None:
        """One page up or down."""
        self.move_to(self.cursor + step * max(1, self.page_rows - 1), -step)

    def action_edge(self, step: int) -> None:
        """First or last row."""
        self.move_to(0 if step < 0 else self.row_count - 1, -step)

    def action_choose(self) -> None:
        """Enter."""
        self.rest()
        if self.row_count and self.selectable(self.cursor):
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """A click selects; a click on the selected row, or a double click, chooses."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < self.header_height:
            return
        index = offset.y - self.header_height + self.scroll_offset.y
        if index < self.row_count and self.selectable(index):
            if index == self.cursor and event.chain >= 2:
                self.action_choose()
            else:
                self.cursor = index

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        top, height = self.scroll_offset.y, self.page_rows
        if height and self.row_count and not top <= self.cursor < top + height:
            self.scroll_to(y=max(0, self.cursor - height + 1), animate=False, force=True)

    def _on_focus(self, event: events.Focus) -> None:
        """As the stock handler, but only the cursor's row is repainted."""
        self._focus_moved(event, focused=True)

    def _on_blur(self, event: events.Blur) -> None:
        """As the stock handler, but only the cursor's row is repainted."""
        self._focus_moved(event, focused=False)

    def _focus_moved(self, event: events.Event, *, focused: bool) -> None:
        event.prevent_default()
        self.has_focus = focused
        if not focused:
            self.rest()
        self.repaint_row(self.cursor)
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self) if focused else events.DescendantBlur(self))
