"""The statement that is looked at, before and after: which one, over which usage, and its lines side by side."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from rich.segment import Segment
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from screens import safe
from screens.amendment import difference, effect
from screens.amendment.difference import View
from screens.statement import wording
from screens.statement.usage_words import UsageNote
from screens.widgets.bars import OneLine
from screens.widgets.table import Row, RowList
from store.rating.difference import Comparison, LineChange, StatementChange

STATUS_FROM = 100
"""Columns from which the head also says whether a statement is final."""


class StatementHead(OneLine):
    """`[ ‹ Usage statement 2024-11-01 → 2024-12-01 › ]   WidgetsExpress   2 of 29, 12 change`."""

    DEFAULT_CSS = """
    StatementHead { padding: 0 1; background: $surface; }
    """

    said: reactive[tuple[str, str, bool]] = reactive(("", "", False))
    """Title, where it stands among the others, and whether an answer is awaited."""

    @dataclass
    class Asked(Message):
        """A click: on ‹ the statement before (-1), on › the one after (1), on what stands between any of them (0)."""

        by: int

    def draw(self, columns: int) -> Content:
        """Title left, place right."""
        title, place, busy = self.said
        right = safe.literal(place) + ("  rating …" if busy else "")
        if safe.width(right) + safe.width(title) > columns - 3:
            right = right.partition(" · ")[2] or right
        room = max(0, columns - 2 - safe.width(right) - 1)
        left = safe.fit(safe.literal(title), room)
        self._arrows = left.find("‹"), left.rfind("›")
        return Content.assemble(
            Content.styled(left, "bold $text-primary"),
            " ",
            Content.styled(right, "$text-muted"),
        )

    _arrows = (-1, -1)
    """Where the two stand; -1: not shown."""

    def on_click(self, event: events.Click) -> None:
        """What the brackets and p do."""
        before, after = self._arrows
        x = event.x - 1
        if 0 <= x <= before + 1:
            self.post_message(self.Asked(-1))
        elif before < x < after - 1:
            self.post_message(self.Asked(0))
        elif before < x <= after + 2:
            self.post_message(self.Asked(1))


class BalanceNote(Static):
    """What balances pay of the statement, before and after; away where they pay nothing."""

    DEFAULT_CSS = """
    BalanceNote { padding: 0 1; height: auto; max-height: 3; display: none; color: $text-muted; }
    BalanceNote.-says { display: block; }
    """

    _told = ""

    def tell(self, text: str) -> None:
        """The sentence; empty: none. Another one may take more lines, the same one changes nothing."""
        if text != self._told:
            self._told = text
            self.set_class(bool(text), "-says")
            self.update(safe.label(text))


class Foot(Widget):
    """The totals, in the columns of the list above; they stay while it scrolls."""

    DEFAULT_CSS = """
    Foot { height: 1; width: 1fr; background: $panel; text-style: bold; }
    """

    row: reactive[Row | None] = reactive[Row | None](None)
    """The totals."""

    def __init__(self, lines: RowList) -> None:
        super().__init__()
        self._lines = lines

    def render_line(self, y: int) -> Strip:
        """One line, whatever the list does."""
        if self.row is None:
            return Strip.blank(self.size.width, self.rich_style)
        width = self._lines.scrollable_content_region.width
        text = "".join(s.text for s in self._lines.grid.segments(self.row, width, None, self._lines.tone))
        return Strip([Segment(safe.fit(text, self.size.width), self.rich_style)], self.size.width)


class ComparisonPane(Vertical):
    """`show(comparison)`; the statement looked at stays the same from one rating to the next."""

    DEFAULT_CSS = """
    ComparisonPane { height: 1fr; width: 1fr; }
    ComparisonPane RowList { height: 1fr; }
    """

    view: reactive[View] = reactive[View]("both")
    """Both sides, the difference, or one side."""

    @dataclass
    class LineAsked(Message):
        """Enter on a line: how its numbers came to be."""

        line: LineChange

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.comparison: Comparison | None = None
        self.names: Mapping[str, str] = {}
        self.key: Hashable = None
        """The statement looked at, as `identity` knows it."""
        self.start: datetime | None = None
        """Where to look first: the amendment's start."""
        self.contract_id = ""

    def compose(self) -> ComposeResult:
        """Which statement, which usage, the lines."""
        yield StatementHead()
        yield UsageNote()
        lines = RowList(difference.columns("both"), empty="Rating …", id="lines")
        yield lines
        yield BalanceNote()
        yield Foot(lines)

    @property
    def lines(self) -> RowList:
        """The list of lines."""
        return self.query_one("#lines", RowList)

    @property
    def note(self) -> UsageNote:
        """Which usage is rated."""
        return self.query_one(UsageNote)

    @property
    def statements(self) -> tuple[StatementChange, ...]:
        """The statements in time order."""
        found = self.comparison.statements if self.comparison else ()
        return tuple(sorted(found, key=lambda c: (c.either.start or c.either.issued_at, c.either.type)))

    @property
    def chosen(self) -> StatementChange | None:
        """The statement looked at."""
        return next((c for c in self.statements if identity(c) == self.key), None)

    def wait(self) -> None:
        """An answer is awaited; what is shown stays."""
        head = self.query_one(StatementHead)
        head.said = (head.said[0], head.said[1], True)

    def show(self, comparison: Comparison, names: Mapping[str, str]) -> None:
        """Another rating."""
        self.comparison, self.names = comparison, names
        if self.chosen is None:
            self.key = self._first()
        self._fill()

    def look_at(self, start: datetime | None, contract_id: str) -> None:
        """Another contract or start: look at its statement again, wherever one was before."""
        if (start, contract_id) != (self.start, self.contract_id):
            self.start, self.contract_id, self.key = start, contract_id, None

    def _first(self) -> Hashable:
        """The first usage statement that changes, else the one that holds the amendment's start, else the last."""
        mine = [c for c in self.statements if c.either.contract_id == self.contract_id] or list(self.statements)
        if not mine:
            return None
        changed = [c for c in mine if effect.matters(c)]
        usage = [c for c in changed if c.either.start is not None]
        holds = [c for c in mine if self.start is not None and _holds(c, self.start)]
        last = [c for c in mine if c.either.start is not None][-1:] or mine[-1:]
        return identity((usage or changed or holds or last)[0])

    def fail(self, text: str) -> None:
        """There is no answer, and this is why."""
        self.comparison = None
        self.lines.empty = text
        self.lines.show(())
        self.query_one(StatementHead).said = ("", "", False)
        self.query_one(Foot).row = None

    def step(self, by: int) -> None:
        """The statement before or after this one."""
        found = self.statements
        at = next((k for k, c in enumerate(found) if identity(c) == self.key), None)
        if at is not None:
            self.choose(identity(found[max(0, min(len(found) - 1, at + by))]))

    def next_changed(self) -> bool:
        """The next statement that changes, round to the first; whether there is one."""
        found = self.statements
        at = next((k for k, c in enumerate(found) if identity(c) == self.key), -1)
        ahead = [c for c in (*found[at + 1 :], *found[: at + 1]) if effect.matters(c)]
        if ahead:
            self.choose(identity(ahead[0]))
        return bool(ahead)

    def choose(self, key: Hashable) -> None:
        """Look at another statement."""
        self.key = key
        self._fill()

    def watch_view(self) -> None:
        """Other columns."""
        if self.is_mounted:
            self._fill()

    def _fill(self) -> None:
        change, found = self.chosen, self.statements
        head = self.query_one(StatementHead)
        if change is None:
            self.lines.empty = "There is no statement yet: the contract starts later, or has no usage period so far."
            self.lines.show((), columns=difference.columns(self.view))
            head.said = ("No statement", "", False)
            self.query_one(Foot).row = None
            self.query_one(BalanceNote).tell("")
            return
        at = next(k for k, c in enumerate(found) if c is change)
        changing = sum(map(effect.matters, found))
        whose = self.names.get(change.either.contract_id, "") if len(self.names) > 1 else ""
        status = f"  {wording.state(change.either.status)[0]}" if self.size.width >= STATUS_FROM else ""
        title = f"[ ‹ {wording.title(change.either)} › ]{status}  {whose}".rstrip()
        state = effect.STATUS_WORDS[change.status if effect.matters(change) else "same"]
        place = f"{state} · {at + 1} of {len(found)}"
        place += f", {changing:,} change (n)" if changing else ""
        head.said = (title, place, False)
        rows, total = list(difference.rows(change, self.view)), difference.total(change, self.view)
        self.lines.show(rows, columns=difference.columns(self.view))
        self.lines.grid.measure((*rows, replace(total, selectable=True)))
        self.query_one(Foot).row = total
        self.query_one(BalanceNote).tell(effect.pays(change, self.comparison) if self.comparison else "")

    @on(RowList.Chosen)
    def _asked(self, event: RowList.Chosen) -> None:
        event.stop()
        if isinstance(event.row.value, LineChange):
            self.post_message(self.LineAsked(event.row.value))


def _holds(change: StatementChange, moment: datetime) -> bool:
    start, end = change.either.start, change.either.end
    return start is not None and end is not None and start <= moment < end


def identity(change: StatementChange) -> Hashable:
    """What a statement is known by from one rating to the next."""
    one = change.either
    return one.contract_id, one.type, one.start or one.issued_at


def choices(pane: ComparisonPane) -> list[tuple[str, str]]:
    """Every statement to choose from: those that change are marked, with both totals; the latest first."""
    found = []
    for k, change in reversed(list(enumerate(pane.statements))):
        whose = pane.names.get(change.either.contract_id, "") if len(pane.names) > 1 else ""
        mark = effect.MARKS[change.status] if effect.matters(change) else " "
        what = "Usage" if change.either.start is not None else "Invoice"  # short: the period's end must be in view
        name = f"{mark} {what} {wording.period(change.either)}  {whose}"
        found.append((str(k), f"{name}\t{_totals(change)}"))
    return found


def _totals(change: StatementChange) -> str:
    zero = effect.ZERO
    before = change.before.total if change.before else zero
    return effect.moved(before, change.after.total if change.after else zero, change.either.credit_type_id)
