"""Where a change of usage filter is typed; what it says goes up as a request, or as what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from screens import safe
from screens.services import Services
from screens.timeline import change
from screens.timeline.routing import Routing
from screens.widgets import when
from screens.widgets.form import Form
from store.errors import Invalid, Problem
from store.terms import review
from store.terms.contract import UsageFilterUpdate
from store.terms.in_force import Effective
from store.terms.review import Finding

DEBOUNCE = 0.08
"""Seconds without a key before the change is looked at."""


class ChangePanel(Vertical):
    """Empty until `begin`; then a form, whose every change is reviewed and told."""

    @dataclass
    class Asked(Message):
        """What the form says now: a request that would be taken, or None; and what the review finds."""

        update: UsageFilterUpdate | None
        findings: tuple[Finding, ...]

    def __init__(self, services: Services, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.services = services
        self.routing: Routing | None = None
        self._waiting: Timer | None = None

    def compose(self) -> ComposeResult:
        """A title; the form comes and goes."""
        yield Static(safe.label("A change of usage filter"), classes="title")

    @property
    def form(self) -> Form | None:
        """The form, while a change is being made."""
        return next(iter(self.query(Form).results(Form)), None)

    async def begin(self, routing: Routing, contract: Effective | None, state: Mapping[str, str] | None) -> None:
        """Start a change of a contract at the next month, or go on with the texts of a draft."""
        self.routing = routing
        start = when.parse("eom", now=self.services.now())
        form = Form(change.fields(routing, self.services), change.start_from(contract, start))
        await self.mount(form)
        if state:
            form.restore(state)
        self._offer()
        form.focus_first()
        self._follow()

    async def end(self) -> None:
        """No change any more."""
        if self._waiting:
            self._waiting.stop()
        await self.query(Form).remove()

    def show(self, problems: tuple[Problem, ...]) -> None:
        """Put problems that the store found under their fields."""
        if self.form:
            self.form.show(problems)

    @on(Form.Changed)
    def _changed(self, event: Form.Changed) -> None:
        if event.path == "contract_id":
            self._prefill(event.form)
        if event.path in ("contract_id", "group_key"):
            self._offer()
        if self._waiting:
            self._waiting.stop()
        self._waiting = self.set_timer(DEBOUNCE, self._follow)

    def _prefill(self, form: Form) -> None:
        """Another contract: what it takes at that time, to start from."""
        if self.routing is None:
            return
        contract = next((c for c in self.routing.contracts if c.id == form.row("contract_id").text), None)
        known = change.start_from(contract, self._start(form))
        if "group_key" in known:
            form.load({**form.payload(), **known})

    def _start(self, form: Form) -> datetime:
        try:
            return when.parse(form.row("starting_at").text, now=self.services.now())
        except ValueError:
            return when.parse("eom", now=self.services.now())

    def _offer(self) -> None:
        form = self.form
        if form and self.routing:
            form.offer("group_values", change.values_offered(self.routing, form.row("group_key").text))

    def _follow(self) -> None:
        form, routing = self.form, self.routing
        if form is None or routing is None:
            return
        try:
            update = change.request(form, routing.customer_id)
        except Invalid as error:
            own = [p for p in form.problems() if _typed(form, p.path)]
            form.show(own or (p for p in error.problems if _typed(form, p.path)))
            self.post_message(self.Asked(None, ()))
            return
        form.show(())
        contract = routing.book.contract[update.contract_id or ""]
        found = review.filter_update(update, contract, routing.book)
        rest = form.show(Problem(f.path, f.message) for f in review.errors(found))
        shown = tuple(f for f in found if f.severity == "warning" or Problem(f.path, f.message) in rest)
        self.post_message(self.Asked(None if review.errors(found) else update, shown))


def _typed(form: Form, path: str) -> bool:
    """Whether a problem is about something that was typed: empty fields are not scolded while typing."""
    name = path.strip("/").split("/")[0]
    return any(f.path == name for f in form.fields) and bool(form.row(name).text.strip())
