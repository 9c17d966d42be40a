"""Asking before something that is hard to take back: it names the object and what it does to money."""

from __future__ import annotations

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Static

from screens import safe
from screens.command import Command
from screens.services import Services
from screens.widgets.base import Dialog
from screens.widgets.press import Press


class Confirm(Dialog[bool]):
    """`await push_screen_wait(Confirm(...))` → True only for the button that names the deed; Cancel has the focus."""

    ACTIONS = (
        Command("confirm.cancel", "escape", "back", "Cancel", "Do nothing.", palette=False),
        Command("confirm.left", "left", "app.focus_previous", "", "The button before.", show=False, palette=False),
        Command("confirm.right", "right", "app.focus_next", "", "The next button.", show=False, palette=False),
    )
    HELP_TEXT = """
    A question before something is done that is hard to take back. Read what it does; ← → choose a button, Enter
    presses it. The harmless answer is chosen already, and Esc gives it.
    """
    DEFAULT_CSS = """
    Confirm > #dialog { width: 64; }
    Confirm #dialog-body { margin-bottom: 1; }
    """

    def __init__(
        self, services: Services, *, title: str, text: str, effect: str = "", yes: str, no: str = "Cancel",
        danger: bool = True,
    ) -> None:  # fmt: skip
        """`yes` names the deed (`Archive Acme`), `effect` what it does to money, in one sentence."""
        super().__init__()
        self.services = services
        self.title_text, self.text, self.effect = title, text, effect
        self.yes, self.no, self.danger = yes, no, danger

    def compose(self) -> ComposeResult:
        """Title, sentences, two buttons."""
        with Vertical(id="dialog") as box:
            box.border_title = safe.label(self.title_text)
            with VerticalScroll(id="dialog-body", can_focus=False):
                yield Static(safe.block(self.text))
                if self.effect:
                    yield Static(safe.label("▲ " + self.effect, "$text-warning"))
            with Horizontal(classes="buttons"):
                yield Press(self.no, id="no")
                yield Press(self.yes, id="yes", kind="error" if self.danger else "primary")

    def on_mount(self) -> None:
        """The harmless answer is the default."""
        self.query_one("#no").focus()

    @on(Button.Pressed)
    def _answer(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_back(self) -> None:
        """Escape: no."""
        self.dismiss(False)


def leave_typed(dialog: Dialog[Any], what: str, *, typed: bool) -> None:
    """Dismiss a dialog with None; where something was `typed`, ask first. `what`: the new aliases, say."""

    def answered(leave: bool | None) -> None:
        if leave:
            dialog.dismiss(None)

    if typed:
        text = f"What you typed for {what} is thrown away."
        question = Confirm(dialog.services, title="Leave without saving?", text=text, yes="Throw away", no="Stay")
        dialog.app.push_screen(question, answered)
    else:
        dialog.dismiss(None)
