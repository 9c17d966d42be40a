"""The making of an amendment: contract, start, terms and custom fields, kept as a draft while they are typed."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.message import Message
from textual.timer import Timer

from screens.amendment import request as requests
from screens.amendment.comparison import ComparisonPane
from screens.amendment.effect_pane import EffectPane
from screens.amendment.fields_dialog import FieldsDialog
from screens.amendment.known import Known, load
from screens.services import Services
from screens.terms.offering import Choices, Offering
from screens.terms.pane import TermsPane
from screens.widgets import when
from screens.widgets.base import BaseScreen
from screens.widgets.draft_keeper import NOTED_WITHIN, DraftKeeper
from screens.widgets.fields import ChoiceField, DateField
from screens.widgets.form import Form
from screens.widgets.pane_tabs import PaneTabs
from store.errors import Invalid, Problem
from store.terms.contract import Amendment, ContractEdit
from store.terms.time import instant, stamp

if TYPE_CHECKING:
    from store.drafts import Draft

DEBOUNCE = 0.08
"""Seconds without a change before the amendment is rated."""
KEEP_AFTER = 2.0
"""Seconds without a change before the draft is written."""
TABS = ("Terms", "Difference", "Before", "After")


class AmendmentEditing(BaseScreen):
    """The form and the list of terms; what they say is `payload`, and `changed` is called when it changes."""

    CSS_PATH = "amendment.tcss"
    CRUMBS = ("Customers", "Amendment")

    @dataclass
    class Loaded(Message):
        """Contracts and catalog were read."""

        known: Known

    def __init__(
        self, services: Services, customer_id: str, contract_id: str | None = None, draft: Draft | None = None
    ) -> None:
        super().__init__(services)
        self.customer_id = customer_id
        self.asked_contract = contract_id
        self.known: Known | None = None
        self.custom_fields: dict[str, str] = {}
        self.problems: tuple[Problem, ...] = ()
        """What is wrong with the request by itself."""
        self.keeper = DraftKeeper(services, "amendment", draft=draft)
        self._waiting: Timer | None = None
        self._keeping: Timer | None = None
        self._noting: Timer | None = None
        self.begun: dict[str, int] = {}
        """The versions of contracts that the draft was begun upon."""
        self._offered = ("", "")
        self.fresh = asyncio.Event()
        """Set while what is shown answers what is typed."""

    def body(self) -> ComposeResult:
        """Head and terms, what they do, and the statement before and after."""
        yield PaneTabs(TABS)
        with Container(id="top"):
            with Vertical(id="making"):
                yield Form(self._fields(), id="head")
                yield TermsPane(self.services, requests.KINDS, self._offering(), id="terms")
            yield EffectPane(id="effect")
        yield ComparisonPane(id="compare")

    def _fields(self) -> tuple[ChoiceField, DateField]:
        return (
            ChoiceField(path="contract_id", label="Contract", required=True, help="which contract (Space)"),
            DateField(
                path="starting_at",
                label="Starting at",
                required=True,
                help="such as 2025-01, som, +30d",
                clock=self.services.clock,
            ),
        )

    def on_mount(self) -> None:
        """Read."""
        self.say("Reading contracts and catalog …", "busy")
        self.read()

    @work(thread=True, exclusive=True, exit_on_error=False, group="load")
    def read(self) -> None:
        """Contracts and catalog, in the background."""
        self.post_message(self.Loaded(load(self.services, self.customer_id)))

    @on(Loaded)
    def _loaded(self, event: Loaded) -> None:
        self.known = known = event.known
        self.crumbs = ("Customers", known.customer_name, "Amendment")
        self.form.offer("contract_id", known.choices(self.services.now()))
        resumed = self.keeper.draft
        if not self.begun:
            self.begun = {**known.versions, **requests.begun_upon(resumed.payload if resumed else {})}
        if resumed is not None:
            self._put_back(resumed)
        else:
            only = known.contracts[0].id if len(known.contracts) == 1 else ""
            chosen = self.asked_contract or only
            start = known.start_for(chosen, self.services.now())
            self.form.load({"contract_id": chosen or None, **({"starting_at": stamp(start)} if start else {})})
        self._offer()
        self.ready(resumed)
        self.changed()
        self.pane.resume(resumed.payload.get("open") if resumed else None)

    def _put_back(self, draft: Draft) -> None:
        terms, self.custom_fields, texts = requests.resumed(draft.payload)
        self.form.restore(texts)
        self.pane.load(terms)

    def ready(self, resumed: Draft | None) -> None:
        """Everything was read; the cursor goes where work begins."""
        if self.form.row("contract_id").text:
            self.pane.rows.focus()
        else:
            self.form.focus_first()
        if resumed is not None:
            self.say(f"Going on with your draft of {when.shown(resumed.saved_at)}.", "info")
        else:
            self.say("", "")

    # what is made

    @property
    def form(self) -> Form:
        """Contract and start."""
        return self.query_one("#head", Form)

    @property
    def pane(self) -> TermsPane:
        """The terms."""
        return self.query_one("#terms", TermsPane)

    @property
    def contract_id(self) -> str:
        """The contract chosen; empty: none yet."""
        return self.form.row("contract_id").text

    @property
    def start(self) -> datetime | None:
        """When the amendment starts; None while that is not understood."""
        text = self.form.payload().get("starting_at")
        return instant(text) if isinstance(text, str) else None

    @property
    def payload(self) -> requests.Payload:
        """The request as it is now, complete or not."""
        return requests.payload(
            customer_id=self.customer_id, head=self.form.payload(), terms=self.pane.terms, fields=self.custom_fields
        )

    def understood(self) -> Amendment | ContractEdit | None:
        """The request as a value; what is wrong is shown where it was typed. None where it is not complete."""
        try:
            made = requests.read(self.payload)
            self.problems = ()
        except Invalid as error:
            made = None
            self.problems = tuple(error.problems)
        self.pane.show_problems(self.problems)
        own = tuple(p for p in self.form.problems() if self._typed(p.path))
        if own:
            self.problems = (*own, *(p for p in self.problems if not self._typed(p.path)))
        self.form.show(p for p in self.problems if self._typed(p.path))
        return made

    def _typed(self, path: str) -> bool:
        name = path.strip("/").partition("/")[0]
        return name in ("contract_id", "starting_at") and bool(self.form.row(name).text.strip())

    def _offering(self) -> Offering:
        if self.known is None:
            return Offering(self.services.now())
        return self.known.offering(self.contract_id, self.start, self.services.now())

    def _offer(self) -> None:
        """The catalog and the dates as seen from the contract and start that are chosen now."""
        seen = (self.contract_id, self.form.row("starting_at").text)
        if seen != self._offered:
            self._offered = seen
            self.pane.linked = self._subscriptions
            self.pane.set_offering(self._offering())

    def _subscriptions(self) -> Choices:
        """The contract's subscriptions, which recurring terms can be sized by."""
        return self.known.subscriptions(self.contract_id) if self.known else ()

    @on(Form.Changed, "#head")
    def _head_changed(self, event: Form.Changed) -> None:
        if event.path == "contract_id" and self.known and not self.form.row("starting_at").text:
            start = self.known.start_for(self.contract_id, self.services.now())
            self.form.load({**self.form.payload(), **({"starting_at": stamp(start)} if start else {})})
        self.later()

    @on(TermsPane.Changed)
    def _terms_changed(self, event: TermsPane.Changed) -> None:
        self.say(event.what[:1].upper() + event.what[1:] + ".", "info")
        self.later()

    @on(TermsPane.Typed)
    def _term_typed(self) -> None:
        """A term being typed is part of the draft; without it there may be nothing left to keep."""
        (self._note_soon if self.unsaved or self.pane.opened else self.discard)()

    def action_head(self) -> None:
        """Type the start; the contract stands above it."""
        self.form.row("starting_at" if self.contract_id else "contract_id").editor.focus()

    @work(exclusive=True, group="ask")
    async def action_fields(self) -> None:
        """Custom fields in a dialog."""
        keys = self._offering().field_keys("contract")
        made = await self.app.push_screen_wait(FieldsDialog(self.services, fields=self.custom_fields, keys=keys))
        if made is not None and made != self.custom_fields:
            self.custom_fields = made
            self.later()

    def later(self) -> None:
        """Look at the change as soon as no other follows at once; note it before long also if others do."""
        self.fresh.clear()
        for timer in (self._waiting, self._keeping):
            if timer:
                timer.stop()
        self._waiting = self.set_timer(DEBOUNCE, self._settled)
        self._keeping = self.set_timer(KEEP_AFTER, self.write)
        self._note_soon()

    def _note_soon(self) -> None:
        if self._noting is None:
            self._noting = self.set_timer(NOTED_WITHIN, self.keep)

    def _settled(self) -> None:
        self._offer()
        self.keep()
        self.changed()

    def changed(self) -> None:
        """The request is another one now."""

    # the draft

    @property
    def unsaved(self) -> bool:
        """Whether there is anything to lose."""
        return not requests.is_empty(self.payload)

    @abstractmethod
    def usage_kept(self) -> requests.Payload:
        """Which usage was chosen, as plain data."""

    def keep(self) -> None:
        """Remember the draft; nothing is written here."""
        if self._noting:
            self._noting.stop()
            self._noting = None
        opened = self.pane.opened.kept() if self.pane.opened else None
        if (self.unsaved or opened) and self.known is not None:
            name = self.known.names.get(self.contract_id, "a contract")
            upon = {id: version for id, version in self.begun.items() if id == self.contract_id}
            self.keeper.note(
                title=f"{name} from {self.form.row('starting_at').text or 'an open date'}",
                payload=requests.kept(self.payload, self.form.state(), self.usage_kept(), upon, opened),
                customer_id=self.customer_id,
                contract_id=self.contract_id or None,
            )

    @work(thread=True, exit_on_error=False, group="keep")
    def write(self) -> None:
        """Write the draft."""
        self.keeper.write()

    @work(thread=True, exit_on_error=False, group="keep")
    def discard(self) -> None:
        """Throw the draft away."""
        self.keeper.discard()
