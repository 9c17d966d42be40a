"""One field on the screen: label, editor for its kind, and the line that says what is wrong or was understood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static, TextArea

from screens import safe
from screens.widgets.choice import Choice
from screens.widgets.fields import ChoiceField, DateField, Field, ManyField, MoneyField, NumberField
from screens.widgets.text_input import LONGEST, TextInput


class Lines(TextArea):
    """A few lines of text; Tab goes on to the next field, nothing blinks."""

    DEFAULT_CSS = """
    Lines { border: none; padding: 0 1; background: $surface; width: 1fr; scrollbar-size-vertical: 1; }
    Lines:focus { border: none; background: $panel; }
    Lines .text-area--cursor-line { background: transparent; }
    """

    def __init__(self, text: str = "", *, placeholder: str = "") -> None:
        super().__init__(
            text, soft_wrap=True, tab_behavior="focus", compact=True, placeholder=safe.literal(placeholder),
            highlight_cursor_line=False,
        )  # fmt: skip
        self.cursor_blink = False

    def get_line(self, line_index: int) -> Text:
        """One line with a stand-in for each character that is not seen; what is edited keeps it until it is deleted."""
        shown = "\t".join(map(safe.marked, self.document.get_line(line_index).split("\t")))
        return Text(shown, end="", no_wrap=True)

    async def _on_paste(self, event: events.Paste) -> None:
        """Lines without control characters, and no more of them than of a line."""
        given = event.text[:LONGEST].splitlines()
        event.text = "\n".join("".join(c for c in line if not safe.unseen(c)) for line in given)


class FieldNote(Widget):
    """The line under a field: the error, or what was understood."""

    DEFAULT_CSS = """
    FieldNote { height: 1; width: 1fr; padding: 0 1; }
    """

    said: reactive[tuple[str, bool]] = reactive(("", False))
    """Text, and whether it is an error."""

    def render(self) -> Any:
        """Glyph and words."""
        text, wrong = self.said
        if wrong:
            return safe.label("✗ " + text, "$text-error")
        return safe.label(safe.fit(safe.literal(text), self.size.width) if text else "", "$text-muted")


class FieldRow(Widget):
    """Label, editor, and the line below."""

    DEFAULT_CSS = """
    FieldRow { height: auto; width: 1fr; layout: vertical; }
    FieldRow > Horizontal { height: auto; }
    FieldRow .label { width: 20; color: $text-muted; padding: 0 1; }
    FieldRow.-entered .label { color: $text-primary; text-style: bold; }
    FieldRow > FieldNote { margin-left: 21; padding: 0; display: none; }
    FieldRow.-tall > FieldNote { height: auto; }
    FieldRow.-echoes > FieldNote, FieldRow.-wrong > FieldNote { display: block; }
    """

    def __init__(self, field: Field, text: str) -> None:
        super().__init__()
        self.field = field
        self.errors: tuple[str, ...] = ()
        self.seen = text
        self._initial = text
        self._edits: TextInput | Lines | Choice | None = None
        self.set_class(field.echoes, "-echoes")

    def compose(self) -> ComposeResult:
        """The three."""
        self._edits = self._editor()
        with Horizontal():
            yield Static(safe.label(self.field.label + (" *" if self.field.required else "")), classes="label")
            yield self._edits
        yield FieldNote()

    def _editor(self) -> TextInput | Lines | Choice:
        f = self.field
        if isinstance(f, ChoiceField | ManyField):
            return Choice(
                f.choices, self._initial, many=isinstance(f, ManyField), optional=not f.required,
                prompt=f.help or "none", title=f.label, free=isinstance(f, ManyField) and f.free,
            )  # fmt: skip
        if f.lines > 1:
            editor = Lines(self._initial, placeholder=f.help)
            editor.styles.height = f.lines
            return editor
        replaces = isinstance(f, DateField | MoneyField | NumberField)  # nobody edits a date in its middle
        return TextInput(self._initial, placeholder=f.help, max_length=f.max_length, select_on_focus=replaces)

    def on_mount(self) -> None:
        """Show what the initial text is understood as."""
        self.note()

    def on_descendant_focus(self) -> None:
        """The label says where the keys go."""
        self.add_class("-entered")

    def on_descendant_blur(self) -> None:
        """They go elsewhere."""
        self.remove_class("-entered")

    @property
    def editor(self) -> TextInput | Lines | Choice:
        """The widget that is typed into; kept, as a form asks every row for its text at each key."""
        assert self._edits is not None
        return self._edits

    @property
    def text(self) -> str:
        """What is typed."""
        if not self.is_mounted:
            return self._initial
        editor = self.editor
        return editor.text if isinstance(editor, Lines) else editor.value

    @text.setter
    def text(self, text: str) -> None:
        editor = self.editor
        self.seen = text
        if isinstance(editor, Lines):
            editor.load_text(text)
        else:
            editor.value = text
        self.note()

    def value(self) -> Any:
        """The payload's value, None where nothing is typed; raises ValueError with the end of a sentence."""
        return self.field.parse(self.text) if self.text.strip() else None

    def problem(self) -> str:
        """What is wrong with the text by itself; empty if nothing."""
        try:
            value = self.value()
        except ValueError as error:
            return str(error)
        return "is required" if value in (None, [], {}) and self.field.required else ""

    def note(self, errors: Sequence[str] | None = None) -> None:
        """Show errors (None: as before), or else what was understood."""
        if errors is not None:
            self.errors = tuple(errors)
        line, said = self.query_one(FieldNote), "; ".join(self.errors)
        self.set_class(bool(said) and not self.field.echoes, "-wrong")
        if said:
            self.set_class(safe.width(said) + 2 > line.size.width, "-tall")
        elif self.has_class("-tall") and not self.problem():  # while it is wrong nothing moves up and down below it
            self.remove_class("-tall")
        line.said = (said, True) if said else (self._echo(), False)

    def on_resize(self) -> None:
        """What is wrong may want more lines, or fewer."""
        if self.errors:
            self.note()

    def _echo(self) -> str:
        if not self.field.echoes:
            return ""
        try:
            value = self.value()
        except ValueError as error:
            return f"… {error}"
        return "" if value is None else self.field.echo(value)
