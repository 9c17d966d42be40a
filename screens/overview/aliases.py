"""Replacing the set of ingest aliases: who has one already is said while typing, and which usage the change moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Button, Static
from textual.worker import get_current_worker

from screens import safe
from screens.command import Command
from screens.services import Services
from screens.widgets.bars import Notice
from screens.widgets.base import Dialog
from screens.widgets.confirm import leave_typed
from screens.widgets.fields import LinesField
from screens.widgets.form import Form
from screens.widgets.press import Press
from store.errors import Conflict, Invalid, Problem, TermsheetError

if TYPE_CHECKING:
    from store.queries.customers import CustomerView

DEBOUNCE = 0.1
"""Seconds without a letter before aliases are looked up."""


class EditAliases(Dialog[str]):
    """Dismisses with a sentence about what was saved, or None."""

    ACTIONS = (
        Command("aliases.cancel", "escape", "back", "Cancel", "Change nothing.", palette=False),
        Command(
            "aliases.request", "f2", "request", "Request", "The aliases as typed as the API request.", palette=False
        ),
        Command("aliases.save", "ctrl+s", "save", "Save", "Replace the aliases.", writes=True, palette=False),
    )
    HELP_TEXT = """
    The ids under which this customer's usage arrives, one per line. Saving replaces the whole set. Aliases work
    backwards: earlier usage under a new alias counts too, in every statement that is not final yet.
    """

    DEFAULT_CSS = """
    EditAliases > #dialog { width: 84; }
    EditAliases Form { margin-top: 1; }
    EditAliases #effect { height: auto; max-height: 6; margin: 1 1 0 1; color: $text-muted; }
    """

    @dataclass
    class Looked(Message):
        """Who has the aliases typed so far, and how much usage there is under those that come or go."""

        number: int
        problems: tuple[Problem, ...]
        events: Mapping[str, int]
        taken: Mapping[str, str]

    @dataclass
    class Saved(Message):
        """The set was replaced."""

        aliases: tuple[str, ...]

    def __init__(self, services: Services, customer: CustomerView) -> None:
        super().__init__()
        self.services, self.customer = services, customer
        self._asked = 0
        self._debounce: Timer | None = None

    def compose(self) -> ComposeResult:
        """One field with a line per alias."""
        field = LinesField(path="ingest_aliases", label="Ingest aliases", lines=8, help="one per line")
        with Vertical(id="dialog") as box:
            box.border_title = safe.label(f"Aliases of {self.customer.name}")
            yield Form([field], {"ingest_aliases": list(self.customer.aliases)})
            yield Static(id="effect")
            yield Notice()
            with Horizontal(classes="buttons"):
                yield Press("Cancel", id="cancel")
                yield Press("Save (^S)", id="save", kind="primary")

    def on_mount(self) -> None:
        """Type at once."""
        self.form.focus_first()
        self._tell({}, {})

    @property
    def form(self) -> Form:
        """The form."""
        return self.query_one(Form)

    @property
    def typed(self) -> tuple[str, ...]:
        """The aliases as typed, each once."""
        return tuple(dict.fromkeys(self.form.payload().get("ingest_aliases", ())))

    @on(Form.Changed)
    def _changed(self) -> None:
        if self._debounce is not None:
            self._debounce.stop()
        self._debounce = self.set_timer(DEBOUNCE, self._check)

    def _check(self) -> None:
        self._asked += 1
        self._look(self._asked, self.typed)

    @work(thread=True, exclusive=True, exit_on_error=False, group="aliases-look", description="check aliases")
    def _look(self, number: int, typed: tuple[str, ...]) -> None:
        from store.queries.customers import alias_holders
        from store.queries.events import count_events

        store = self.services.store()
        holders = alias_holders(store, typed)
        problems = tuple(
            Problem(f"/ingest_aliases/{k}", f"is already an alias of {holders[alias][1]}")
            for k, alias in enumerate(typed)
            if alias in holders and holders[alias][0] != self.customer.id
        )
        moving = {*typed} ^ {*self.customer.aliases}
        events = {alias: count_events(store, [alias]) for alias in sorted(moving)}
        taken = {alias: name for alias, (owner, name) in holders.items() if owner != self.customer.id}
        if not get_current_worker().is_cancelled:
            self.post_message(self.Looked(number, problems, events, taken))

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        if event.number == self._asked:
            self.form.show(event.problems)
            self._tell(event.events, event.taken)

    def _tell(self, events: Mapping[str, int], taken: Mapping[str, str]) -> None:
        sentences = effects(self.customer.aliases, self.typed, events, taken)
        parts = [Content.styled(safe.literal(text), style) for text, style in sentences]
        self.query_one("#effect", Static).update(Content("\n").join(parts))

    @on(Form.Submitted)
    def action_save(self) -> None:
        """Replace the set."""
        if not self.form.check():
            self.say("Saving", "busy")
            self._save(self.typed)

    def action_request(self) -> None:
        """The API request that saving comes to."""
        from screens.request.asked import aliased
        from screens.request.showing import show

        show(self, aliased(self.customer.id, self.typed))

    @work(thread=True, exclusive=True, exit_on_error=False, group="aliases-save", description="replace aliases")
    def _save(self, aliases: tuple[str, ...]) -> None:
        from store.commands.customers import set_ingest_aliases

        with self.services.work() as work:
            saved = set_ingest_aliases(
                work, customer_id=self.customer.id, aliases=aliases, seen_version=self.customer.version
            )
        self.post_message(self.Saved(saved))

    @on(Saved)
    def _saved(self, event: Saved) -> None:
        n = len(event.aliases)
        if event.aliases == self.customer.aliases:
            self.dismiss("The aliases were left as they are")
        else:
            self.dismiss(f"Saved: usage arrives under {n} alias{'' if n == 1 else 'es'} and the id")

    def rebase(self) -> None:
        """The next save goes upon what others did."""
        self._read_again()

    @work(thread=True, exit_on_error=False, group="rebase", description="read the customer again")
    def _read_again(self) -> None:
        from store.queries import customer

        self.customer = customer(self.services.store(), self.customer.id)

    def refused(self, group: str, error: TermsheetError) -> None:
        """Each problem under the field."""
        unclaimed: Sequence[Problem] = error.problems
        if isinstance(error, Invalid | Conflict):
            unclaimed = self.form.show(error.problems)
        if unclaimed:
            self.say_error(error)
        else:
            self.say("Not saved: see what is marked ✗", "bad")

    def action_back(self) -> None:
        """Ask before what was typed is thrown away."""
        leave_typed(self, "the aliases", typed=self.typed != self.customer.aliases)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "save":
            self.action_save()
        else:
            self.action_back()


def effects(
    before: Sequence[str], after: Sequence[str], events: Mapping[str, int], taken: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """What the change does to usage that is stored already, a sentence per alias, with its style; `taken`: by whom."""
    added = [a for a in after if a not in before]
    gone = [a for a in before if a not in after]
    if not added and not gone:
        yield "Saving replaces the whole set. Usage under the customer's id always counts.", "$text-muted"
    for alias in added:
        n = events.get(alias)
        if alias in taken:
            yield f"✗ {alias}: already an alias of {taken[alias]}", "$text-error"
        elif n is None:
            yield f"+ {alias}", "$text-success"
        elif n:
            yield f"+ {alias}: {_events(n)} already stored will count, in statements not final yet", "$text-success"
        else:
            yield f"+ {alias}: no usage stored under it yet", "$text-success"
    for alias in gone:
        n = events.get(alias)
        tail = f": {_events(n)} will count for nobody" if n else ": no usage is lost" if n == 0 else ""
        yield f"− {alias}{tail}", "$text-warning"


def _events(n: int) -> str:
    return f"{n:,} event{'' if n == 1 else 's'}"
