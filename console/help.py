"""F1: what the screen shows, in a few sentences, and every key that works on it."""

from __future__ import annotations

from textwrap import wrap

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from screens.command import APP_COMMANDS, Command, key_name
from screens.services import Services
from screens.widgets.base import Commanded, Dialog

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
        commands: list[Command] = []
        if isinstance(self.about, Commanded):
            text = " ".join(self.about.HELP_TEXT.split())
            if text:
                parts.append(Content(text + "\n\n"))
            commands = [c for c in self.about.ACTIONS if c.label]
        keys = {a.binding.id: k for k, a in self.about.active_bindings.items() if a.binding.id}
        for title, group in (("On this screen", commands), ("Everywhere", list(APP_COMMANDS))):
            if group:
                parts.append(Content.styled(title + "\n", "bold $text-primary"))
                for command in group:
                    note = "  (greyed: the store is read-only)" if command.writes and self.services.read_only else ""
                    parts += _line(key_name(keys.get(command.id, command.key)), command.help + note, columns)
                parts.append(Content("\n"))
        for title, pairs in (("Lists and fields", LISTS), ("Typing", FIELDS)):
            parts.append(Content.styled(title + "\n", "bold $text-primary"))
            for key, text in pairs:
                parts += _line(key, text, columns)
            parts.append(Content("\n"))
        return parts


def _line(key: str, text: str, columns: int) -> list[Content]:
    wrapped = ("\n" + " " * 18).join(wrap(text, max(20, columns - 18)))
    return [Content.styled(f"  {key:<16}", "bold $text-accent"), Content(wrapped + "\n")]
