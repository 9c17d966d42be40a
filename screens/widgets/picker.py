"""A list to pick from, searched by typing; one or several."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input

from screens import safe
from screens.command import Command
from screens.services import Services
from screens.widgets.base import Dialog
from screens.widgets.press import Press
from screens.widgets.table import Cell, Column, Row, RowList
from screens.widgets.text_input import TextInput

MOST = 500
"""Rows shown at once; typing narrows."""


class Picker(Dialog[tuple[str, ...]]):
    """Dismisses with the chosen values, in the order picked; None if the operator left."""

    ACTIONS = (
        Command("picker.choose", "enter", "choose", "Choose", "Choose the one under the cursor.", palette=False),
        Command("picker.back", "escape", "back", "Cancel", "Choose nothing.", palette=False),
        Command(
            "picker.mark",
            "ctrl+o",
            "mark",
            "Mark",
            "Mark or unmark this one (several can be chosen).",
            palette=False,
        ),
    )
    HELP_TEXT = """
    A list to choose from. Type part of a name to narrow it, ↑ ↓ move, Enter chooses. Where several can be chosen,
    ^O marks one and Enter takes all that are marked.
    """

    DEFAULT_CSS = """
    Picker > #dialog { height: 20; max-height: 92%; }
    Picker RowList { background: $surface; }
    Picker TextInput { background: $panel; }
    """

    def __init__(
        self, services: Services, *, title: str, choices: Sequence[tuple[str, str]], chosen: Sequence[str] = (),
        many: bool = False, free: bool = False, typed: str = "",
    ) -> None:  # fmt: skip
        """A label's part after a tab stands in a column of its own. `free`: what is typed can be chosen as it is.

        `typed` is what the search begins with.
        """
        super().__init__()
        self.services = services
        self.title_text, self.choices, self.many, self.free = title, tuple(choices), many, free
        self.chosen, self.typed = list(chosen), typed
        self._marked: str | None = chosen[0] if chosen else None

    def can(self, action: str) -> bool | None:
        """Marking is for several."""
        return self.many or action != "mark"

    def compose(self) -> ComposeResult:
        """Search box, list, buttons."""
        with Vertical(id="dialog") as box:
            box.border_title = safe.label(self.title_text)
            yield TextInput(
                self.typed,
                placeholder="type to search; ↑ ↓ move; ⏎ choose" + ("; ^O marks several" if self.many else ""),
            )
            yield RowList((Column("", flex=1), Column("", drop_below=60)), header=False, empty="Nothing matches.")
            with Horizontal(classes="buttons"):
                yield Press("Cancel", id="cancel")
                yield Press("Choose", id="choose", kind="primary")

    def on_mount(self) -> None:
        """Everything, with the cursor on what is chosen; or what matches what was typed."""
        self._narrow(self.typed)
        if self.chosen and not self.typed:
            rows = self.query_one(RowList)
            at = next((k for k, row in enumerate(rows.rows) if row.key == self.chosen[0]), 0)
            rows.move_to(at)
        self.query_one(RowList).steered = True
        self.query_one(TextInput).focus()

    def _narrow(self, text: str) -> None:
        words = text.casefold().split()
        rows = []
        for value, label in self.choices:
            haystack = f"{label} {value}".casefold()
            if all(word in haystack for word in words):
                mark = ("● " if value in self.chosen else "○ ") if self.many else ""
                name, _, detail = label.partition("\t")
                rows.append(Row(value, (mark + name, Cell(detail, "muted"))))
            if len(rows) >= MOST:
                break
        typed = text.strip()
        if self.free and typed and all(typed != value for value, _ in self.choices):
            rows.append(Row(typed, (f"+ {typed} (as typed)", ""), "accent"))
        self.query_one(RowList).show(rows)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)
        self.query_one(RowList).move_to(0)

    async def on_key(self, event: object) -> None:
        """The arrows move in the list while the box has the focus."""
        key = getattr(event, "key", "")
        moves = {"up": ("cursor", -1), "down": ("cursor", 1), "pageup": ("page", -1), "pagedown": ("page", 1)}
        rows = self.query_one(RowList)
        if key in moves and not rows.has_focus:
            name, step = moves[key]
            getattr(rows, f"action_{name}")(step)

    def action_mark(self) -> None:
        """Mark or unmark the row under the cursor."""
        row = self.query_one(RowList).selected
        if row is None:
            return
        self._marked = row.key
        if row.key in self.chosen:
            self.chosen.remove(row.key)
        else:
            self.chosen.append(row.key)
            if all(row.key != value for value, _ in self.choices):
                self.choices = (*self.choices, (row.key, row.key))
        self._narrow(self.query_one(TextInput).value)

    @on(Input.Submitted)
    @on(RowList.Chosen)
    def action_choose(self) -> None:
        """Dismiss with what is chosen."""
        row = self.query_one(RowList).selected
        if self.many:
            chosen = tuple(self.chosen)
            if row is not None and row.key not in chosen and row.key != self._marked:
                chosen = (*chosen, row.key)  # Enter on a row that was not marked or unmarked just now means it too
            self.dismiss(chosen)
        elif row is not None:
            self.dismiss((row.key,))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "choose":
            self.action_choose()
        else:
            self.dismiss(None)
