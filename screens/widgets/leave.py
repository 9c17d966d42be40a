"""Asking what becomes of unfinished work when its screen is left."""

from __future__ import annotations

from typing import Literal

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Static

from screens import safe
from screens.command import Command
from screens.services import Services
from screens.widgets.base import Dialog
from screens.widgets.press import Press

Answer = Literal["keep", "discard"]


class Leave(Dialog[Answer]):
    """Dismisses with `keep` (the draft, to be resumed) or `discard`; None: stay. Keeping has the focus."""

    ACTIONS = (
        Command("leave.stay", "escape", "back", "Stay", "Go on working.", palette=False),
        Command("leave.keep", "k", "keep", "Keep", "Leave, and keep the draft.", palette=False),
        Command("leave.discard", "d", "discard", "Discard", "Leave, and throw the draft away.", palette=False),
        Command("leave.left", "left", "app.focus_previous", "", "", show=False, palette=False),
        Command("leave.right", "right", "app.focus_next", "", "", show=False, palette=False),
    )
    HELP_TEXT = """
    Your work is not stored yet. A kept draft waits for you, and only for you, where you left it; a discarded one is
    gone.
    """
    DEFAULT_CSS = """
    Leave > #dialog { width: 70; }
    Leave #dialog-body { margin-bottom: 1; }
    """

    def __init__(self, services: Services, *, title: str, text: str) -> None:
        super().__init__()
        self.services = services
        self.title_text, self.text = title, text

    def compose(self) -> ComposeResult:
        """Title, sentence, three buttons."""
        with Vertical(id="dialog") as box:
            box.border_title = safe.label(self.title_text)
            with VerticalScroll(id="dialog-body", can_focus=False):
                yield Static(safe.block(self.text))
            with Horizontal(classes="buttons"):
                yield Press("Stay (Esc)", id="stay")
                yield Press("Discard (d)", id="discard", kind="error")
                yield Press("Keep draft (k)", id="keep", kind="primary")

    def on_mount(self) -> None:
        """The answer that loses nothing is the default."""
        self.query_one("#keep").focus()

    @on(Button.Pressed)
    def _answer(self, event: Button.Pressed) -> None:
        answers: dict[str | None, Answer] = {"keep": "keep", "discard": "discard"}
        self.dismiss(answers.get(event.button.id))

    def action_keep(self) -> None:
        """Leave and keep."""
        self.dismiss("keep")

    def action_discard(self) -> None:
        """Leave and throw away."""
        self.dismiss("discard")
