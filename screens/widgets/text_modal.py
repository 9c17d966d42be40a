"""A longer text to read, scroll and copy: an API request, an error, an explanation."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Static

from screens import safe
from screens.command import Command
from screens.safe import COPY_LIMIT
from screens.services import Services
from screens.widgets.bars import Notice
from screens.widgets.base import Dialog
from screens.widgets.press import Press

SHOWN = 50_000
"""Characters that are laid out: more of them would keep the console from answering."""


class TextModal(Dialog[None]):
    """Scroll with the arrows, `c` copies all of it to the operator's own clipboard (also over SSH)."""

    ACTIONS = (
        Command("text.close", "escape,q,enter", "back", "Close", "Close the text.", palette=False),
        Command("text.copy", "c,y", "copy", "Copy", "Copy the text to your clipboard.", palette=False),
    )
    HELP_TEXT = """
    A text to read and to copy. The arrows and PgDn scroll it; c copies all of it to your own clipboard, also over
    SSH.
    """

    DEFAULT_CSS = """
    TextModal > #dialog { width: 110; max-width: 96%; height: auto; max-height: 94%; }
    """

    def __init__(self, services: Services, *, title: str, text: str) -> None:
        super().__init__()
        self.services = services
        self.title_text, self.text = title, text

    def compose(self) -> ComposeResult:
        """The text, and what can be done with it."""
        with Vertical(id="dialog") as box:
            box.border_title = safe.label(self.title_text)
            with VerticalScroll(id="dialog-body"):
                yield Static(safe.block(self._shown()))
            yield Notice()
            with Horizontal(classes="buttons"):
                yield Press("Copy (c)", id="copy")
                yield Press("Close (Esc)", id="close", kind="primary")

    def on_mount(self) -> None:
        """Arrows scroll at once."""
        self.query_one("#dialog-body").focus()

    def on_resize(self) -> None:
        """A long text leaves room for the line that says what happened."""
        self.query_one("#dialog-body").styles.max_height = max(1, (self.size.height - 1) * 94 // 100 - 4)

    def _shown(self) -> str:
        if len(self.text) <= SHOWN:
            return self.text
        return f"{self.text[:SHOWN]}\n… and {len(self.text) - SHOWN:,} characters more, which the command line prints"

    def action_copy(self) -> None:
        """To the clipboard of the terminal."""
        copy(self, self.text)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "copy":
            self.action_copy()
        else:
            self.dismiss(None)


def as_shown(value: object) -> str:
    """A value as JSON to read and to copy: what is not seen is an escape, so a copy says exactly the same."""
    from store.terms import document
    from store.text import escaped

    return escaped(document.write(value, indent=2))


def copy(screen: Dialog[None] | object, text: str) -> None:
    """Copy a text by OSC 52 and say so on the screen's notice line; control characters never reach a clipboard."""
    from screens.widgets.base import Commanded

    assert isinstance(screen, Commanded)
    clean = safe.lines(text)
    if len(clean.encode()) > COPY_LIMIT:
        screen.say(f"Too long for a terminal's clipboard ({len(clean):,} characters; {COPY_LIMIT:,} at most)", "warn")
        return
    screen.app.copy_to_clipboard(clean)
    screen.say(f"Copied {len(clean.splitlines()):,} lines. In tmux this needs: set -g set-clipboard on", "good")
