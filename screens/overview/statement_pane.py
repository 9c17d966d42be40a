"""The current statement of each contract, one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from textual.app import ComposeResult

from screens.overview.pane import Pane, PaneTitle
from screens.statement import wording
from screens.statement.head import StatementHead
from screens.statement.lines import StatementTable
from store.rating.statement import Preview, Statement


class StatementPane(Pane):
    """`show(preview)`; `step` goes to another contract's."""

    def __init__(self, digit: int) -> None:
        super().__init__(digit, "Current statement", (), empty="")
        self.statements: tuple[Statement, ...] = ()
        self.at = 0
        self._names: Mapping[str, str] = {}

    def compose(self) -> ComposeResult:
        """Title, what the statement is, its lines."""
        yield PaneTitle(self.digit, self.title_text)
        yield StatementHead()
        yield StatementTable(empty="Rating…")

    @property
    def table(self) -> StatementTable:
        """The lines."""
        return self.query_one(StatementTable)

    @property
    def statement(self) -> Statement | None:
        """The one that is shown."""
        return self.statements[self.at] if self.at < len(self.statements) else None

    def show(self, preview: Preview, names: Mapping[str, str], now: datetime, *, empty: str) -> None:
        """The statements that are current; the one shown stays the same contract's."""
        before = self.statement.contract_id if self.statement else None
        self.statements, self._names = tuple(current(preview, now)), names
        self.at = next((k for k, s in enumerate(self.statements) if s.contract_id == before), 0)
        self.table.say_empty(empty)
        self._draw()

    def fail(self, reason: str) -> None:
        """It cannot be rated: say why in place of the lines."""
        self.statements = ()
        self.table.say_empty(reason)
        self._draw()

    def step(self, by: int) -> None:
        """Another contract's statement."""
        if self.statements:
            self.at = (self.at + by) % len(self.statements)
            self._draw()

    def go(self) -> None:
        """Put the keyboard on the lines."""
        self.table.focus_lines()

    def _draw(self) -> None:
        s = self.statement
        several = len(self.statements) > 1
        place = f" · {self.at + 1} of {len(self.statements)} [ ]" if several else ""
        self.title.note = f"stored usage{place}" if s is not None else ""
        if s is None:
            self.query_one(StatementHead).said = ("", "")
        else:
            whose = self._names.get(s.contract_id, s.contract_id)
            title = wording.short_title(s, whose) if several else wording.title(s)
            told = (wording.state(s.status)[0], wording.payer(s, self._names))
            self.query_one(StatementHead).said = (title, " · ".join(part for part in told if part))
        self.table.show(s, names=self._names)


def current(preview: Preview, now: datetime) -> Iterator[Statement]:
    """Of each contract the usage statement whose period holds `now`; without any, the latest of all."""
    found = False
    for s in preview.statements:
        if s.start is not None and s.end is not None and s.start <= now < s.end:
            found = True
            yield s
    if not found and preview.statements:
        yield max(preview.statements, key=lambda s: (s.start is not None, s.end or s.issued_at))
