"""A change of usage filter while it is made: the lanes, the sentences and the statements as they would be."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on, work
from textual.content import Content
from textual.message import Message

from screens.amendment import effect, outlook
from screens.services import Services
from screens.timeline import change, pane
from screens.timeline.lanes import Lanes
from screens.timeline.panel import ChangePanel
from screens.timeline.routing import Routing
from screens.timeline.viewing import TimelineView
from screens.widgets.form import Form
from screens.widgets.text_pane import TextPane
from store.terms.changes import Refilter
from store.terms.contract import UsageFilterUpdate
from store.terms.review import Finding

if TYPE_CHECKING:
    from store.preview import WhatIf

AHEAD = "≈ The next three months, on usage projected from the last 90 days:"
INCOMPLETE = "Say which contract takes which values from when on."


class TimelineProposing(TimelineView):
    """What is typed is drawn at once and rated in the background; answers to what was typed before are dropped."""

    @dataclass
    class Rated(Message):
        """The effect of a proposed change on statements."""

        number: int
        found: WhatIf

    def __init__(self, services: Services, customer_id: str) -> None:
        super().__init__(services, customer_id)
        self.proposed: UsageFilterUpdate | None = None
        self.findings: tuple[Finding, ...] = ()
        self.what_if: WhatIf | None = None
        self.fresh = asyncio.Event()
        """Set while what is shown answers what is typed."""
        self._number = 0

    @property
    def drafted(self) -> str:
        """The contract that the proposed change is about."""
        return self.proposed.contract_id or "" if self.proposed else ""

    def above(self, shown: Routing) -> list[Content]:
        """What the review finds, and what is easily forgotten."""
        lines = pane.findings(self.findings) if self.drafting else []
        if self.proposed and self.routing:
            lines += pane.remark(change.hint(shown, self.proposed))
            lines += pane.remark(change.what_goes(self.routing, self.proposed), "info")
        return [*lines, Content("")] if lines else []

    def beneath(self, shown: Routing) -> list[Content]:
        """What the change does to statements."""
        if not self.drafting:
            return super().beneath(shown)
        if self.what_if is None:
            return []
        width = self.query_one(TextPane).scrollable_content_region.width or 76
        ahead = self.proposed is not None and self.proposed.starting_at > self.services.now()
        return pane.money(self.what_if, shown.names, width, note=AHEAD if ahead else "")

    @property
    def panel(self) -> ChangePanel:
        """Where a change is typed."""
        return self.query_one(ChangePanel)

    @property
    def drafting(self) -> bool:
        """Whether a change is being made."""
        return self.panel.form is not None

    @on(Form.Changed)
    def _touched(self) -> None:
        self.fresh.clear()

    @on(ChangePanel.Asked)
    def _asked(self, event: ChangePanel.Asked) -> None:
        """The lanes and words with what is typed, then (rated in the background) what it does to money."""
        if self.routing is None or not self.drafting:
            return
        self._number += 1
        self.proposed, self.findings, self.what_if, self.after = event.update, event.findings, None, None
        if event.update is None:
            wrong = any(f.severity == "error" for f in event.findings)
            self.say("This change would be refused." if wrong else INCOMPLETE, "bad" if wrong else "info")
            self.fresh.set()
        else:
            self.after = self.routing.with_change(Refilter(event.update), self.services.now())
            self.say("Rating what it does to statements …", "busy")
            self._rate(self._number, event.update)
        self.keep()
        self.show()
        if event.update is not None:
            self.query_one(Lanes).go_to(event.update.contract_id or "", event.update.starting_at)
        self.refresh_bindings()

    @work(thread=True, exclusive=True, exit_on_error=False, group="rate")
    def _rate(self, number: int, update: UsageFilterUpdate) -> None:
        start, now = update.starting_at, self.services.now()
        found = self.services.previews().what_if(
            self.customer_id, [Refilter(update)], usage=outlook.usage_for(start, now), until=outlook.until(start, now)
        )
        self.post_message(self.Rated(number, found))

    @on(Rated)
    def _rated(self, event: Rated) -> None:
        if event.number != self._number:
            return  # an answer to what was typed before
        self.what_if = event.found
        self.fresh.set()
        self.say(effect.summary(event.found), "bad" if event.found.refusal else "info")
        self.say_words()

    def keep(self) -> None:
        """Remember what is typed."""

    def withdraw(self) -> None:
        """No change is proposed any more."""
        self._number += 1
        self.proposed, self.after, self.what_if, self.findings = None, None, None, ()
