"""What an operator can do, as data: one value per action feeds key bindings, footer, palette, F1 and the keymap check.

Every screen's folder has a `commands.py` that holds nothing but such values; the console joins them into one table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import lookup

if TYPE_CHECKING:
    from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Command:
    """One action: `customers.add`, the key it has by default, and what it does in one sentence."""

    id: str
    """`scope.verb`; unique, and the name a keymap uses."""
    key: str
    """Default key; alternatives after commas."""
    action: str
    """The Textual action, such as `add_customer` for `action_add_customer`."""
    label: str
    """Two words at most: the footer's hint."""
    help: str
    """One sentence: the palette's and F1's text."""
    writes: bool = False
    """Changes the store: greyed when it is read-only."""
    show: bool = True
    """Has a hint in the footer."""
    priority: bool = False
    """Wins over the focused widget (only for keys that no text field needs)."""
    palette: bool = True
    """Offered by the command palette."""

    @property
    def scope(self) -> str:
        """Where it applies: the part of the id before the dot."""
        return self.id.partition(".")[0]


def bindings(commands: Iterable[Command]) -> list[Binding]:
    """The key bindings of these commands, ids included so that a keymap reaches them."""
    from textual.binding import Binding

    return [
        Binding(c.key, c.action, c.label, show=c.show, priority=c.priority, id=c.id, tooltip=c.help) for c in commands
    ]


KEY_NAMES = {
    "escape": "Esc", "enter": "⏎", "space": "Space", "up": "↑", "down": "↓", "left": "←", "right": "→", "tab": "Tab",
    "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End", "slash": "/", "plus": "+", "minus": "-",
    "at": "@", "backslash": "\\", "underscore": "_", "bar": "|", "vertical_line": "|", "tilde": "~", "period": ".",
    "delete": "Del", "insert": "Ins", "backspace": "⌫",
}  # fmt: skip
"""Keys whose names are not those of a character; all others are looked up (`equals_sign`: =)."""
MODIFIERS = {"ctrl": "^", "shift": "⇧", "alt": "Alt+", "super": "Super+", "meta": "Meta+"}


def key_name(key: str) -> str:
    """A key as operators read it: `ctrl+p` → `^P`, `equals_sign` → `=`, `f1` → `F1`; the first of several."""
    *held, key = key.partition(",")[0].strip().split("+")
    name = KEY_NAMES.get(key) or _character(key)
    if "ctrl" in held or (key.startswith("f") and key[1:].isdigit()):
        name = name.upper()
    return "".join(MODIFIERS.get(each, f"{each}+") for each in held) + name


def key_names(keys: str) -> str:
    """All keys of an action: `plus,equals_sign` → `+ =`."""
    return " ".join(dict.fromkeys(key_name(key) for key in keys.split(",")))


def _character(key: str) -> str:
    """The character that Textual calls `equals_sign`; a key that is none keeps its name."""
    if len(key) == 1:
        return key
    try:
        return lookup(key.replace("_", " ").upper())
    except KeyError:
        return key.replace("_", " ")


BACK = Command("app.back", "escape", "back", "Back", "Leave this screen; what is unsaved is asked about.")
HELP = Command("app.help", "f1", "help", "Help", "What this screen shows and every key that works on it.")
PALETTE = Command(
    "app.palette", "ctrl+p", "palette", "Commands", "Find any action or customer by typing part of its name."
)
QUIT = Command("app.quit", "ctrl+q", "quit", "Quit", "Close the console; drafts are kept.", show=False, priority=True)
HISTORY = Command(
    "app.history", "f12", "history", "History", "Who changed what, when and why: this customer's, or the whole book's.",
    show=False,
)  # fmt: skip
MOUSE = Command(
    "app.mouse", "f9", "toggle_mouse", "Mouse", "Give the mouse to the terminal (to select text) or back.", show=False
)
THEME = Command(
    "app.theme", "f10", "next_theme", "Theme", "Switch between the dark, light and high-contrast themes.", show=False
)

APP_COMMANDS = (HELP, PALETTE, QUIT, HISTORY, MOUSE, THEME)
"""What works on every screen."""
