"""How one number came to be: the line under the cursor, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from screens import safe
from screens.statement import wording
from store.rating.statement import Line
from store.terms import shown

EMPTY = "Move to a line to see how its number came to be."
LABEL = 12
"""Cells of the label column."""


def facts(line: Line) -> Iterator[tuple[str, str]]:
    """What the line says by itself, as label and sentence; the rating's own notes follow it."""
    value = wording.total(line)
    if line.quantity is not None and line.unit_price is not None:
        yield "amount", f"{wording.quantity(line)} × {wording.unit_price(line)} = {value}"
    else:
        yield "amount", value
    listed = line.list_price
    if listed is not None and listed != line.unit_price:
        yield "list price", shown.price(listed, line.credit_type_id)
    groups = shown.groups({**line.pricing_group_values, **line.presentation_group_values})
    if groups:
        yield "group", groups
    if line.starting_at is not None:
        yield "window", f"{shown.span(line.starting_at, line.ending_before)} (the end is not in it)"
    if line.applied is not None and not any(label == "balance" for label, _ in line.explanation):
        what = wording.BALANCE_KINDS.get(line.applied.type, line.applied.type.lower())
        yield "balance", f"{line.applied.name} ({what})"
    if wording.only_counted(line):
        yield "total", "only counted toward the commitment: the usage above is billed, so this is not in the total"
    if line.product_tags:
        yield "tags", ", ".join(line.product_tags)


class Explanation(VerticalScroll):
    """`explain(line)`; scrolls where it is longer than its place."""

    DEFAULT_CSS = """
    Explanation { height: 1fr; width: 1fr; padding: 0 1; background: $surface; scrollbar-size-vertical: 1;
        scrollbar-gutter: stable; }
    Explanation > Static { height: auto; width: 1fr; }
    """

    def __init__(self, *, empty: str = EMPTY, id: str | None = None) -> None:
        super().__init__(id=id)
        self.empty = empty
        self.line: Line | None = None

    def compose(self) -> ComposeResult:
        """The sentences."""
        yield Static(Content.styled(safe.literal(self.empty), "$text-muted"))

    def explain(self, line: Line | None) -> None:
        """Another line, or none."""
        self.line = line
        self._draw()
        self.scroll_home(animate=False, immediate=True)

    def on_resize(self) -> None:
        """Sentences break anew."""
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        if self.line is None:
            shown_content = Content.styled(safe.literal(self.empty), "$text-muted")
        else:
            shown_content = content(self.line, max(24, self.scrollable_content_region.width))
        self.query_one(Static).update(shown_content)


def content(line: Line, width: int) -> Content:
    """Name, facts and notes of a line, sentences broken beside their labels."""
    head = Content.assemble(
        Content.styled(safe.literal(line.name), "bold"),
        Content.styled(f"  {wording.KINDS.get(line.type, safe.literal(line.type))}", "$text-muted"),
    )
    return Content("\n").join([head, *labelled((*facts(line), *line.explanation), width)])


def plain(line: Line) -> str:
    """Name, facts and notes of a line as text to read and copy."""
    head = f"{line.name} ({wording.KINDS.get(line.type, line.type)})"
    return "\n".join([head, "", *(f"{label}: {sentence}" for label, sentence in (*facts(line), *line.explanation))])


def labelled(pairs: Iterable[tuple[str, str]], width: int) -> Iterator[Content]:
    """Pairs of label and sentence as lines of at most that many cells; sentences hang beside their label."""
    for label, sentence in pairs:
        first = safe.fit(safe.literal(label), LABEL)
        for text in broken(safe.literal(sentence), width - LABEL - 1):
            yield Content.assemble(Content.styled(first + " ", "$text-primary"), Content(text))
            first = " " * LABEL


def broken(text: str, width: int) -> list[str]:
    """A sentence in lines of at most that many cells, wide characters counted; never without a line."""
    from rich.console import Console

    wrapped = Text(text).wrap(Console(width=width), max(8, width))
    return [line.plain.rstrip() for line in wrapped] or [""]
