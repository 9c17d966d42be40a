"""Facts to read: a title, then labels with sentences that break beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from screens import safe

LABEL = 12
"""Cells of the label column, where the labels are not wider."""

Pairs = Iterable[tuple[str, str]]


class FactPane(VerticalScroll):
    """`tell(title, kind, pairs)`; scrolls where it is longer than its place."""

    DEFAULT_CSS = """
    FactPane { height: 1fr; width: 1fr; padding: 0 1; background: $surface; scrollbar-size-vertical: 1;
        scrollbar-gutter: stable; }
    FactPane > Static { height: auto; width: 1fr; }
    """

    def __init__(self, *, empty: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self.empty = empty
        self._told: tuple[str, str, tuple[tuple[str, str], ...]] | None = None

    def compose(self) -> ComposeResult:
        """The sentences."""
        yield Static(Content.styled(safe.literal(self.empty), "$text-muted"))

    def tell(self, title: str, kind: str = "", pairs: Pairs = ()) -> None:
        """Other facts; all of it is shown literally. A pair whose label is empty stands by itself, indented."""
        self._told = (title, kind, tuple(pairs))
        self._draw()
        self.scroll_home(animate=False, immediate=True)

    def clear(self, empty: str = "") -> None:
        """No facts; `empty` says why."""
        self._told, self.empty = None, empty or self.empty
        self._draw()

    def on_resize(self) -> None:
        """Sentences break anew."""
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        if self._told is None:
            content = Content.styled(safe.literal(self.empty), "$text-muted")
        else:
            content = told(*self._told, max(24, self.scrollable_content_region.width))
        self.query_one(Static).update(content)


def told(title: str, kind: str, pairs: Pairs, width: int) -> Content:
    """Title and pairs as content of at most that many cells a line."""
    head = Content.assemble(
        Content.styled(safe.literal(title), "bold"), Content.styled(f"  {safe.literal(kind)}", "$text-muted")
    )  # fmt: skip
    known = tuple(pairs)
    label = max([LABEL, *(safe.width(safe.literal(name)) for name, _ in known)])
    return Content("\n").join([head, *labelled(known, width, min(label, width // 3))])


def labelled(pairs: Pairs, width: int, label_width: int = LABEL) -> Iterator[Content]:
    """Pairs of label and sentence as lines of at most that many cells; sentences hang beside their label."""
    for label, sentence in pairs:
        first = safe.fit(safe.literal(label), label_width)
        for line in sentence.split("\n"):
            for text in broken(safe.literal(line), width - label_width - 1):
                yield Content.assemble(Content.styled(first + " ", "$text-primary"), Content(text))
                first = " " * label_width


def broken(text: str, width: int) -> list[str]:
    """A sentence in lines of at most that many cells, wide characters counted; never without a line."""
    wrapped = Text(text).wrap(Console(width=max(8, width)), max(8, width))
    return [line.plain.rstrip() for line in wrapped] or [""]
