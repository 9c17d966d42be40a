"""The lanes: one line per contract over time, its filter's values written where they hold; drawn cell by cell.

`├` a contract begins, `◆` its filter changes, `┴` a statement ends, `┤` the contract ends, `▶` it goes on. The first
lane says of every stretch whether all usage is taken once. Nothing rests on colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from screens import safe
from screens.timeline.scale import Scale
from screens.widgets.line_list import LineList
from store.terms.time import DISTANT_FUTURE, Span

AXIS = 2
"""Lines above the lanes: dates and marks, then today."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a lane: its time, what is written in it, a tone, and the mark at its start."""

    span: Span
    text: str
    tone: str = ""
    mark: str = "├"


@dataclass(frozen=True)
class Lane:
    """One contract (or, with an empty key, all of them together)."""

    key: str
    label: str
    pieces: tuple[Piece, ...]
    ticks: tuple[datetime, ...] = field(default=(), repr=False)
    """Statement boundaries."""
    drafted: bool = False
    """The proposed change is in it."""


class Lanes(LineList):
    """↑ ↓ choose a contract, ← → a change on its line; + and − zoom, [ and ] move in time, 0 shows everything."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "along(-1)", "Earlier", show=False),
        Binding("right,l", "along(1)", "Later", show=False),
        Binding("home,g", "along(-1000000)", "First change", show=False),
        Binding("end,G", "along(1000000)", "Last change", show=False),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--open"}
    DEFAULT_CSS = """
    Lanes { height: auto; max-height: 40%; min-height: 4; scrollbar-gutter: auto; }
    Lanes .list--open { color: $foreground; background: $panel; }
    """

    header_height = AXIS

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lanes: tuple[Lane, ...] = ()
        self.scale: Scale | None = None
        self.home: Scale | None = None
        self.now: datetime | None = None
        self.heading = ""
        self.at = datetime(1970, 1, 1, tzinfo=UTC)
        """The instant the cursor is on: its piece is the one that holds it."""

    def show(self, lanes: Sequence[Lane], *, whole: Span, now: datetime, heading: str = "") -> None:
        """Other lanes; the view and the cursor stay where they are if they can."""
        self.lanes, self.now, self.heading = tuple(lanes), now, heading
        home = Scale(whole.start, whole.end, max(1, self._room))
        if self.scale is None or self.scale == self.home:
            self.scale = home
        self.home = home
        if self.at.year == 1970:
            self.at = now
        self.resized()

    @property
    def row_count(self) -> int:
        """How many lanes there are."""
        return len(self.lanes)

    @property
    def label_width(self) -> int:
        """Cells for the names: as long as they are, within reason."""
        widest = max((safe.width(safe.literal(lane.label)) for lane in self.lanes), default=0)
        return max(10, min(widest + 3, max(14, self.size.width // 4)))

    @property
    def _room(self) -> int:
        return self.size.width - self.label_width - 1

    @property
    def lane(self) -> Lane | None:
        """The lane under the cursor."""
        return self.lanes[self.cursor] if self.cursor < len(self.lanes) else None

    @property
    def piece(self) -> Piece | None:
        """The piece under the cursor."""
        return self._piece(self.lane)

    def _piece(self, lane: Lane | None) -> Piece | None:
        """The piece of a lane that holds the cursor's instant, else the nearest one."""
        if lane is None or not lane.pieces:
            return None
        held = next((p for p in lane.pieces if p.span.holds(self.at)), None)
        return held or min(lane.pieces, key=lambda p: min(abs(p.span.start - self.at), abs(p.span.end - self.at)))

    def go_to(self, key: str, moment: datetime) -> None:
        """Put the cursor on a lane and an instant."""
        at = next((k for k, lane in enumerate(self.lanes) if lane.key == key), self.cursor)
        self.at = moment
        self.cursor = at
        self._follow()

    def action_along(self, step: int) -> None:
        """The next or previous change on this lane."""
        lane, piece = self.lane, self.piece
        if lane is None or piece is None:
            return
        at = max(0, min(len(lane.pieces) - 1, lane.pieces.index(piece) + step))
        self.at = lane.pieces[at].span.start
        self._follow()

    def on_click(self, event: events.Click) -> None:
        """The stretch under the pointer; its lane is chosen as in every list."""
        offset = event.get_content_offset(self)
        if offset is None or self.scale is None or offset.x <= self.label_width:
            return
        index = offset.y - AXIS + self.scroll_offset.y
        if offset.y >= AXIS and index < self.row_count:
            self.at = self._fitted().moment(offset.x - self.label_width - 1)
            if index == self.cursor:
                self._follow()

    def _follow(self) -> None:
        """Bring the piece under the cursor into view, repaint its lane."""
        piece = self.piece
        if self.scale and piece:
            moved = self.scale.showing(piece.span.start, min(piece.span.end, self.scale.start + self.scale.length * 2))
            if moved != self.scale:
                self.scale = moved
                self.repaint()
        self.repaint_row(self.cursor)
        self.moved()

    def zoom(self, factor: float) -> None:
        """More or less time on the line, around the cursor."""
        if self.scale:
            piece = self.piece
            around = piece.span.start if piece else self.at
            self.scale = self.scale.fit(self._room).zoom(factor, max(around, self.scale.start))
            self.repaint()

    def pan(self, share: float) -> None:
        """Move in time."""
        if self.scale:
            self.scale = self.scale.fit(self._room).pan(share)
            self.repaint()

    def show_all(self) -> None:
        """Everything again."""
        self.scale = self.home
        self.repaint()

    # drawing

    def _fitted(self) -> Scale:
        assert self.scale is not None
        return self.scale.fit(self._room)

    def header_line(self, y: int, width: int) -> list[Segment]:
        """The axis, and where today is."""
        left = safe.fit(safe.literal(self.heading) if not y else "", self.label_width + 1)
        cells = [" "] * max(0, self._room)
        scale = self._fitted()
        if not y:
            for x, label in scale.ticks():
                _write(cells, x, "╷" + label)
        elif self.now is not None:
            x = scale.x(self.now)
            text = f"today {self.now:%Y-%m-%d}"
            if 0 <= x < len(cells):
                fits = x + len(text) + 2 <= len(cells)
                _write(cells, x if fits else max(0, x - len(text) - 1), f"▼ {text}" if fits else f"{text} ▼")
            else:
                edge = f"today {self.now:%Y-%m-%d} ›" if x >= 0 else f"‹ today {self.now:%Y-%m-%d}"
                _write(cells, len(cells) - len(edge) if x >= 0 else 0, edge)
        return [Segment(safe.fit(left + "".join(cells), width), self.tone("muted" if not y else "accent"))]

    def line_at(self, y: int) -> Strip:
        """One line of the view as it would be drawn now."""
        width = self.size.width
        if y < AXIS and self.lanes and self.scale is not None and self._room > 0:
            return Strip(self.header_line(y, width), width)
        return super().line_at(y)

    def row_segments(self, index: int, width: int, cursor: Style | None) -> list[Segment]:
        """One lane: its name, then its pieces; the one under the cursor in the cursor's style."""
        lane = self.lanes[index]
        here = index == self.cursor
        mark = "✎ " if lane.drafted else ("› " if here else "  ")
        name = safe.fit(mark + safe.literal(lane.label), self.label_width) + " "
        segments = [Segment(name, self.tone("accent" if lane.drafted else "strong" if here or not lane.key else ""))]
        if self.scale is None or self._room <= 0:
            return [Segment(safe.fit(name, width), self.rich_style)]
        scale, chosen, x = self._fitted(), self._piece(lane) if here else None, 0
        for piece in lane.pieces:
            first, last = max(x, scale.x(piece.span.start)), min(scale.cells, scale.x(piece.span.end))
            if piece.span.end == DISTANT_FUTURE:
                last = scale.cells
            if last < first or first >= scale.cells or (last <= 0):
                continue
            last = max(last, first + 1)
            if first > x:
                segments.append(Segment(" " * (first - x), self.rich_style))
            text = _drawn(lane, piece, scale, first, last)
            style = cursor if piece is chosen and cursor is not None else self.tone(piece.tone)
            segments.append(Segment(text, style))
            x = last
        if x < scale.cells:
            segments.append(Segment(" " * (scale.cells - x), self.rich_style))
        used = sum(safe.width(s.text) for s in segments)
        if used < width:
            segments.append(Segment(" " * (width - used), self.rich_style))
        return segments


