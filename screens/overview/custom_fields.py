"""Setting the customer's custom fields: one line for each key that is registered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button
from textual.worker import get_current_worker

from screens import safe
from screens.command import Command
from screens.services import Services
from screens.widgets.bars import Notice
from screens.widgets.base import Dialog
from screens.widgets.confirm import leave_typed
from screens.widgets.empty import Empty
from screens.widgets.fields import TextField
from screens.widgets.form import Form
from screens.widgets.press import Press
from store.errors import Conflict, Invalid, TermsheetError

if TYPE_CHECKING:
    from store.queries.customers import CustomerView

HOW = """Keys are registered once, for every customer, on the command line:
  termsheet api POST /v1/customFields/addKey --data FILE
where FILE holds  {"entity": "customer", "key": "sfdc_account_id"}"""


class EditFields(Dialog[str]):
    """Dismisses with a sentence about what was saved, or None."""

    ACTIONS = (
        Command("fields.cancel", "escape", "back", "Cancel", "Change nothing.", palette=False),
        Command("fields.request", "f2", "request", "Request", "What was changed as the API request.", palette=False),
        Command("fields.save", "ctrl+s", "save", "Save", "Set the fields.", writes=True, palette=False),
    )
    HELP_TEXT = """
    The customer's custom fields. Only keys that are registered for customers can be set; a field that is emptied is
    removed. Every change stands in the customer's history.
    """

    DEFAULT_CSS = """
    EditFields > #dialog { width: 84; }
    EditFields Form { margin-top: 1; }
    EditFields FieldRow .label { width: 28; }
    EditFields FieldRow > FieldNote { margin-left: 29; }
    """

    @dataclass
    class Keys(Message):
        """The registered keys."""

        keys: tuple[str, ...]

    @dataclass
    class Saved(Message):
        """The fields were set."""

    def __init__(self, services: Services, customer: CustomerView) -> None:
        super().__init__()
        self.services, self.customer = services, customer

    def compose(self) -> ComposeResult:
        """The form, empty until the keys are known."""
        with Vertical(id="dialog") as box:
            box.border_title = safe.label(f"Custom fields of {self.customer.name}")
            yield Form(())
            yield Notice()
            with Horizontal(classes="buttons"):
                yield Press("Cancel", id="cancel")
                yield Press("Save (^S)", id="save", kind="primary")

    def on_mount(self) -> None:
        """Read the keys."""
        self._prepare()

    @work(thread=True, exclusive=True, exit_on_error=False, group="fields-keys", description="read custom-field keys")
    def _prepare(self) -> None:
        from store.queries.catalog import custom_field_keys

        keys = tuple(k.key for k in custom_field_keys(self.services.store()) if k.entity == "customer")
        if not get_current_worker().is_cancelled:
            self.post_message(self.Keys(keys))

    @on(Keys)
    async def _known(self, event: Keys) -> None:
        form, values = self.query_one(Form), self.customer.custom_fields
        if not event.keys:
            await form.remove()
            self.query_one("#save").display = False
            await self.query_one("#dialog").mount(Empty("No custom field is registered for customers", HOW), before=0)
            self.query_one("#cancel").focus()
            return
        await form.add(
            [TextField(
                path=f"f{k}", label=key, default=values.get(key, ""), max_length=200,
                help="not set" if key not in values else "empty: removed",
            )
             for k, key in enumerate(event.keys)]
        )  # fmt: skip
        self._keys = event.keys
        form.focus_first()

    def _typed(self) -> dict[str, str]:
        """What differs from what is stored; an emptied field is empty."""
        form, values = self.query_one(Form), self.customer.custom_fields
        state = form.state()
        typed = {key: state.get(f"f{k}", "").strip() for k, key in enumerate(self._keys)}
        return {key: text for key, text in typed.items() if text != values.get(key, "")}

    @on(Form.Submitted)
    def action_save(self) -> None:
        """Set what was changed."""
        if not hasattr(self, "_keys"):
            return
        changed = self._typed()
        if not changed:
            self.dismiss("No custom field was changed")
            return
        self.say("Saving", "busy")
        self._save(changed)

    def action_request(self) -> None:
        """The API request that saving comes to; the API sets values, and takes none away."""
        from screens.request.asked import valued
        from screens.request.showing import show

        if hasattr(self, "_keys"):
            values = {**self.customer.custom_fields, **self._typed()}
            show(self, valued("customer", self.customer.id, {key: text for key, text in values.items() if text}))

    @work(thread=True, exclusive=True, exit_on_error=False, group="fields-save", description="set custom fields")
    def _save(self, changed: dict[str, str]) -> None:
        from store.commands.custom_fields import set_custom_fields

        with self.services.work() as work:
            set_custom_fields(
                work, entity="customer", entity_id=self.customer.id,
                custom_fields={key: text for key, text in changed.items() if text},
                remove=[key for key, text in changed.items() if not text], seen_version=self.customer.version,
            )  # fmt: skip
        self.post_message(self.Saved())

    @on(Saved)
    def _saved(self, event: Saved) -> None:
        self.dismiss("Saved the custom fields")

    def rebase(self) -> None:
        """The next save goes upon what others did."""
        self._read_again()

    @work(thread=True, exit_on_error=False, group="rebase", description="read the customer again")
    def _read_again(self) -> None:
        from store.queries import customer

        self.customer = customer(self.services.store(), self.customer.id)

    def refused(self, group: str, error: TermsheetError) -> None:
        """Problems stand under their fields."""
        unclaimed: Any = error.problems
        if isinstance(error, Invalid | Conflict) and hasattr(self, "_keys"):
            places = {f"/custom_fields/{key}": f"/f{k}" for k, key in enumerate(self._keys)}
            moved = [type(p)(places.get(p.path, p.path), p.message) for p in error.problems]
            unclaimed = self.query_one(Form).show(moved)
        if unclaimed:
            self.say_error(error)
        else:
            self.say("Not saved: see the fields marked ✗", "bad")

    def action_back(self) -> None:
        """Ask before what was typed is thrown away."""
        leave_typed(self, "the custom fields", typed=hasattr(self, "_keys") and bool(self._typed()))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "save":
            self.action_save()
        else:
            self.action_back()
