"""A form made from a list of fields: labelled editors, what was understood, and every error under its field at once.

What was typed is never taken away: a text that cannot be understood stays, with the rule beside it. The form's payload
is the request being completed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from screens.widgets.choice import Choice
from screens.widgets.field_row import FieldRow
from screens.widgets.fields import Field, put, take
from screens.widgets.text_input import TextInput
from store.errors import Problem


class Form(VerticalScroll):
    """Fields in a scrolling column. Up and Down move between them, Enter submits."""

    DEFAULT_CSS = """
    Form { height: auto; max-height: 1fr; scrollbar-size-vertical: 1; }
    """

    @dataclass
    class Changed(Message):
        """An operator changed a field."""

        form: Form
        path: str

        @property
        def control(self) -> Form:
            """The form, for selectors."""
            return self.form

    @dataclass
    class Left(Message):
        """A field lost the focus: a good moment to keep the draft."""

        form: Form
        path: str

        @property
        def control(self) -> Form:
            """The form, for selectors."""
            return self.form

    @dataclass
    class Submitted(Message):
        """Enter in a one-line field."""

        form: Form

        @property
        def control(self) -> Form:
            """The form, for selectors."""
            return self.form

    def __init__(
        self, fields: Iterable[Field], values: Mapping[str, Any] | None = None, *, id: str | None = None,
        classes: str | None = None,
    ) -> None:  # fmt: skip
        """`values` is a payload (or a part of it) to start from; fields without a value start with their default."""
        super().__init__(id=id, classes=classes, can_focus=False)
        self.fields = tuple(fields)
        self._values = dict(values or {})
        self._rows: dict[str, FieldRow] = {}

    def compose(self) -> ComposeResult:
        """One row a field."""
        for field in self.fields:
            value = take(self._values, field.path)
            row = FieldRow(field, field.default if value is None else field.text(value))
            self._rows[field.path] = row
            yield row

    async def add(self, fields: Iterable[Field]) -> None:
        """More fields at the end, once it is known which."""
        rows = [FieldRow(field, field.default) for field in fields if field.path not in self._rows]
        self._rows.update({row.field.path: row for row in rows})
        self.fields = (*self.fields, *(row.field for row in rows))
        if rows:
            await self.mount(*rows)

    def row(self, path: str) -> FieldRow:
        """The row of a field."""
        return self._rows[path]

    def focus_first(self) -> None:
        """Put the cursor in the first field, or in the first wrong one."""
        rows = list(self._rows.values())
        wrong = [row for row in rows if row.errors]
        if rows:
            (wrong or rows)[0].editor.focus()

    def payload(self) -> dict[str, Any]:
        """What the fields that are filled in (and understood) say, as the request's JSON; the others are left out."""
        payload: dict[str, Any] = {}
        for path, row in self._rows.items():
            try:
                value = row.value()
            except ValueError:
                continue
            if value not in (None, [], {}):
                put(payload, path, value)
        return payload

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the texts by themselves, every field; nothing is shown by asking."""
        found = ((path, row.problem()) for path, row in self._rows.items())
        return tuple(Problem("/" + path, problem) for path, problem in found if problem)

    def check(self) -> tuple[Problem, ...]:
        """As `problems`, and show each under its field."""
        problems = self.problems()
        self.show(problems)
        return problems

    def show(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Show each problem under the field whose path it starts with, clear the others; returns the unclaimed."""
        claimed: dict[str, list[str]] = {path: [] for path in self._rows}
        rest = []
        for problem in problems:
            path = max((p for p in claimed if f"{problem.path}/".startswith(f"/{p}/")), key=len, default=None)
            if path is None:
                rest.append(problem)
            else:
                below = problem.path.removeprefix(f"/{path}").strip("/")
                claimed[path].append(f"{_place(below)}{problem.message}")
        for path, messages in claimed.items():
            self._rows[path].note(messages)
        return tuple(rest)

    def load(self, values: Mapping[str, Any]) -> None:
        """Fill the fields from a payload; nothing is posted."""
        with self.prevent(Input.Changed, TextArea.Changed, Choice.Changed):
            for path, row in self._rows.items():
                row.text = row.field.text(take(values, path))

    def state(self) -> dict[str, str]:
        """Every text as typed, understood or not: what a draft keeps."""
        return {path: row.text for path, row in self._rows.items() if row.text}

    def restore(self, state: Mapping[str, str]) -> None:
        """Put the texts of a draft back."""
        with self.prevent(Input.Changed, TextArea.Changed, Choice.Changed):
            for path, row in self._rows.items():
                row.text = state.get(path, "")

    def offer(self, path: str, choices: Sequence[tuple[str, str]]) -> None:
        """Give a choice field its choices once they are known."""
        editor = self._rows[path].editor
        assert isinstance(editor, Choice)
        editor.offer(choices)

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Choice.Changed)
    def _changed(self, event: Input.Changed | TextArea.Changed | Choice.Changed) -> None:
        event.stop()
        row = self._row_of(event.control)
        if row is not None and row.text != row.seen:  # an editor also tells of the text it starts with
            row.seen = row.text
            row.note(())
            self.post_message(self.Changed(self, row.field.path))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted(self))

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Check the field that was left, unless it is still empty."""
        row = self._row_of(event.widget)
        if row is not None:
            problem = row.problem() if row.text.strip() else ""
            if problem:
                row.note((problem,))
            self.post_message(self.Left(self, row.field.path))

    def on_key(self, event: events.Key) -> None:
        """Up and Down move between one-line fields."""
        focused = self.app.focused
        if event.key in ("up", "down") and isinstance(focused, TextInput | Choice):
            if event.key == "down":
                self.screen.focus_next()
            else:
                self.screen.focus_previous()
            event.stop()

    def _row_of(self, widget: Widget | None) -> FieldRow | None:
        for node in widget.ancestors_with_self if widget is not None else ():
            if isinstance(node, FieldRow):
                return node
        return None


def _place(below: str) -> str:
    """`2/name` → `line 3, name: `: where in a field of several values a problem is."""
    if not below:
        return ""
    head, _, tail = below.partition("/")
    words = f"line {int(head) + 1}" if head.isdigit() else head.replace("_", " ")
    return f"{words}, {tail}: " if tail else f"{words}: "
