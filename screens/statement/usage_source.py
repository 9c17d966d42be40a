"""Which usage shall a preview rate? What is stored, what is assumed a month, or what another customer used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, ContentSwitcher, Static
from textual.worker import get_current_worker

from screens import safe
from screens.command import Command
from screens.services import Services
from screens.statement.customer_finder import CustomerFinder
from screens.statement.usage_words import Assumable, assumable, measured, priced
from screens.widgets.base import Dialog
from screens.widgets.choice import Choice
from screens.widgets.fields import ChoiceField, Field, NumberField
from screens.widgets.form import Form
from screens.widgets.press import Press
from store.errors import Problem
from store.terms.book import Book

if TYPE_CHECKING:
    from store.usage.rated import Assumed, Rated

KINDS = (
    ("stored", "Stored"), ("assumed", "Assumed"), ("replayed", "Another customer's"), ("projected", "Projected"),
)  # fmt: skip
METHODS = (("TRAILING_AVERAGE", "average of the last days"), ("LAST_YEAR", "same period last year"))

STORED_TEXT = "The events that were ingested for this customer, under its id or any of its aliases."
ASSUMED_TEXT = "A quantity a month for each product, in the unit that is priced; a level where it is a maximum."
PROJECTED_TEXT = "The customer's stored usage so far; from now on, what the past lets expect."
MOST_DAYS = 3660
NOTHING = "No contract of this customer has a rate card with usage products: there is nothing to assume."
REPLAYED_TEXT = "The stored usage of another customer, as if this one had used it."


class UsageSource(Dialog["Rated"]):
    """Dismisses with what was chosen; None if the operator left.

    `book` says what can be assumed (a wizard gives its own, with the draft in it); without it the customer's is loaded.
    """

    ACTIONS = (
        Command("usage.back", "escape", "back", "Cancel", "Keep the usage as it is.", palette=False),
        Command("usage.use", "ctrl+s", "use", "Use it", "Rate on this usage.", palette=False),
        Command("usage.group", "ctrl+n", "add_group", "Add a group", "Assume usage of another group.", palette=False),
    )
    HELP_TEXT = """
    Which usage is rated: what is stored, quantities that you assume for every month, the stored usage of another
    customer, or stored usage with what the past lets expect. The screen always says which it shows; nothing is
    stored by choosing. ← → or the first letter changes the kind, Tab goes on to its fields.
    """

    DEFAULT_CSS = """
    UsageSource > #dialog { width: 84; height: 21; max-height: 100%; }
    UsageSource #kind { margin: 0 0 1 0; }
    UsageSource ContentSwitcher { height: 1fr; }
    UsageSource ContentSwitcher > Vertical { height: 1fr; }
    UsageSource .text { color: $text-muted; height: auto; margin-bottom: 1; }
    UsageSource FieldRow .label { width: 44; }
    UsageSource FieldRow > FieldNote { margin-left: 45; }
    UsageSource Form { height: 1fr; }
    """

    @dataclass
    class Loaded(Message):
        """What can be assumed is known."""

        rows: tuple[Assumable, ...]

    def __init__(
        self, services: Services, *, customer_id: str, current: Rated | None = None, book: Book | None = None,
        customers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """`customers`: names of customers already known, for the one whose usage is replayed now."""
        super().__init__()
        self.services = services
        self.customer_id, self.current, self.book = customer_id, current, book
        self.customers = dict(customers or {})
        self.choices: tuple[Assumable, ...] = ()

    def can(self, action: str) -> bool | None:
        """Groups are for assumed usage."""
        return action != "add_group" or (self.is_mounted and self.query_one("#kind", Choice).value == "assumed")

    def compose(self) -> ComposeResult:
        """A choice of three, and what belongs to the one chosen."""
        with Vertical(id="dialog") as box:
            box.border_title = "Which usage?"
            yield Choice(KINDS, self._kind(), optional=False, id="kind")
            with ContentSwitcher(initial=self._kind()):
                with Vertical(id="stored"):
                    yield Static(safe.label(STORED_TEXT), classes="text")
                with Vertical(id="assumed"):
                    yield Static(safe.label(ASSUMED_TEXT), classes="text")
                with Vertical(id="replayed"):
                    yield Static(safe.label(REPLAYED_TEXT), classes="text")
                    yield CustomerFinder(self.services, leave_out=(self.customer_id,))
                with Vertical(id="projected"):
                    yield Static(safe.label(PROJECTED_TEXT), classes="text")
                    yield Form(self._projection_fields(), id="projection")
            yield Static(id="hint", classes="text")
            with Horizontal(classes="buttons"):
                yield Press("Add a group (^N)", id="add")
                yield Press("Cancel", id="cancel")
                yield Press("Use it (^S)", id="use", kind="primary")

    def on_mount(self) -> None:
        """Load what can be assumed."""
        self.query_one("#kind").focus()
        self.query_one("#add").display = self._kind() == "assumed"
        self._load()

    def _kind(self) -> str:
        return "stored" if self.current is None else type(self.current).__name__.lower()

    def _projection_fields(self) -> list[Field]:
        projection = getattr(self.current, "projection", None)
        method = projection.method.name if projection else METHODS[0][0]
        days = str(projection.days) if projection else "90"
        return [
            ChoiceField(path="method", label="Expect the", required=True, choices=METHODS, default=method),
            NumberField(path="days", label="Days to average over", whole=True, default=days, help="days, such as 90"),
        ]

    @work(thread=True, exclusive=True, exit_on_error=False, group="assumable", description="what can be assumed")
    def _load(self) -> None:
        if self.book is not None:
            found = assumable(self.book)
        else:
            from store.queries.book import customer_book

            found = assumable(customer_book(self.services.store(), self.customer_id))
        if not get_current_worker().is_cancelled:
            self.post_message(self.Loaded(found))

    @on(Loaded)
    async def _loaded(self, event: Loaded) -> None:
        rows = {row.key: row for row in event.rows}
        for a in getattr(self.current, "assumptions", ()):
            row = _like(a.product_id, dict(a.groups), event.rows)
            rows.setdefault(row.key, row)
        self.choices = tuple(rows.values())
        await self._show_form({self._path(k): q for k, q in self._quantities().items()})

    def _quantities(self) -> dict[int, Decimal]:
        keys = {row.key: k for k, row in enumerate(self.choices)}
        found = {}
        for a in getattr(self.current, "assumptions", ()):
            key = (a.product_id, tuple(sorted(a.groups.items())))
            found[keys[key]] = priced(a.monthly_quantity, self.choices[keys[key]].conversion)
        return found

    @staticmethod
    def _path(index: int) -> str:
        return f"q{index}"

    async def _show_form(self, values: Mapping[str, Decimal]) -> None:
        pane = self.query_one("#assumed")
        if self.choices:
            await pane.mount(Form([self._field(k, row) for k, row in enumerate(self.choices)], values))
        else:
            await pane.mount(Static(safe.label(NOTHING), classes="none"))

    def _field(self, index: int, row: Assumable) -> NumberField:
        return NumberField(path=self._path(index), label=row.label, help="quantity a month")

    @on(Choice.Changed, "#kind")
    def _kind_changed(self, event: Choice.Changed) -> None:
        event.stop()
        self.query_one(ContentSwitcher).current = event.value
        self.query_one("#add").display = event.value == "assumed"
        self.say("")
        self.refresh_bindings()

    @on(CustomerFinder.Found)
    def _found(self, event: CustomerFinder.Found) -> None:
        event.stop()
        self.customers[event.customer_id] = event.name
        self.action_use()

    @on(Form.Submitted)
    def action_use(self) -> None:
        """Dismiss with what is chosen, or say what is missing."""
        from store.usage.rated import Replayed, Stored

        kind = self.query_one("#kind", Choice).value
        if kind == "stored":
            self.dismiss(Stored())
        elif kind == "replayed":
            chosen = self.query_one(CustomerFinder).chosen
            if chosen is None:
                self._hint("Choose the customer whose usage shall be replayed.")
            else:
                self.customers[chosen[0]] = chosen[1]
                self.dismiss(Replayed(chosen[0]))
        elif kind == "projected":
            self._use_projected()
        else:
            self._use_assumed()

    def _use_projected(self) -> None:
        from store.usage.projected import Method, Projection
        from store.usage.rated import Projected

        form = self.query_one("#projection", Form)
        typed = form.payload()
        if form.check() or not 0 < typed.get("days", 0) <= MOST_DAYS:
            form.show([Problem("/days", f"must be a whole number from 1 to {MOST_DAYS}")])
            return
        self.dismiss(Projected(Projection(Method[typed["method"]], typed["days"])))

    def _use_assumed(self) -> None:
        form = next(iter(self.query("#assumed Form").results(Form)), None)
        if form is None or form.check():
            self._hint("" if form is None else "Some quantities are not numbers.")
            return
        self.dismiss(self._assumed(form))

    def _assumed(self, form: Form) -> Assumed:
        from store.usage.assumed import Assumption
        from store.usage.rated import Assumed

        typed = form.payload()
        return Assumed(
            tuple(
                Assumption(row.product_id, measured(typed[self._path(k)], row.conversion), row.groups)
                for k, row in enumerate(self.choices)
                if typed.get(self._path(k))
            )
        )

    def _hint(self, text: str) -> None:
        self.query_one("#hint", Static).update(safe.label("▲ " + text if text else "", "$text-warning"))

    def action_add_group(self) -> None:
        """Assume usage of a group that the card does not name."""
        from screens.statement.usage_group import UsageGroup

        if self.choices:
            self.app.push_screen(UsageGroup(self.services, self.choices), self._add_group)

    async def _add_group(self, added: Assumable | None) -> None:
        if added is None:
            return
        form, keys = self.query_one("#assumed Form", Form), [row.key for row in self.choices]
        if added.key not in keys:
            await form.add([self._field(len(keys), added)])
            self.choices = (*self.choices, added)
            keys.append(added.key)
        form.row(self._path(keys.index(added.key))).editor.focus()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "use":
            self.action_use()
        elif event.button.id == "add":
            self.action_add_group()
        else:
            self.dismiss(None)


def _like(product_id: str, groups: Mapping[str, str], rows: Sequence[Assumable]) -> Assumable:
    """A row of that product with other groups; a product that is not on the card is called by its id."""
    known = next((row for row in rows if row.product_id == product_id), None)
    if known is None:
        return Assumable(product_id, product_id, groups)
    return Assumable(product_id, known.name, groups, known.conversion)
