"""The list of statements, the lines of the one under the cursor, and how the number under that cursor came to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from screens.services import Services
from screens.statement import list as listing
from screens.statement import wording
from screens.statement.explanation import Explanation, plain
from screens.statement.head import StatementHead
from screens.statement.lines import StatementTable
from screens.statement.messages import Shown
from screens.widgets.table import RowList
from screens.widgets.text_modal import TextModal

if TYPE_CHECKING:
    from store.rating.statement import Line, Statement

NO_CONTRACT = "No statements without a contract.\nc on the overview adds one."
NOT_STARTED = "No statements: no contract has started yet."


class StatementsView(Horizontal):
    """`show(shown, …)`; what is shown stays the same statement from one rating to the next.

    `statement` is the one under the cursor; its lines follow once the cursor rests, or the keyboard goes into them.
    """

    def __init__(self, services: Services, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.services = services
        self.shown: Shown | None = None

    def compose(self) -> ComposeResult:
        """The list, and the one under the cursor."""
        yield RowList(listing.COLUMNS, empty="Rating…", id="list")
        with Vertical(id="one"):
            yield StatementHead()
            yield StatementTable(empty="Rating…")
            yield Explanation()

    @property
    def list(self) -> RowList:
        """The statements."""
        return self.query_one("#list", RowList)

    @property
    def table(self) -> StatementTable:
        """The lines of the one that is shown."""
        return self.query_one(StatementTable)

    @property
    def statement(self) -> Statement | None:
        """The one under the cursor."""
        row = self.list.selected
        return row.value if row is not None else None

    def show(self, shown: Shown, *, contract_id: str = "", at: str | None = None) -> None:
        """The statements of a rating (of one contract, if it is given), at that statement or where the cursor was."""
        self.shown = shown
        chosen = (s for s in shown.preview.statements if contract_id in ("", s.contract_id))
        statements = listing.latest_first(chosen)
        names = {} if contract_id else shown.contracts
        keep = (
            at or (self.list.selected.key if self.list.selected else None) or current(statements, self.services.now())
        )
        self.list.empty = NOT_STARTED if shown.contracts else NO_CONTRACT
        self.list.show(listing.rows(statements, names))
        self.go(keep or "")
        self._draw()

    def fail(self, title: str, reason: str) -> None:
        """There is nothing to see: say why."""
        self.shown = None
        self.list.empty = title
        self.list.show(())
        self.table.say_empty(reason)
        self._draw()

    def go(self, statement_id: str) -> bool:
        """Put the cursor on a statement; False where it is not in the list."""
        keys = [row.key for row in self.list.rows]
        if statement_id not in keys:
            return False
        self.list.move_to(keys.index(statement_id))
        return True

    def step(self, by: int) -> None:
        """The statement before or after in time; the list has the latest first."""
        self.list.move_to(self.list.cursor - by, -by)

    @on(RowList.Rested, "#list")
    def _rested(self, event: RowList.Rested) -> None:
        event.stop()
        self._draw()

    @on(RowList.Chosen, "#list")
    def _into(self, event: RowList.Chosen) -> None:
        event.stop()
        self.table.focus_lines()

    def _draw(self) -> None:
        s, head = self.statement, self.query_one(StatementHead)
        if self.shown is not None:
            self.table.say_empty("No statement to show.")
        self.table.show(s, names=self.shown.parties if self.shown else wording.NOBODY)
        if s is None or self.shown is None:
            head.said = ("", "")
            return
        whose = self.shown.contracts.get(s.contract_id, "") if len(self.shown.contracts) > 1 else ""
        issued = f"issued {s.issued_at:%Y-%m-%d}" if s.status != "DRAFT" else f"to be issued {s.issued_at:%Y-%m-%d}"
        told = (wording.state(s.status)[0], issued, wording.payer(s, self.shown.parties))
        head.said = (wording.short_title(s, whose), " · ".join(part for part in told if part))

    @on(StatementTable.LineHighlighted)
    def _line(self, event: StatementTable.LineHighlighted) -> None:
        self.query_one(Explanation).explain(event.line, self.shown.parties if self.shown else wording.NOBODY)

    @on(StatementTable.LineChosen)
    def _line_chosen(self, event: StatementTable.LineChosen) -> None:
        line: Line | None = event.line
        if self.list.restless:  # the list has moved on: what is meant is the line of the statement it is on now
            self._draw()
            line = self.table.line
        if line is not None:
            self.app.push_screen(TextModal(self.services, title=line.name, text=plain(line, self.table.names)))


def current(statements: Sequence[Statement], now: datetime) -> str | None:
    """The usage statement whose period holds now."""
    return next((s.id for s in statements if s.start and s.end and s.start <= now < s.end), None)
