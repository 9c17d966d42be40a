"""F1: what the screen shows, in a few sentences, and every key that works on it."""

from __future__ import annotations

from textwrap import wrap

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from screens import safe
from screens.command import APP_COMMANDS, Command, key_names
from screens.services import Services
from screens.widgets.base import Commanded, Dialog
from screens.widgets.field_row import FieldRow

LISTS = (
    ("↑ ↓ / j k", "move in a list"),
    ("PgUp PgDn", "a page"),
    ("Home End / g G", "first and last"),
    ("⏎", "open what is selected"),
    ("Tab ⇧Tab", "next and previous field or pane"),
    ("Esc", "leave, always"),
)
FIELDS = (
    ("Money", "dollars: 10,000.00 or 10k; cents with a c: 1000000c. What was understood stands below."),
    ("Dates", "UTC: 2025-01-31, 2025-01, 2025-q1, today, tomorrow, +30d, -2w, eom. Ends are not included."),
    ("Choices", "← → or the first letter; Space opens the list."),
)


class HelpScreen(Dialog[None]):
    """Made from the screen's `HELP_TEXT` and actions; the keys are those of the operator's keymap."""

    ACTIONS = (Command("help.close", "escape,f1,q,enter", "back", "Close", "Close help.", palette=False),)

    DEFAULT_CSS = """
    HelpScreen > #dialog { width: 84; max-width: 96%; max-height: 94%; padding: 0 2; }
    """

    def __init__(self, services: Services, about: Screen[object]) -> None:
        super().__init__()
        self.services = services
        self.about = about

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with Vertical(id="dialog") as box:
            box.border_title = "Help"
            box.border_subtitle = "Esc closes"
            with VerticalScroll(id="dialog-body"):
                columns = min(84, self.app.size.width * 96 // 100) - 8
                yield Static(Content.assemble(*self._parts(columns)))

    def on_mount(self) -> None:
        """Arrows scroll at once."""
        self.query_one("#dialog-body").focus()

    def _parts(self, columns: int) -> list[Content]:
        parts: list[Content] = []
        here = "In this dialog" if self.about.is_modal else "On this screen"
        commands: list[Command] = []
        if isinstance(self.about, Commanded):
            text = " ".join(self.about.HELP_TEXT.split())
            if text:
                parts.append(Content("\n".join(wrap(text, columns)) + "\n\n"))
            commands = [c for c in self.about.ACTIONS if c.label]
        parts += self._fields(columns)
        keys = self._keys()
        everywhere = [c for c in APP_COMMANDS if not self.about.is_modal or c.id in keys]
        parts += self._of_the_focused({c.id for c in (*commands, *APP_COMMANDS)}, columns)
        for title, group in ((here, commands), ("Everywhere", everywhere)):
            if group:
                parts.append(Content.styled(title + "\n", "bold $text-primary"))
                for command in group:
                    note = self._note(command) if group is commands else ""
                    parts += _line(key_names(keys.get(command.id, command.key)), command.help + note, columns)
                parts.append(Content("\n"))
        for title, pairs in (("Lists and fields", LISTS), ("Typing", FIELDS)):
            parts.append(Content.styled(title + "\n", "bold $text-primary"))
            for key, text in pairs:
                parts += _line(key, text, columns)
            parts.append(Content("\n"))
        return parts

    def _note(self, command: Command) -> str:
        """Why a key does nothing now."""
        if command.writes and self.services.read_only:
            return f"  (greyed: {self.services.only_looking})"
        possible = self.about.check_action(command.action.partition("(")[0], ())
        return "" if possible or command.action.startswith("app.") else "  (not possible now)"

    def _keys(self) -> dict[str, str]:
        """Command id → the keys it has now, after commas."""
        found: dict[str, str] = {}
        for key, active in self.about.active_bindings.items():
            if active.binding.id:
                found[active.binding.id] = f"{found[active.binding.id]},{key}" if active.binding.id in found else key
        return found

    def _of_the_focused(self, known: set[str], columns: int) -> list[Content]:
        """What the list or field that has the keys offers beyond the screen's own commands."""
        keys = self._keys()
        found = {a.binding.id: a.binding for a in self.about.active_bindings.values() if a.binding.id}
        own = [(name, binding) for name, binding in found.items() if name not in known]
        if not own:
            return []
        parts = [Content.styled("Where you are\n", "bold $text-primary")]
        for name, binding in own:
            parts += _line(key_names(keys[name]), binding.tooltip or binding.description, columns)
        return [*parts, Content("\n")]

    def _fields(self, columns: int) -> list[Content]:
        """The fields that are in view, and what each wants."""
        rows = [row for row in self.about.query(FieldRow) if row.display and row.region.area]
        if not rows:
            return []
        parts = [Content.styled("Fields  (* has to be filled in)\n", "bold $text-primary")]
        for row in rows:
            name = safe.literal(row.field.label) + (" *" if row.field.required else "")
            parts += _line(name, safe.literal(row.field.explained), columns)
        return [*parts, Content("\n")]


def _line(key: str, text: str, columns: int) -> list[Content]:
    wrapped = ("\n" + " " * 18).join(wrap(text, max(20, columns - 18)) or [""])
    return [
        Content.styled("  " + safe.fit(key, max(15, safe.width(key))) + " ", "bold $text-accent"),
        Content(wrapped + "\n"),
    ]
