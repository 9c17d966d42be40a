"""The custom fields that an amendment sets on its contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from screens import safe
from screens.command import Command
from screens.services import Services
from screens.widgets.base import Dialog
from screens.widgets.fields import PairsField
from screens.widgets.form import Form
from screens.widgets.press import Press


class FieldsDialog(Dialog[dict[str, str]]):
    """Dismisses with the fields; None if the operator left."""

    ACTIONS = (
        Command(
            "fields.take", "ctrl+s", "take", "Take", "Take the fields into the draft.", priority=True, palette=False
        ),
        Command("fields.back", "escape", "back", "Cancel", "Leave; the draft stays as it was.", palette=False),
    )
    HELP_TEXT = """
    Custom fields that the contract has from this amendment on. Only keys that are registered for contracts can be
    set.
    """

    def __init__(self, services: Services, *, fields: Mapping[str, str], keys: Sequence[str]) -> None:
        """`keys`: those registered for contracts."""
        super().__init__()
        self.services, self.fields, self.keys = services, dict(fields), tuple(keys)

    def compose(self) -> ComposeResult:
        """One field of several lines."""
        known = (
            "Registered for contracts: " + ", ".join(self.keys) if self.keys else "No key is registered for contracts."
        )
        with Vertical(id="dialog") as box:
            box.border_title = "Custom fields of the contract"
            yield Form((PairsField(path="custom_fields", label="Fields", lines=5),), {"custom_fields": self.fields})
            yield Static(safe.label(known, "$text-muted"))
            with Horizontal(classes="buttons"):
                yield Press("Cancel", id="cancel")
                yield Press("Take (^S)", id="take", kind="primary")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Form).focus_first()

    def action_take(self) -> None:
        """Check, then dismiss."""
        form = self.query_one(Form)
        if not form.check():
            self.dismiss(form.payload().get("custom_fields", {}))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "take":
            self.action_take()
        else:
            self.dismiss(None)
