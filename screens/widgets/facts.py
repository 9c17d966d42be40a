"""Facts to read: a title, then labels with sentences that break beside them. Another fact repaints what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from rich.console import Console
from rich.segment import Segment
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from screens import safe
from screens.widgets.length import set_length

LABEL = 12
"""Cells of the label column, where the labels are not wider."""

Pairs = Iterable[tuple[str, str]]
Line = tuple[tuple[str, str], ...]
"""Runs of a line: text and the tone it has (title, kind, label, or none)."""


class FactPane(ScrollView, can_focus=True):
    """`tell(title, kind, pairs)`; scrolls where it is longer than its place."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"facts--title", "facts--kind", "facts--label"}

    DEFAULT_CSS = """
    FactPane {
        height: 1fr; width: 1fr; padding: 0 1; background: $surface; color: $foreground;
        overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1;
        & .facts--title { text-style: bold; }
        & .facts--kind { color: $text-muted; }
        & .facts--label { color: $text-primary; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", show=False),
        Binding("down,j", "scroll_down", "Down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
        Binding("home,g", "scroll_home", "First", show=False),
        Binding("end,G", "scroll_end", "Last", show=False),
    ]

    def __init__(self, *, empty: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self.empty = empty
        self._told: tuple[str, str, tuple[tuple[str, str], ...]] | None = None
        self._lines: tuple[Line, ...] = ()

    def on_mount(self) -> None:
        """Say that there is nothing yet."""
        self._draw()

    def tell(self, title: str, kind: str = "", pairs: Pairs = ()) -> None:
        """Other facts; all of it is shown literally. A pair whose label is empty stands by itself, indented."""
        self._told = (title, kind, tuple(pairs))
        self._draw()

    def clear(self, empty: str = "") -> None:
        """No facts; `empty` says why."""
        self._told, self.empty = None, empty or self.empty
        self._draw()

    def on_resize(self) -> None:
        """Sentences break anew."""
        self._draw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as it takes, where the pane's height is `auto`."""
        return len(self._broken(width))

    def _broken(self, width: int) -> tuple[Line, ...]:
        width = max(24, width - 1)
        if self._told is None:
            return tuple(((text, "kind"),) for text in broken(safe.literal(self.empty), width))
        return tuple(told(*self._told, width))

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        before, self._lines = self._lines, self._broken(self.content_region.width)
        if len(before) != len(self._lines):
            set_length(self, len(self._lines))
            if self.styles.height is not None and self.styles.height.is_auto:
                self.refresh(layout=True)
                return
        if self.scroll_offset.y:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
            self.refresh()
            return
        for y in range(min(max(len(before), len(self._lines)), self.content_region.height)):
            old, new = (lines[y] if y < len(lines) else () for lines in (before, self._lines))
            if old != new:
                self.refresh(Region(0, y, self.content_region.width, 1))

    def render_line(self, y: int) -> Strip:
        """One line of the view."""
        width, base = self.content_region.width, self.rich_style
        index = y + self.scroll_offset.y
        line = self._lines[index] if index < len(self._lines) else ()
        segments = [
            Segment(text, self.get_component_rich_style(f"facts--{tone}") if tone else base) for text, tone in line
        ]
        return Strip(segments).adjust_cell_length(width, base)


def told(title: str, kind: str, pairs: Pairs, width: int) -> Iterator[Line]:
    """Title and pairs in lines of at most that many cells; sentences hang beside their label."""
    name = safe.literal(title)
    yield (safe.fit(name, min(width, safe.width(name))), "title"), (f"  {safe.literal(kind)}", "kind")
    known = [(safe.literal(label), sentence) for label, sentence in pairs]
    label_width = min(max([LABEL, *(safe.width(label) for label, _ in known)]), width // 3)
    for label, sentence in known:
        first = safe.fit(label, label_width)
        for part in sentence.split("\n"):
            for text in broken(safe.literal(part), width - label_width - 1):
                yield (first + " ", "label"), (text, "")
                first = " " * label_width


def broken(text: str, width: int) -> list[str]:
    """A sentence in lines of at most that many cells, wide characters counted; never without a line."""
    width = max(8, width)
    if safe.width(text) <= width:
        return [text]
    return [line.plain.rstrip() for line in Text(text).wrap(Console(width=width), width)] or [""]