def _drawn(lane: Lane, piece: Piece, scale: Scale, first: int, last: int) -> str:
    """A piece in exactly its cells: mark, text, and a line with the statement ends on it."""
    size = last - first
    starts_here = scale.x(piece.span.start) >= 0
    cells = ["─" if lane.key else " "] * size
    for tick in lane.ticks:
        x = scale.x(tick) - first
        if 0 < x < size and piece.span.start < tick < piece.span.end:
            cells[x] = "┴"
    ends = piece.span.end < scale.end
    if lane.key and not ends:
        cells[-1] = "▶"
    elif lane.key and ends and piece is lane.pieces[-1]:
        cells[-1] = "┤"
    head = piece.mark if starts_here else "‹"
    text = safe.literal(piece.text)
    room = size - 2
    if safe.width(text) + 2 <= room:
        label = f" {text} "
    elif room >= 3:
        label = f" {safe.fit(text, room - 1)}"
    else:
        label = ""
    taken = safe.width(label)
    return head[:size] + (label + "".join(cells[1 + taken :]) if size > 1 else "")


def _write(cells: list[str], x: int, text: str) -> None:
    """Put a text at a cell, as far as it fits."""
    for k, char in enumerate(text):
        if 0 <= x + k < len(cells):
            cells[x + k] = char
