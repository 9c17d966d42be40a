"""One statement as a table: what belongs together is tied together, and the total stays at the foot.

Lines of one product and window (what a balance covers, what it paid, what is left, the tiers) share a bracket.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from screens import safe
from screens.statement import wording
from screens.widgets.bars import OneLine
from screens.widgets.table import Cell, Column, Row, RowList
from store.rating.statement import Line, Statement
from store.terms import shown

SPACIOUS = 96
"""From this width on, groups, tier and window have a column of their own."""


class Tied(NamedTuple):
    """A line, its place in the statement, and the glyph that ties it to its neighbours."""

    place: int
    line: Line
    tie: str


def tied(statement: Statement, *, zero: bool = True) -> Iterator[Tied]:
    """The lines in their order with their brackets; without those of zero if asked, unless a balance paid them."""
    kept = [(k, line) for k, line in enumerate(statement.lines) if zero or line.total]
    run = -1
    keyed: list[tuple[int, int, Line]] = []
    last: object = None
    for k, line in kept:
        if line.type != wording.APPLIED:
            key = _run(line)
            if key != last:
                run, last = run + 1, key
        keyed.append((run, k, line))
    for _, group in groupby(keyed, key=lambda item: item[0]):
        members = list(group)
        for n, (_, k, line) in enumerate(members):
            only, first, final = len(members) == 1, n == 0, n == len(members) - 1
            yield Tied(k, line, " " if only else "╭" if first else "╰" if final else "│")


def _run(line: Line) -> tuple[object, ...]:
    """What lines of one bracket share."""
    return (
        line.type,
        line.product_id,
        line.subscription_id,
        line.scheduled_charge_id or line.discount_id,
        tuple(line.pricing_group_values.items()),
        tuple(line.presentation_group_values.items()),
        line.starting_at,
        line.ending_before,
        line.origin.contract_id if line.origin else None,
    )


def identity(line: Line) -> tuple[object, ...]:
    """What a line is known by from one statement (or rating) to the next: the cursor follows it."""
    groups = (tuple(line.pricing_group_values.items()), tuple(line.presentation_group_values.items()))
    applied = line.applied.id if line.applied else None
    whose = line.origin.contract_id if line.origin else None
    return line.type, line.name, line.product_id, groups, line.tier.level if line.tier else 0, applied, whose


def named(line: Line, *, rest: bool) -> str:
    """A line's name, with what a balance did to it."""
    if line.type == wording.APPLIED:
        return "  ↳ " + line.name
    if line.applied is not None:
        return f"{line.name} · {'counted' if line.applied.type == 'POSTPAID' else 'covered'}"
    return f"{line.name} · not covered" if rest else line.name


def rows(
    statement: Statement,
    *,
    spacious: bool,
    zero: bool = True,
    marks: Mapping[int, str] | None = None,
    names: Mapping[str, str] = wording.NOBODY,
) -> Iterator[Row]:
    """The statement's lines as rows of five cells: name, details, quantity, unit price, total."""
    shown_lines = list(tied(statement, zero=zero))
    covered = {_run(s.line) for s in shown_lines if s.line.applied and s.line.type != wording.APPLIED}
    seen: dict[object, int] = {}
    for index, line, tie in shown_lines:
        mark = (marks or {}).get(index, "")
        name = named(line, rest=line.type != wording.APPLIED and _run(line) in covered)
        more = " · ".join(wording.details(line, statement, names))
        text = f"{tie} {mark + ' ' if mark else ''}{name}"
        if more and not spacious:
            text += f" · {more}"
        key = identity(line)
        seen[key] = seen.get(key, 0) + 1
        tone = "muted" if line.type == wording.APPLIED or not line.total else ""
        cells = (text, Cell(more if spacious else "", "muted"), wording.quantity(line), wording.unit_price(line))
        yield Row((key, seen[key]), (*cells, Cell(wording.total(line), tone or "strong")), tone, value=line)


def columns(spacious: bool) -> tuple[Column, ...]:
    """Name and details share what the numbers leave."""
    return (
        Column("  Line", flex=3, least=12),
        Column("Groups, tier, window" if spacious else "", flex=2 if spacious else 0, width=0, drop_below=SPACIOUS),
        Column("Quantity", align="right"),
        Column("Unit price", align="right"),
        Column("Total", align="right"),
    )


