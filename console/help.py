"""F1: what the screen shows, in a few sentences, and every key that works on it."""

from __future__ import annotations

from textwrap import wrap

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen

from screens import safe
from screens.command import APP_COMMANDS, Command, key_names
from screens.services import Services
from screens.widgets.base import Commanded, Dialog
from screens.widgets.field_row import FieldRow
from screens.widgets.table import Cell, Column, Row, RowList, heading

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
KEYS = 18
"""Columns for keys and the names of fields."""
GAP = Row(None, ("",), selectable=False)


class HelpScreen(Dialog[None]):
    """Made from the screen's `HELP_TEXT` and actions; the keys are those of the operator's keymap."""

    ACTIONS = (Command("help.close", "escape,f1,q,enter", "back", "Close", "Close help.", palette=False),)

    DEFAULT_CSS = """
    HelpScreen > #dialog { width: 84; max-width: 96%; max-height: 94%; padding: 0 2; }
    HelpScreen RowList { background: $surface; height: auto; max-height: 1fr; }
    """

    def __init__(self, services: Services, about: Screen[object]) -> None:
        super().__init__()
        self.services = services
        self.about = about

    def compose(self) -> ComposeResult:
        """One list; the cursor goes line by line, so that a key repaints two of them."""
        with Vertical(id="dialog") as box:
            box.border_title = "Help"
            box.border_subtitle = "Esc closes"
            yield RowList((Column("", width=KEYS), Column("", flex=1)), header=False, id="dialog-body")

    def on_mount(self) -> None:
        """Arrows scroll at once."""
        rows = self.query_one(RowList)
        rows.show(self._rows(min(84, self.app.size.width * 96 // 100) - 8))
        rows.focus()

    def on_row_list_chosen(self) -> None:
        """Enter closes."""
        self.action_back()

    def _rows(self, columns: int) -> list[Row]:
        rows: list[Row] = []
        here = "In this dialog" if self.about.is_modal else "On this screen"
        commands: list[Command] = []
        if isinstance(self.about, Commanded):
            text = " ".join(self.about.HELP_TEXT.split())
            rows += [Row(None, (line,), selectable=False) for line in wrap(text, columns)]
            commands = [c for c in self.about.ACTIONS if c.label]
        keys = self._keys()
        everywhere = [c for c in APP_COMMANDS if not self.about.is_modal or c.id in keys]
        groups = [
            ("Fields  (* has to be filled in)", self._fields()),
            ("Where you are", self._of_the_focused({c.id for c in (*commands, *APP_COMMANDS)})),
            (here, [(self._key(c, keys), c.help + self._note(c)) for c in commands]),
            ("Everywhere", [(self._key(c, keys), c.help) for c in everywhere]),
            ("Lists and fields", LISTS),
            ("Typing", FIELDS),
        ]
        for title, pairs in groups:
            if pairs:
                rows += [*([GAP] if rows else []), heading(title, "accent")]
                rows += [row for key, text in pairs for row in _lines(key, text, columns)]
        return rows

    @staticmethod
    def _key(command: Command, keys: dict[str, str]) -> str:
        return key_names(keys.get(command.id, command.key))

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

    def _of_the_focused(self, known: set[str]) -> list[tuple[str, str]]:
        """What the list or field that has the keys offers beyond the screen's own commands."""
        keys = self._keys()
        found = {a.binding.id: a.binding for a in self.about.active_bindings.values() if a.binding.id}
        own = [(name, binding) for name, binding in found.items() if name not in known]
        return [(key_names(keys[name]), binding.tooltip or binding.description) for name, binding in own]

    def _fields(self) -> list[tuple[str, str]]:
        """The fields that are in view, and what each wants."""
        rows = [row for row in self.about.query(FieldRow) if row.display and row.region.area]
        return [(row.field.label + (" *" if row.field.required else ""), row.field.explained) for row in rows]


def _lines(key: str, text: str, columns: int) -> list[Row]:
    """A key (or a field) and what it does, over as many lines as that takes; a long key has a line of its own."""
    first, *rest = wrap(safe.literal(text), max(20, columns - KEYS - 2)) or [""]
    name = Cell(safe.literal(key), "accent")
    if safe.width(name.text) > KEYS - 2:
        return [Row(None, (name,), "accent"), *(Row(None, ("", line)) for line in (first, *rest))]
    return [Row(None, (name, first), indent=2), *(Row(None, ("", line)) for line in rest)]
