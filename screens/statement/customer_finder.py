"""Finding one customer by typing: a box and the first matches below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input
from textual.worker import get_current_worker

from screens.services import Services
from screens.widgets.table import Cell, Column, Row, RowList
from screens.widgets.text_input import TextInput

WAIT = 0.1
"""Seconds without a letter before the store is asked."""


class CustomerFinder(Vertical):
    """Type, move with the arrows, Enter posts `Found`; `chosen` is what the cursor is on."""

    DEFAULT_CSS = """
    CustomerFinder { height: 1fr; }
    CustomerFinder TextInput { background: $panel; }
    CustomerFinder RowList { background: $surface; }
    """

    @dataclass
    class Found(Message):
        """A customer was chosen."""

        customer_id: str
        name: str

    @dataclass
    class Matches(Message):
        """What a text found; `number` tells late answers."""

        number: int
        rows: tuple[Row, ...]

    def __init__(self, services: Services, *, leave_out: Sequence[str] = (), id: str | None = None) -> None:
        super().__init__(id=id)
        self.services, self.leave_out = services, frozenset(leave_out)
        self._asked = 0

    def compose(self) -> ComposeResult:
        """Box and list."""
        yield TextInput(placeholder="type part of a name, an id or an alias")
        columns = (Column("Customer", flex=3), Column("First alias", flex=2, drop_below=56))
        yield RowList(columns, empty="No customer matches.\nType part of a name, an id or an alias.")

    def on_mount(self) -> None:
        """The first customers, before anything is typed."""
        self._find("", 0)

    @property
    def chosen(self) -> tuple[str, str] | None:
        """Id and name of the customer under the cursor."""
        row = self.query_one(RowList).selected
        return None if row is None else row.value

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._asked += 1
        asked, text = self._asked, event.value
        self.set_timer(WAIT, lambda: self._find(text, asked) if asked == self._asked else None)

    @work(thread=True, exclusive=True, exit_on_error=False, group="find-customer", description="find customers")
    def _find(self, text: str, number: int) -> None:
        directory = self.services.directory()
        found = (directory.search(text) if text.strip() else directory.everyone()).page(0)
        rows = tuple(
            Row(c.id, (c.name, Cell(c.alias, "muted")), value=(c.id, c.name))
            for c in found
            if c.id not in self.leave_out
        )
        if not get_current_worker().is_cancelled:
            self.post_message(self.Matches(number, rows))

    @on(Matches)
    def _matched(self, event: Matches) -> None:
        event.stop()
        if event.number == self._asked:
            self.query_one(RowList).show(event.rows)

    @on(Input.Submitted)
    @on(RowList.Chosen)
    def _choose(self, event: Message) -> None:
        event.stop()
        if self.chosen is not None:
            self.post_message(self.Found(*self.chosen))

    def on_key(self, event: events.Key) -> None:
        """The arrows move in the list while the box has the focus."""
        moves = {"up": ("cursor", -1), "down": ("cursor", 1), "pageup": ("page", -1), "pagedown": ("page", 1)}
        rows = self.query_one(RowList)
        if event.key in moves and not rows.has_focus:
            name, step = moves[event.key]
            getattr(rows, f"action_{name}")(step)
            event.stop()
