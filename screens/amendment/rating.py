"""The amendment rated as it is made: statements before and after, over the usage chosen, and what that does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message

from screens.amendment import effect_pane, outlook
from screens.amendment import request as requests
from screens.amendment.comparison import ComparisonPane
from screens.amendment.editing import AmendmentEditing
from screens.amendment.effect_pane import EffectPane
from screens.amendment.known import Known, load
from screens.services import Services
from screens.statement import usage_kept
from screens.statement.usage_source import UsageSource
from screens.statement.usage_words import describe, names_of
from screens.terms.editor import SHAPES
from screens.wizard.previewing import MEANWHILE
from store.errors import Problem, TermsheetError
from store.terms.contract import Amendment, ContractEdit

if TYPE_CHECKING:
    from store.drafts import Draft
    from store.preview import Rated as RatedUsage
    from store.preview import WhatIf


WIDE = 100
"""Columns from which both sides of a statement stand beside each other."""


class AmendmentRating(AmendmentEditing):
    """Every change is rated in the background; answers to what was typed before are dropped."""

    @dataclass
    class Rated(Message):
        """The statements before and after."""

        number: int
        found: WhatIf

    @dataclass
    class Reread(Message):
        """Contracts and catalog after others wrote."""

        known: Known

    def __init__(
        self, services: Services, customer_id: str, contract_id: str | None = None, draft: Draft | None = None
    ) -> None:
        super().__init__(services, customer_id, contract_id, draft)
        self.usage, self.replayed_names = usage_kept.resumed(draft.payload.get("usage") if draft else None)
        """Which usage the operator chose (None: none yet), and the names of customers whose usage is replayed."""
        self.made: Amendment | ContractEdit | None = None
        self.what_if: WhatIf | None = None
        self._number = 0

    def follow(self) -> None:
        """The book changed: read it and the catalog again, and rate the amendment, which stays as it is, upon that."""
        if self.known is not None:
            self.say(MEANWHILE, "info")
            self.fresh.clear()
            self.read_again()

    @work(thread=True, exclusive=True, exit_on_error=False, group="load")
    def read_again(self) -> None:
        """Contracts and catalog, in the background; the draft stays what it is here."""
        self.post_message(self.Reread(load(self.services, self.customer_id)))

    @on(Reread)
    def _reread(self, event: Reread) -> None:
        self.known = event.known
        self.form.offer("contract_id", self.known.choices(self.services.now()))
        self._offered = ("", "")
        self._offer()
        self.changed()

    @property
    def compare(self) -> ComparisonPane:
        """The statement before and after."""
        return self.query_one(ComparisonPane)

    def changed(self) -> None:
        """Rate it anew; answers to what was typed before are dropped."""
        self._number += 1
        self.fresh.clear()
        self.made = self.understood()
        self.what_if = None
        if self.known is None or not self.known.contracts:
            self.compare.fail("This customer has no contract to amend; add one from the overview.")
            self.fresh.set()
            return
        self.compare.look_at(self.start, self.contract_id)
        self._tell_usage()
        self.compare.wait()
        self.rate(self._number, self.made if self.unsaved else None, self.rated_usage, self.start)
        if self.problems or not self.unsaved:
            self._say_effect()  # else the sentences stay until there is an answer
        self.refresh_bindings()

    @work(thread=True, exclusive=True, exit_on_error=False, group="rate")
    def rate(
        self, number: int, made: Amendment | ContractEdit | None, usage: RatedUsage, start: datetime | None
    ) -> None:
        """Before and after, in the background."""
        proposals = [requests.proposal(made)] if made else []
        until = outlook.until(start, self.services.now())
        found = self.services.previews().what_if(self.customer_id, proposals, usage=usage, until=until)
        self.post_message(self.Rated(number, found))

    @on(Rated)
    def _rated(self, event: Rated) -> None:
        if event.number != self._number or self.known is None:
            return
        self.what_if = event.found
        self.fresh.set()
        self.pane.show_problems((*self.problems, *self.errors()))
        self.compare.show(event.found.comparison, self.known.names)
        self._say_effect()
        self.refresh_bindings()

    def errors(self) -> tuple[Problem, ...]:
        """What the review refuses."""
        found = self.what_if.findings if self.what_if else ()
        return tuple(requests.placed(Problem(f.path, f.message)) for f in found if f.severity == "error")

    def _say_effect(self) -> None:
        own = (*requests.KINDS, "custom_fields")
        typed = [p for p in self.problems if self._typed(p.path) or p.path.strip("/").partition("/")[0] in own]
        lines = effect_pane.sentences(
            self.what_if,
            problems=typed,
            findings=self.what_if.findings if self.what_if else (),
            empty=not self.unsaved,
            added=self.added(),
            paged=self.size.width < WIDE,
            note=self._unreal(),
        )
        self.query_one(EffectPane).say(lines)

    def added(self) -> list[str]:
        """The terms in plain sentences."""
        offering = self._offering()
        found = [
            s for kind, terms in self.pane.terms.items() for t in terms for s in SHAPES[kind].sentences(t, offering)
        ]
        return found + [f"Sets {key} to {value}." for key, value in self.custom_fields.items()]

    @property
    def rated_usage(self) -> RatedUsage:
        """The usage that is rated: as chosen, else what suits the amendment's start."""
        return self.usage or outlook.usage_for(self.start, self.services.now())

    def _unreal(self) -> str:
        """What usage is rated, where it did not happen; empty for stored usage."""
        from store.preview import Stored

        if self.known is None or isinstance(self.rated_usage, Stored):
            return ""
        return describe(self.rated_usage, names_of(self.known.book, customers=self.replayed_names))

    def _tell_usage(self) -> None:
        if self.known:
            names = names_of(self.known.book, customers=self.replayed_names)
            self.compare.note.tell(self.rated_usage, names)

    @work(exclusive=True, group="ask")
    async def action_usage(self) -> None:
        """Which usage is rated."""
        if self.known is None:
            return
        dialog = UsageSource(
            self.services, customer_id=self.customer_id, current=self.rated_usage, book=self.known.book,
            customers=self.replayed_names,
        )  # fmt: skip
        chosen = await self.app.push_screen_wait(dialog)
        if chosen is not None:
            self.usage, self.replayed_names = chosen, dict(dialog.customers)
            self.later()

    def usage_kept(self) -> requests.Payload:
        """Which usage was chosen, as plain data."""
        return usage_kept.kept(self.usage, self.replayed_names)

    def refused(self, group: str, error: TermsheetError) -> None:
        """What cannot be rated leaves no statement to look at."""
        self.fresh.set()
        if group == "rate":
            self.compare.fail(str(error))
        super().refused(group, error)
