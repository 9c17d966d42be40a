"""At which date shall the prices be seen?"""

from __future__ import annotations

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button

from screens.command import Command
from screens.services import Services
from screens.widgets.base import Dialog
from screens.widgets.fields import DateField
from screens.widgets.form import Form
from screens.widgets.press import Press
from store.terms.time import instant


class DateDialog(Dialog[datetime]):
    """Dismisses with an instant."""

    ACTIONS = (
        Command("date.back", "escape", "back", "Cancel", "Keep the date.", palette=False),
        Command("date.use", "ctrl+s", "use", "Use it", "See the prices at this date.", palette=False),
    )
    HELP_TEXT = """
    The instant at which prices are shown. Prices change at instants; the list shows those in force at the one typed
    here.
    """

    DEFAULT_CSS = """
    DateDialog > #dialog { width: 64; }
    DateDialog Form { margin: 1 0; }
    """

    def __init__(self, services: Services, at: datetime) -> None:
        super().__init__()
        self.services, self.at = services, at

    def compose(self) -> ComposeResult:
        """One field."""
        with Vertical(id="dialog") as box:
            box.border_title = "Prices in force at"
            field = DateField(path="at", label="Date (UTC)", required=True, clock=self.services.clock)
            yield Form([field], {"at": self.at})
            with Horizontal(classes="buttons"):
                yield Press("Cancel", id="cancel")
                yield Press("Use it (⏎)", id="use", kind="primary")

    def on_mount(self) -> None:
        """Typing replaces the date."""
        form = self.query_one(Form)
        form.focus_first()
        editor = form.row("at").editor
        if hasattr(editor, "select_all"):
            editor.select_all()

    @on(Form.Submitted)
    def action_use(self) -> None:
        """Dismiss with the date if it is one."""
        form = self.query_one(Form)
        if not form.check():
            self.dismiss(instant(form.payload()["at"]))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "use":
            self.action_use()
        else:
            self.dismiss(None)
