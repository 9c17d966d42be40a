"""The wizard's questions to the store: catalog, card, and what the draft comes to; stale answers are dropped."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on, work

from screens.services import Services
from screens.statement import usage_kept
from screens.statement.usage_words import UsageNote, names_of
from screens.terms.offering import Offering
from screens.wizard import basics, effects, naming
from screens.wizard.draft import Payload
from screens.wizard.findings import Told, told
from screens.wizard.keeping import KeptScreen
from screens.wizard.known import Known, Look, load, load_card, look
from screens.wizard.messages import CardRead, KnownRead, Looked
from store.terms.book import Book

if TYPE_CHECKING:
    from store.drafts import Draft
    from store.preview import Rated

PREVIEW_AFTER = 0.08
"""Seconds without a change after which the preview is made anew: none begins while twelve letters a second come."""


MEANWHILE = "The book changed meanwhile: the preview is made anew, your draft is as it was."
"""What is said when that happened."""


class PreviewedScreen(KeptScreen):
    """Follows every change of the draft with what it offers and what it comes to.

    Subclasses show both: `show_offering`, `await_look`, `show_look`.
    """

    def __init__(self, services: Services, customer_id: str, draft: Draft | None) -> None:
        super().__init__(services, customer_id, draft)
        self.offering = Offering(services.now())
        self.known: Known | None = None
        self.look: Look | None = None
        self.usage, self.replayed = usage_kept.resumed(draft.payload.get("usage") if draft else None)
        """The usage that is rated (None: what is stored), and the names of customers whose usage is replayed."""
        self.fresh = asyncio.Event()
        """Set while `look` is about the draft as it is now."""
        self._card_id: str | None = None
        self._asked = 0

    @property
    def customer_name(self) -> str:
        """The customer's name; its id until it is known."""
        return self.known.customer.name if self.known else self.customer_id

    @abstractmethod
    def show_offering(self) -> None:
        """The catalog, the card or the contract's dates became known or changed."""

    @abstractmethod
    def await_look(self) -> None:
        """An answer is on its way."""

    @abstractmethod
    def show_look(self) -> None:
        """There is an answer."""

    def changed(self) -> None:
        """Also: offer what goes with it, and rate it."""
        self._offer()
        super().changed()
        self.look_soon()

    # --- the catalog -------------------------------------------------------------------------------------------------

    @work(thread=True, exclusive=True, exit_on_error=False, group="wizard-known", description="read the catalog")
    def read(self) -> None:
        """Read the customer and the catalog."""
        self.post_message(KnownRead(load(self.services, self.customer_id)))

    def follow(self) -> None:
        """The book changed: read it and the card again, and rate the draft, which stays as it is, upon that."""
        self._card_id = None
        self.say(MEANWHILE, "info")
        self.read()

    @on(KnownRead)
    def _known_read(self, event: KnownRead) -> None:
        self.known = event.known
        self.crumbs = ("Customers", event.known.customer.name, "New contract")
        self._offer()
        self.tell_usage()
        self.look_soon()

    def _offer(self) -> None:
        """What the draft's card and dates let the steps offer."""
        if self.known is None:
            return
        card = basics.card_of(self.draft, self.known.book)
        start, end = basics.span(self.draft)
        wanted = card.id if card else None
        offering = replace(self.offering, starting_at=start, ending_before=end, book=self.known.book)
        if wanted != self._card_id:
            self._card_id = wanted
            offering = replace(offering, card=None)
            if wanted:
                self._read_card(wanted)
        if offering != self.offering:
            self.offering = offering
            self.show_offering()

    @work(thread=True, exclusive=True, exit_on_error=False, group="wizard-card", description="read the rate card")
    def _read_card(self, card_id: str) -> None:
        card = load_card(self.services, card_id)
        if card is not None:
            self.post_message(CardRead(card))

    @on(CardRead)
    def _card_read(self, event: CardRead) -> None:
        if event.card.id == self._card_id:
            self.offering = replace(self.offering, card=event.card)
            self.show_offering()

    # --- the preview -------------------------------------------------------------------------------------------------

    def look_soon(self) -> None:
        """Rate the draft once it rests."""
        self.fresh.clear()
        self.await_look()
        self.later("look", PREVIEW_AFTER, self._ask)

    def _ask(self) -> None:
        self._asked += 1
        self._look(self._asked, self.draft, self.usage)

    @work(thread=True, exclusive=True, exit_on_error=False, group="wizard-look", description="rate the draft")
    def _look(self, number: int, draft: Payload, usage: Rated | None) -> None:
        from store.preview import Stored

        if number != self._asked:  # it waited for a thread, and was overtaken
            return
        self.post_message(Looked(number, look(self.services, draft, usage or Stored())))

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        if event.number == self._asked:
            self.look = event.look
            self.fresh.set()
            self.show_look()

    def told(self) -> tuple[Told, ...]:
        """What is wrong or doubtful, in sentences."""
        contracts = self.known.contracts if self.known else {}
        return tuple(told(self.look, self.in_words, contracts)) if self.look else ()

    def in_words(self, path: str) -> str:
        """A path of the request as operators know it."""
        return naming.name(path, self.draft, self.offering)

    # --- usage -------------------------------------------------------------------------------------------------------

    def tell_usage(self) -> None:
        """Say which usage is rated."""
        from store.preview import Stored

        names = names_of(self.known.book if self.known else Book(), customers=self.replayed)
        for note in self.query(UsageNote):
            note.tell(self.usage or Stored(), names)

    @work(group="wizard-usage", exclusive=True)
    async def action_usage(self) -> None:
        """Choose which usage the preview rates."""
        from screens.statement.usage_source import UsageSource

        book = effects.book_of(self.draft, self.known, self.offering)
        dialog = UsageSource(
            self.services, customer_id=self.customer_id, current=self.usage, book=book, customers=self.replayed
        )
        chosen = await self.app.push_screen_wait(dialog)
        if chosen is not None:
            self.usage, self.replayed = chosen, dict(dialog.customers)
            self.tell_usage()
            self.note_draft()
            self.look_soon()

    def usage_kept(self) -> Payload:
        """Which usage the preview rates, as plain data."""
        return usage_kept.kept(self.usage, self.replayed)
