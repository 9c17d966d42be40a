"""Giving a customer another name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button

from screens import safe
from screens.command import Command
from screens.services import Services
from screens.widgets.bars import Notice
from screens.widgets.base import Dialog
from screens.widgets.confirm import leave_typed
from screens.widgets.fields import TextField
from screens.widgets.form import Form
from screens.widgets.press import Press
from store.errors import TermsheetError

if TYPE_CHECKING:
    from store.queries.customers import CustomerView


class Rename(Dialog[str]):
    """Dismisses with a sentence about what was saved, or None."""

    ACTIONS = (
        Command("rename.cancel", "escape", "back", "Cancel", "Keep the name.", palette=False),
        Command("rename.request", "f2", "request", "Request", "The new name as the API request.", palette=False),
        Command("rename.save", "ctrl+s", "save", "Save", "Take the new name.", writes=True, palette=False),
    )
    HELP_TEXT = """
    The customer's name, as on its invoices from now on and wherever it is shown. Its id and its aliases stay as they
    are, so its usage is not touched. Two customers may have the same name.
    """

    DEFAULT_CSS = """
    Rename > #dialog { width: 78; }
    Rename Form { margin-top: 1; }
    """

    @dataclass
    class Saved(Message):
        """The name was taken."""

        name: str

    def __init__(self, services: Services, customer: CustomerView) -> None:
        super().__init__()
        self.services, self.customer = services, customer

    def compose(self) -> ComposeResult:
        """One field."""
        field = TextField(path="name", label="Name", required=True, help="as on its invoices", max_length=160)
        with Vertical(id="dialog") as box:
            box.border_title = safe.label(f"Rename {self.customer.name}")
            yield Form([field], {"name": self.customer.name})
            yield Notice()
            with Horizontal(classes="buttons"):
                yield Press("Cancel", id="cancel")
                yield Press("Save (^S)", id="save", kind="primary")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Form).focus_first()

    @on(Form.Submitted)
    def action_save(self) -> None:
        """Take it, if it is another."""
        form = self.query_one(Form)
        if form.check():
            return
        name = form.payload()["name"]
        if name == self.customer.name:
            self.dismiss("The name was left as it is")
        else:
            self.say("Saving", "busy")
            self._save(name)

    def action_request(self) -> None:
        """The API request that saving comes to."""
        from screens.request.asked import named
        from screens.request.showing import show

        show(self, named(self.customer.id, self.query_one(Form).payload().get("name", "")))

    @work(thread=True, exclusive=True, exit_on_error=False, group="rename-save", description="rename the customer")
    def _save(self, name: str) -> None:
        from store.commands.customers import set_name

        with self.services.work() as made:
            taken = set_name(made, customer_id=self.customer.id, name=name, seen_version=self.customer.version)
        self.post_message(self.Saved(taken))

    @on(Saved)
    def _saved(self, event: Saved) -> None:
        self.dismiss(f"Saved: the customer is called {event.name}")

    def refused(self, group: str, error: TermsheetError) -> None:
        """Under the field, or as a sentence."""
        if self.query_one(Form).show(error.problems):
            self.say_error(error)

    def action_back(self) -> None:
        """Ask before what was typed is thrown away."""
        leave_typed(self, "the name", typed=self.query_one(Form).payload().get("name") != self.customer.name)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "save":
            self.action_save()
        else:
            self.action_back()
