"""The terms of a draft as a list: add, edit, duplicate, remove, each with undo. Its buttons say what can be added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button

from screens.command import bindings
from screens.services import Services
from screens.terms import adding, linking
from screens.terms.commands import ADD, LIST, OTHER
from screens.terms.editor import SHAPES, TermEditor
from screens.terms.history import History
from screens.terms.offering import Offering
from screens.terms.opened import Opened, resumed
from screens.terms.shape import Payload
from screens.terms.summary import term_line
from screens.widgets.press import Press
from screens.widgets.table import Cell, Column, Row, RowList
from store.errors import Problem

Terms = dict[str, tuple[Payload, ...]]
"""Lists of payloads by their key in a request: `{"commits": (…), "overrides": (…)}`."""

_COLUMNS = (
    Column("", width=1),
    Column("Kind", width=16, drop_below=64),
    Column("Name", flex=3, least=12),
    Column("What", flex=4, least=10, drop_below=44),
    Column("Amount", align="right"),
    Column("When", drop_below=84),
)


class TermsPane(Widget):
    """A list of terms of the given kinds. It owns what it shows; whoever embeds it listens to `Changed`."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings((*ADD, OTHER, *LIST))]

    DEFAULT_CSS = """
    TermsPane { layout: vertical; height: 1fr; width: 1fr; }
    TermsPane > Horizontal { height: 1; padding: 0 0 0 1; }
    TermsPane > Horizontal Press.-textual-compact { margin-right: 1; padding: 0; }
    TermsPane > RowList { height: 1fr; margin: 0 1; }
    """

    @dataclass
    class Changed(Message):
        """The operator changed the terms: `terms` is all of them, `what` says how (“removed Platform Charge”)."""

        pane: TermsPane
        terms: Terms
        what: str

        @property
        def control(self) -> TermsPane:
            """The pane, for selectors."""
            return self.pane

    @dataclass
    class UndoAsked(Message):
        """Undo (or redo) of a pane whose owner keeps the history."""

        pane: TermsPane
        redo: bool = False

    @dataclass
    class Typed(Message):
        """Something was typed in the editor of a term, or it was left: `pane.opened` is what a draft keeps of it."""

        pane: TermsPane

    def __init__(
        self, services: Services, kinds: Sequence[str], offering: Offering, terms: Mapping[str, Sequence[Payload]]
        | None = None, *, own_undo: bool = True, id: str | None = None,
    ) -> None:  # fmt: skip
        """`own_undo=False`: undo and redo are asked for with `UndoAsked` instead of being done here."""
        super().__init__(id=id)
        self.services, self.kinds, self._offering = services, tuple(kinds), offering
        self.history: History[Terms] = History(self._taken(terms or {}))
        self.own_undo = own_undo
        self.problems: tuple[Problem, ...] = ()
        self.opened: Opened | None = None
        """The term in the editor, once something was typed there."""
        self.linked: linking.Linked = tuple
        """The contract's subscriptions that are not in this list."""

    def _taken(self, terms: Mapping[str, Sequence[Payload]]) -> Terms:
        return {kind: tuple(terms.get(kind) or ()) for kind in self.kinds}

    @property
    def terms(self) -> Terms:
        """All terms, by kind."""
        return self.history.present

    @property
    def offering(self) -> Offering:
        """What the editors can offer, with the subscriptions there are by now."""
        return linking.with_subscriptions(self._offering, self.linked(), self.terms)

    def compose(self) -> ComposeResult:
        """What can be added, and the list."""
        with Horizontal():
            for command in adding.buttons(self.kinds):
                yield Press(adding.label(command), id=f"add-{adding.kind_of(command)}")
        yield RowList(_COLUMNS, empty=adding.hints(self.kinds))

    def on_mount(self) -> None:
        """Show what there is."""
        self._show()

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one(RowList)

    def load(self, terms: Mapping[str, Sequence[Payload]]) -> None:
        """Show other terms; nothing is posted, and undo starts afresh."""
        self.history = History(self._taken(terms))
        self._show()

    def set_offering(self, offering: Offering) -> None:
        """The catalog or the contract's dates changed: names and defaults follow."""
        self._offering = offering
        self._show()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Mark the terms that these problems are about (paths such as `/commits/0/amount`)."""
        self.problems = tuple(problems)
        self._show()

    def select(self, kind: str, index: int) -> None:
        """Put the cursor on a term and the focus in the list."""
        rows = self.rows
        at = next((k for k, row in enumerate(rows.rows) if row.key == (kind, index)), None)
        if at is not None:
            rows.cursor = at
        rows.focus()

    def _show(self) -> None:
        if self.is_mounted:
            self.rows.show(self._rows())

    def _rows(self) -> list[Row]:
        found, offering = [], self.offering
        for kind in self.kinds:
            for k, payload in enumerate(self.terms[kind]):
                at = f"/{kind}/{k}"
                wrong = any(p.path == at or p.path.startswith(at + "/") for p in self.problems)
                line = term_line(kind, payload, offering)
                mark = Cell("▲", "warn") if wrong else ""
                kind_cell = Cell(line.kind, "muted")
                found.append(Row((kind, k), (mark, kind_cell, line.name, line.what, line.amount, line.time)))
        return found

    @property
    def selected(self) -> tuple[str, int] | None:
        """Kind and position of the term under the cursor."""
        row = self.rows.selected if self.is_mounted else None
        return row.key if row is not None else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what makes sense: kinds of this pane, edits only with something to edit."""
        if action == "add":
            return parameters[0] in self.kinds
        if action == "add_other":
            return len(self.kinds) > 1
        if action in ("edit", "duplicate", "remove"):
            return self.selected is not None
        return True

    def action_add(self, kind: str) -> None:
        """Open the editor for a new term."""
        self._edit(Opened(kind))

    def resume(self, stored: Any) -> None:
        """Go on with the term that was open when a draft was kept, if one was."""
        opened = resumed(stored, self.terms)
        if opened is not None:
            self.opened = opened
            self._edit(opened)

    @work(group="pick", exclusive=True)
    async def action_add_other(self) -> None:
        """Choose what to add from every kind there is."""
        picked = await self.app.push_screen_wait(adding.picker(self.services, self.kinds))
        if picked:
            self.action_add(picked[0])

    def action_edit(self) -> None:
        """Open the editor on the selected term."""
        if self.selected:
            self._edit(Opened(*self.selected))

    def action_duplicate(self) -> None:
        """Open the editor on a copy of the selected term."""
        if self.selected:
            kind, index = self.selected
            self._edit(Opened(kind, copy=self.terms[kind][index]))

    def action_remove(self) -> None:
        """Take the selected term out."""
        if not self.selected:
            return
        kind, index = self.selected
        name = term_line(kind, self.terms[kind][index], self.offering).name
        rest = tuple(t for k, t in enumerate(self.terms[kind]) if k != index)
        self._do(f"removed {SHAPES[kind].noun} {name}", kind, rest)
        if index >= len(rest) and rest:
            self.select(kind, len(rest) - 1)

    def action_undo(self) -> None:
        """Take the last change back."""
        self._turn(redo=False)

    def action_redo(self) -> None:
        """Make it again."""
        self._turn(redo=True)

    def _turn(self, *, redo: bool) -> None:
        if not self.own_undo:
            self.post_message(self.UndoAsked(self, redo))
            return
        what = self.history.redo() if redo else self.history.undo()
        if what is not None:
            self._show()
            self.post_message(self.Changed(self, self.terms, f"{'again' if redo else 'undone'}: {what}"))

    @work(group="term", exclusive=True)
    async def _edit(self, begun: Opened) -> None:
        """The editor, on a term of the list, on a copy, or empty; what it returns goes into the list."""

        def typed(texts: dict[str, str]) -> None:
            self.opened = replace(begun, texts=texts)
            self.post_message(self.Typed(self))

        kind, index, copy = begun.kind, begun.index, begun.copy
        old = self.terms[kind][index] if index is not None else copy
        title = f"Copy of {SHAPES[kind].noun}" if copy is not None else ""
        at = f"/{kind}/{index}/"
        said = [Problem(p.path[len(at) - 1 :], p.message) for p in self.problems if p.path.startswith(at)]
        editor = TermEditor(
            self.services, kind, self.offering, old, title=title, problems=said, texts=begun.texts, typed=typed
        )
        made: Any = await self.app.push_screen_wait(editor)
        left, self.opened = self.opened, None
        if left is not None:
            self.post_message(self.Typed(self))
        if made is None:
            return
        terms = list(self.terms[kind])
        if index is None:
            terms.append(made)
        else:
            terms[index] = made
        name = term_line(kind, made, self.offering).name
        verb = "added" if index is None else "changed"
        self._do(f"{verb} {SHAPES[kind].noun} {name}", kind, tuple(terms))
        self.select(kind, len(terms) - 1 if index is None else index)

    def _do(self, what: str, kind: str, terms: tuple[Payload, ...]) -> None:
        before = self.terms
        self.history.do(what, {**before, kind: terms})
        if self.terms != before:
            self._show()
            self.post_message(self.Changed(self, self.terms, what))

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_edit()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        kind = (event.button.id or "").removeprefix("add-")
        if kind:
            self.action_add(kind)
        else:
            self.action_add_other()
