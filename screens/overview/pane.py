"""A titled part of the overview: a digit to get there, a title, a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from screens import safe
from screens.widgets.bars import OneLine
from screens.widgets.table import Column, Row, RowList


class PaneTitle(OneLine):
    """`1 Contracts ─────────── 2 active`; a click goes there."""

    DEFAULT_CSS = """
    PaneTitle { color: $text-muted; padding: 0 1 0 0; }
    PaneTitle.-here { color: $text-primary; text-style: bold; }
    """

    note: reactive[str] = reactive("")
    """What stands at the right end."""

    def __init__(self, digit: int, title: str) -> None:
        super().__init__()
        self.digit, self.title_text = digit, title

    def draw(self, columns: int) -> Content:
        """Digit, title, a rule, the note."""
        note = safe.literal(self.note)
        left = f"{self.digit} {self.title_text} "
        room = max(0, columns - len(left) - 1)
        note = safe.fit(note, min(safe.width(note), room))
        rule = "─" * max(0, room - safe.width(note) - (1 if note else 0))
        return Content.assemble(Content.styled(left, "bold"), rule, " " if note else "", note)


class Pane(Vertical):
    """The frame of a part; its list is `self.rows`."""

    DEFAULT_CSS = """
    Pane { height: 1fr; width: 1fr; }
    Pane > RowList { height: 1fr; }
    """

    class Entered(Message):
        """The keyboard came into this pane."""

        def __init__(self, pane: Pane) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, digit: int, title: str, columns: Sequence[Column], *, empty: str, header: bool = False) -> None:
        super().__init__(id=f"pane-{digit}")
        self.digit, self.title_text, self.empty = digit, title, empty
        self._columns, self._header = tuple(columns), header

    def compose(self) -> ComposeResult:
        """Title and list."""
        yield PaneTitle(self.digit, self.title_text)
        yield RowList(self._columns, empty=self.empty, header=self._header)

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one(RowList)

    @property
    def title(self) -> PaneTitle:
        """The title line."""
        return self.query_one(PaneTitle)

    def fill(self, rows: Iterable[Row], *, empty: str = "", note: str = "") -> None:
        """Other rows; `empty` says what stands there without any."""
        if empty:
            self.rows.empty = empty
        given = tuple(rows)
        if given != self.rows.rows or not given:
            self.rows.show(given)
        self.title.note = note

    def go(self) -> None:
        """Put the keyboard here."""
        self.rows.focus()

    def on_descendant_focus(self) -> None:
        """Mark the title."""
        self.title.add_class("-here")
        self.post_message(self.Entered(self))

    def on_descendant_blur(self) -> None:
        """Unmark it."""
        self.title.remove_class("-here")

    def on_click(self, event: events.Click) -> None:
        """A click on the title goes to the list."""
        if event.widget is self.title:
            self.go()
