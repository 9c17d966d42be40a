"""Naming a group of usage that the card has no price of its own for, to assume a quantity of it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button

from screens.command import Command
from screens.services import Services
from screens.statement.usage_words import Assumable
from screens.widgets.base import Dialog
from screens.widgets.fields import ChoiceField, PairsField
from screens.widgets.form import Form
from screens.widgets.press import Press


class UsageGroup(Dialog[Assumable]):
    """Dismisses with a product and the values of its groups."""

    ACTIONS = (
        Command("group.back", "escape", "back", "Cancel", "Add nothing.", palette=False),
        Command("group.add", "ctrl+s", "add", "Add", "Add this group.", palette=False),
    )
    HELP_TEXT = """
    Assumed usage of a product with group values of your own, such as a region that the rate card prices.
    """

    def __init__(self, services: Services, known: Sequence[Assumable]) -> None:
        super().__init__()
        self.services = services
        self.known = {row.product_id: row for row in known}

    def compose(self) -> ComposeResult:
        """Product, and property = value pairs."""
        choices = [(product_id, row.name) for product_id, row in self.known.items()]
        with Vertical(id="dialog") as box:
            box.border_title = "Usage of a group"
            yield Form(
                [
                    ChoiceField(
                        path="product_id", label="Product", required=True, choices=choices,
                        default=choices[0][0] if choices else "",
                    ),
                    PairsField(path="groups", label="Group values", required=True, help="region = EU, one a line"),
                ]
            )  # fmt: skip
            with Horizontal(classes="buttons"):
                yield Press("Cancel", id="cancel")
                yield Press("Add (^S)", id="add", kind="primary")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Form).focus_first()

    @on(Form.Submitted)
    def action_add(self) -> None:
        """Dismiss with the group if it is complete."""
        form = self.query_one(Form)
        if form.check():
            return
        typed = form.payload()
        known = self.known[typed["product_id"]]
        self.dismiss(Assumable(known.product_id, known.name, typed["groups"], known.conversion))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "add":
            self.action_add()
        else:
            self.dismiss(None)
