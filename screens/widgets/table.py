"""Rows in columns: how a row is laid out in the width there is, and a cursor list over rows held in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from rich.segment import Segment
from rich.style import Style

from screens import safe
from screens.widgets.facts import broken
from screens.widgets.length import set_length
from screens.widgets.line_list import LineList

GAP = 2
"""Cells between two columns."""


class Cell(NamedTuple):
    """Text with a tone of its own: muted, good, warn, bad, strong, accent."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """One row: the key it is known by, one text per column, a tone for all of it."""

    key: Any
    cells: tuple[str | Cell, ...]
    tone: str = ""
    selectable: bool = True
    """False for headings and totals, which the cursor passes over."""
    indent: int = 0
    """Cells that the first column is moved to the right."""
    value: Any = None
    """What the row stands for; whoever receives the row gets it back."""


def heading(text: str, tone: str = "strong") -> Row:
    """A row that groups those below it."""
    return Row(None, (text,), tone, selectable=False)


@dataclass(frozen=True)
class Column:
    """One column. `width` in cells, or 0: as wide as its widest cell; `flex` shares what is left."""

    label: str
    width: int = 0
    flex: int = 0
    align: str = "left"
    least: int = 4
    """A flexible column is never narrower than this."""
    drop_below: int = 0
    """Left out while the list is narrower than this."""


WIDEST = 400
"""Cells beyond which no column is measured."""


class Grid:
    """The columns in a given width: which are shown and how wide each is; laid out once per width and content."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self.natural = [0] * len(self.columns)
        self._laid: tuple[int, tuple[tuple[int, int], ...]] = (-1, ())

    def measure(self, rows: Iterable[Row]) -> None:
        """Take the widths of the widest cells from these rows (columns without a stated width only)."""
        self.natural = [0 if c.width or c.flex else safe.width(c.label) for c in self.columns]
        open_columns = [k for k, c in enumerate(self.columns) if not c.width and not c.flex]
        for row in rows:
            if not row.selectable and len(row.cells) == 1:
                continue
            for k in open_columns:
                if k < len(row.cells):
                    text = row.cells[k]
                    size = safe.width(safe.literal(text if isinstance(text, str) else text.text, WIDEST))
                    self.natural[k] = max(self.natural[k], size + (row.indent if k == 0 else 0))
        self._laid = (-1, ())

    def layout(self, width: int) -> tuple[tuple[int, int], ...]:
        """(column, cells) of the columns shown in that width."""
        if self._laid[0] == width:
            return self._laid[1]
        shown = [k for k, c in enumerate(self.columns) if width >= c.drop_below]
        sizes = {k: self.columns[k].width or self.natural[k] for k in shown}
        flexible = [k for k in shown if self.columns[k].flex]
        room = width - sum(sizes[k] for k in shown if k not in flexible) - GAP * (len(shown) - 1)
        total = sum(self.columns[k].flex for k in flexible)
        for n, k in enumerate(flexible):
            column = self.columns[k]
            share = room if n == len(flexible) - 1 else (room * column.flex // total)
            sizes[k] = max(column.least, share)
            room, total = room - sizes[k], total - column.flex
        laid = tuple((k, sizes[k]) for k in shown)
        self._laid = (width, laid)
        return laid

    def header(self, width: int, style: Style) -> list[Segment]:
        """The labels, each aligned as its column."""
        parts = [safe.fit(self.columns[k].label, size, self.columns[k].align) for k, size in self.layout(width)]
        return [Segment(safe.fit((" " * GAP).join(parts), width), style)]

    def segments(self, row: Row, width: int, cursor: Style | None, tone: Callable[[str], Style]) -> list[Segment]:
        """One row in exactly `width` cells: a single segment under the cursor, else one per change of tone."""
        runs: list[tuple[str, str]] = []
        if not row.selectable and len(row.cells) == 1:
            text = row.cells[0]
            runs.append((safe.fit(safe.literal(text if isinstance(text, str) else text.text), width), row.tone))
        else:
            self._runs(row, width, runs)
        if cursor is not None:
            return [Segment(safe.fit("".join(text for text, _ in runs), width), cursor)]
        used = sum(safe.width(text) for text, _ in runs)
        if used > width:
            return [Segment(safe.fit("".join(text for text, _ in runs), width), tone(row.tone))]
        if used < width:
            runs.append((" " * (width - used), runs[-1][1] if runs else ""))
        merged: list[tuple[str, str]] = []
        for text, name in runs:
            if merged and (merged[-1][1] == name or text.isspace()):
                merged[-1] = (merged[-1][0] + text, merged[-1][1])
            else:
                merged.append((text, name))
        return [Segment(text, tone(name)) for text, name in merged]

    def _runs(self, row: Row, width: int, runs: list[tuple[str, str]]) -> None:
        for n, (k, size) in enumerate(self.layout(width)):
            given = row.cells[k] if k < len(row.cells) else ""
            text, name = (given, "") if isinstance(given, str) else given
            text = safe.literal(text, 8 * size + 8)  # however long it is; a letter may have several marks
            if k == 0 and row.indent:
                text = " " * row.indent + text
            runs.append(((" " * GAP if n else "") + safe.fit(text, size, self.columns[k].align), name or row.tone))


def wrapped(rows: Iterable[Row], grid: Grid, width: int, column: int) -> Iterator[Row]:
    """The rows with the text of one column broken into further lines, over which the cursor passes."""
    size = dict(grid.layout(width)).get(column, 0)
    for row in rows:
        given = row.cells[column] if len(row.cells) > column else ""
        text, tone = (given, "") if isinstance(given, str) else given
        first, *rest = broken(safe.literal(text), size) if size else [text]
        cells = tuple(Cell(first, tone) if k == column else cell for k, cell in enumerate(row.cells))
        yield replace(row, cells=cells) if rest else row
        for line in rest:
            blank = [""] * len(row.cells)
            blank[column] = line
            yield Row(None, tuple(blank), tone or row.tone, selectable=False)


class RowList(LineList):
    """A cursor list over rows in memory: `show(rows)` replaces them, the selected row keeps its place by key."""

    class Chosen(LineList.Chosen):
        """Enter or a double click on a row; `row` is it."""

        @property
        def row(self) -> Row:
            """The row."""
            assert isinstance(self.list, RowList)
            return self.list.rows[self.index]

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Iterable[Row] = (),
        *,
        empty: str = "Nothing here yet.",
        header: bool = True,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.grid = Grid(columns)
        self.rows: tuple[Row, ...] = tuple(rows)
        self.empty = empty
        self.header_height = 1 if header else 0
        self.grid.measure(self.rows)

    def on_mount(self) -> None:
        """Take the rows given at construction."""
        self.resized()

    def show(self, rows: Iterable[Row], *, columns: Sequence[Column] | None = None) -> None:
        """Replace the rows (and the columns); the cursor stays with its row's key where that still exists."""
        key = self.selected.key if self.selected else None
        self.rows = tuple(rows)
        if columns is not None:
            self.grid = Grid(columns)
        self.grid.measure(self.rows)
        at = next((k for k, row in enumerate(self.rows) if row.key is not None and row.key == key), None)
        if at is not None:
            self.cursor = at
        self.resized()

    def resized(self) -> None:
        """Another number of rows."""
        set_length(self, self.row_count + self.header_height)
        super().resized()

    @property
    def selected(self) -> Row | None:
        """The row under the cursor, or None."""
        if 0 <= self.cursor < len(self.rows) and self.rows[self.cursor].selectable:
            return self.rows[self.cursor]
        return None

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def selectable(self, index: int) -> bool:
        """Headings are passed over."""
        return self.rows[index].selectable

    def header_segments(self, width: int) -> list[Segment]:
        """The column labels."""
        return self.grid.header(width, self.tone("header"))

    def row_segments(self, index: int, width: int, cursor: Style | None) -> list[Segment]:
        """One row."""
        return self.grid.segments(self.rows[index], width, cursor, self.tone)

    def empty_segments(self, line: int, width: int) -> list[Segment]:
        """The sentence that says what would be here, broken where it is longer than the list is wide."""
        lines = [part for text in self.empty.split("\n") for part in broken(safe.literal(text), width)]
        text = lines[line] if line < len(lines) else ""
        return [Segment(safe.fit(text, width), self.tone("muted"))]