class StatementFoot(OneLine):
    """`2 lines of zero hidden (z)                    Total  $830.00`."""

    DEFAULT_CSS = """
    StatementFoot { background: $panel; padding: 0 1 0 0; }
    """

    said: reactive[tuple[str, str]] = reactive(("", ""))
    """What stands left, and the total."""

    def draw(self, columns: int) -> Content:
        """Both ends."""
        note, total = (safe.literal(text) for text in self.said)
        right = f"Total  {total}" if total else ""
        left = safe.fit("  " + note if note else "", max(0, columns - safe.width(right) - 1))
        return Content.assemble(Content.styled(left, "$text-muted"), Content.styled(right, "bold"))


class StatementTable(Vertical):
    """`show(statement)`; the cursor posts `LineHighlighted`. Focus its list with `focus_lines()`."""

    DEFAULT_CSS = """
    StatementTable { height: 1fr; width: 1fr; }
    """

    zero: reactive[bool] = reactive(True)
    """Whether lines that come to nothing are shown."""

    @dataclass
    class LineHighlighted(Message):
        """The cursor came to rest on a line; None where there is none."""

        table: StatementTable
        line: Line | None

        def can_replace(self, message: Message) -> bool:
            """Only the last of a burst counts."""
            return isinstance(message, StatementTable.LineHighlighted) and message.table is self.table

        @property
        def control(self) -> StatementTable:
            """The table, for selectors."""
            return self.table

    @dataclass
    class LineChosen(Message):
        """Enter or a double click on a line."""

        table: StatementTable
        line: Line

        @property
        def control(self) -> StatementTable:
            """The table, for selectors."""
            return self.table

    def __init__(self, *, empty: str = "No statement is shown.", zero: bool = True, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(StatementTable.zero, zero)
        self.empty = empty
        self.statement: Statement | None = None
        self.marks: Mapping[int, str] = {}
        self.names = wording.NOBODY
        self.total_note = ""

    def compose(self) -> ComposeResult:
        """The lines and the foot."""
        yield RowList(columns(spacious=False), empty=self.empty)
        yield StatementFoot()

    @property
    def lines(self) -> RowList:
        """The list of lines."""
        return self.query_one(RowList)

    @property
    def line(self) -> Line | None:
        """The line under the cursor."""
        row = self.lines.selected
        return row.value if row is not None and isinstance(row.value, Line) else None

    def focus_lines(self) -> None:
        """Put the keyboard on the lines."""
        self.lines.focus()

    def show(
        self, statement: Statement | None, *, marks: Mapping[int, str] | None = None, note: str = "",
        names: Mapping[str, str] = wording.NOBODY,
    ) -> None:  # fmt: skip
        """Another statement (None: nothing).

        `marks`: a glyph before the n-th line; `note`: left of the total; `names`: what contracts are called.
        """
        self.names = names
        self.statement, self.marks, self.total_note = statement, dict(marks or {}), note
        self._fill()

    def say_empty(self, text: str) -> None:
        """What stands there while no statement is shown."""
        self.empty = text
        self.lines.empty = text
        if self.statement is None:
            self.lines.repaint()

    def watch_zero(self) -> None:
        """Lines of zero come or go."""
        if self.is_mounted:
            self._fill()

    def on_resize(self) -> None:
        """Details get their column, or lose it."""
        if self.statement is not None:
            self._fill()

    def _fill(self) -> None:
        statement, foot = self.statement, self.query_one(StatementFoot)
        if statement is None:
            self.lines.show(())
            foot.said = ("", "")
        else:
            spacious = self.size.width >= SPACIOUS
            given = rows(statement, spacious=spacious, zero=self.zero, marks=self.marks, names=self.names)
            self.lines.empty = "No lines." if not statement.lines else "All lines come to zero; z shows them."
            self.lines.show(given, columns=columns(spacious))
            foot.said = (self.total_note or self._hidden(), shown.amount(statement.total, statement.credit_type_id))
        self.post_message(self.LineHighlighted(self, self.line))

    def _hidden(self) -> str:
        assert self.statement is not None
        hidden = 0 if self.zero else sum(not line.total for line in self.statement.lines)
        return "" if not hidden else f"{hidden} line{'s' if hidden > 1 else ''} of zero hidden (z)"

    @on(RowList.Rested)
    def _rested(self, event: RowList.Rested) -> None:
        event.stop()
        self.post_message(self.LineHighlighted(self, self.line))

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if self.line is not None:
            self.post_message(self.LineChosen(self, self.line))
