"""Adding a customer: name, ingest aliases with a clash check while typing, the custom fields that are registered."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Button
from textual.worker import WorkerError

from screens.command import Command
from screens.customers.keeping import KeptCustomer
from screens.services import Services
from screens.widgets.bars import Notice
from screens.widgets.base import Dialog
from screens.widgets.confirm import Confirm
from screens.widgets.fields import Field, LinesField, TextField
from screens.widgets.form import Form
from screens.widgets.press import Press
from store.errors import Problem, TermsheetError
from store.terms import document

DEBOUNCE = 0.1
"""Seconds without a letter before aliases are looked up."""
KEEP_AFTER = 2.0
"""Seconds without a key after which it is said if the draft cannot be kept."""

BASE = (
    TextField(path="name", label="Name", required=True, help="as on its invoices", max_length=160),
    LinesField(
        path="ingest_aliases", label="Ingest aliases", help="ids its usage arrives under, one per line", lines=4
    ),
    TextField(path="external_id", label="External id", help="its id in another system (an alias, too)", max_length=128),
)


@dataclass(frozen=True)
class Added:
    """A customer that was just made."""

    id: str
    name: str


class AddCustomer(Dialog[Added]):
    """Dismisses with what was made, or None. What is typed is kept if the terminal goes away."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("add.cancel", "escape", "back", "Cancel", "Make nothing.", palette=False),
        Command("add.save", "ctrl+s", "save", "Save", "Make the customer.", writes=True, palette=False),
        Command("add.request", "f2", "request", "Request", "What is typed as the API request.", palette=False),
    )
    HELP_TEXT = """
    A customer needs a name. Its ingest aliases are the ids under which its usage arrives, one per line; nobody else may
    have them, which is checked while you type. Ctrl+S saves.
    """

    DEFAULT_CSS = """
    AddCustomer > #dialog { width: 78; }
    AddCustomer Form { margin-top: 1; }
    """

    @dataclass
    class Looked(Message):
        """What the store says about names and aliases typed so far."""

        number: int
        problems: tuple[Problem, ...]
        namesakes: int

    @dataclass
    class Keys(Message):
        """The registered custom-field keys, and what was typed when the console last went away."""

        keys: tuple[str, ...]
        kept: dict[str, str]

    @dataclass
    class Saved(Message):
        """The customer was made."""

        added: Added

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.kept = KeptCustomer(services)
        self._asked = 0
        self._debounce: Timer | None = None
        self._keeping: Timer | None = None
        self._saving = False
        self._standing = ""
        """What is said while nothing more urgent is."""

    def compose(self) -> ComposeResult:
        """The form and two buttons."""
        with Vertical(id="dialog") as box:
            box.border_title = "New customer"
            yield Form(BASE, id="customer-form")
            yield Notice()
            with Horizontal(classes="buttons"):
                yield Press("Cancel", id="cancel")
                yield Press("Save (^S)", id="save", kind="primary")

    def on_mount(self) -> None:
        """Fill in what the store knows."""
        self.form.focus_first()
        self._prepare()

    def on_unmount(self) -> None:
        """Nothing is at risk any more."""
        self.kept.let_go()

    @property
    def form(self) -> Form:
        """The form."""
        return self.query_one(Form)

    @work(thread=True, exclusive=True, exit_on_error=False, group="prepare", description="read custom-field keys")
    def _prepare(self) -> None:
        self.post_message(self.Keys(tuple(self.services.directory().field_keys()), self.kept.left_over()))

    @on(Keys)
    async def _prepared(self, event: Keys) -> None:
        fields: list[Field] = [TextField(path=f"custom_fields/{k}", label=k, max_length=200) for k in event.keys]
        await self.form.add(fields)
        if event.kept and not self.form.state():
            self.form.restore(event.kept)
            self._standing = "This is what you had typed when the console went away"
            self.say(self._standing, "info")
            self._changed()

    # -- while typing

    @on(Form.Changed)
    def _changed(self) -> None:
        self.kept.hold(self.form.state())
        if self._debounce is not None:
            self._debounce.stop()
        self._debounce = self.set_timer(DEBOUNCE, self._check_typed)
        if self._keeping is not None:
            self._keeping.stop()
        self._keeping = self.set_timer(KEEP_AFTER, self._keep)

    @work(thread=True, exit_on_error=False, group="keep", description="keep the draft")
    def _keep(self) -> None:
        """By now the draft was written, unless something stands in the way: then it is said."""
        self.kept.write()

    def _check_typed(self) -> None:
        self._asked += 1
        self._look(self._asked, self.form.payload())

    @work(thread=True, exclusive=True, exit_on_error=False, group="look", description="check aliases")
    def _look(self, number: int, payload: dict[str, Any]) -> None:
        directory = self.services.directory()
        wanted = [(f"/ingest_aliases/{k}", alias) for k, alias in enumerate(payload.get("ingest_aliases", ()))]
        wanted += [("/external_id", payload["external_id"])] if payload.get("external_id") else []
        taken = directory.holders(alias for _, alias in wanted)
        problems = tuple(
            Problem(path, f"is already an alias of {taken[alias][1]}{' (archived)' if taken[alias][2] else ''}")
            for path, alias in wanted
            if alias in taken
        )
        same = directory.namesakes(payload["name"]) if payload.get("name") else 0
        self.post_message(self.Looked(number, problems, same))

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        if event.number != self._asked or self._saving:
            return
        self.form.show((*event.problems, *(p for p in self.form.problems() if p.message != "is required")))
        if event.namesakes:
            one = event.namesakes == 1
            self.say(f"{event.namesakes} customer{' has' if one else 's have'} this name already", "warn")
        else:
            self.say(self._standing, "info")

    # -- saving and leaving

    @on(Form.Submitted)
    def action_save(self) -> None:
        """Save, or show everything that is wrong."""
        if self._saving:
            return
        self._asked += 1  # what is still being looked up is no longer asked for
        if self._debounce is not None:
            self._debounce.stop()
        problems = self.form.check()
        if problems:
            self.say(f"{len(problems)} field{'s' if len(problems) > 1 else ''} to correct", "bad")
            self.form.focus_first()
            return
        self._saving = True
        self.say("Saving", "busy")
        self._save(self.form.payload())

    def action_request(self) -> None:
        """The API request that saving comes to."""
        from screens.request.asked import CUSTOMERS, Asked
        from screens.request.showing import show

        show(self, Asked(CUSTOMERS, document.plain(self.form.payload())))

    @work(thread=True, exclusive=True, exit_on_error=False, group="save", description="create the customer")
    def _save(self, payload: dict[str, Any]) -> None:
        from store.commands.customers import create_customer
        from store.terms.base import parse
        from store.terms.customer import Customer

        request = parse(Customer, payload)
        with self.kept.ending() as work:
            identity = create_customer(work, request=request)
        self.post_message(self.Saved(Added(identity, request.name)))

    @on(Saved)
    def _saved(self, event: Saved) -> None:
        self.dismiss(event.added)

    def refused(self, group: str, error: TermsheetError) -> None:
        """Put each problem under its field."""
        if group == "keep":
            self.say_error(error)
            return
        self._saving = False
        if not self.form.show(error.problems):
            self.say("Not saved: see the fields marked ✗", "bad")
            self.form.focus_first()
        else:
            self.say_error(error)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "save":
            self.action_save()
        else:
            self.action_back()

    def action_back(self) -> None:
        """Ask before what was typed is thrown away."""
        if self.form.state():
            self._leave()
        else:
            self._forget()
            self.dismiss(None)

    @work(group="leave", exclusive=True)
    async def _leave(self) -> None:
        sure = await self.app.push_screen_wait(
            Confirm(
                self.services,
                title="Leave without saving?",
                text="What you typed for this customer is thrown away.",
                yes="Throw away",
                no="Stay",
            )
        )
        if sure:
            self.kept.let_go()
            with suppress(WorkerError):  # a worker that has not begun dies with its screen: let it end first
                await self._forget().wait()
            self.dismiss(None)

    @work(thread=True, exit_on_error=False, group="forget")
    def _forget(self) -> None:
        self.kept.throw_away()
