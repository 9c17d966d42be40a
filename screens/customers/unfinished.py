"""The operator's unfinished work, offered on the first screen: whatever ended the console, it goes on from here."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.message import Message

from screens.customers.requests import CustomerRequests
from screens.services import Services
from store.draft import Draft
from store.errors import TermsheetError

if TYPE_CHECKING:
    from store.directory.directory import Directory


class UnfinishedWork(CustomerRequests):
    """Knows what was left unfinished, says so once, and goes on with it."""

    directory: Directory | None

    @dataclass
    class Left(Message):
        """What the operator left unfinished, the latest first."""

        drafts: tuple[Draft, ...]

    @dataclass
    class Taken(Message):
        """The draft to go on with, with everything in it; None where it is gone by now."""

        draft: Draft | None

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.unfinished: tuple[Draft, ...] = ()
        self._offered = False

    def look_for_drafts(self) -> None:
        """Read what there is, in the background."""
        if not self.services.read_only and self.directory is not None:
            self._look_for_drafts(self.directory)

    @work(thread=True, exclusive=True, exit_on_error=False, group="drafts", description="look for drafts")
    def _look_for_drafts(self, directory: Directory) -> None:
        from store import drafts

        self.post_message(self.Left(drafts.glance(directory, self.services.url, self.services.operator)))

    @on(Left)
    def _left(self, event: Left) -> None:
        self.unfinished = event.drafts
        if self.unfinished and not self._offered and self.app.screen is self:
            from screens.overview.wording import draft_line

            among = f" one of {len(self.unfinished)} drafts, the latest" if len(self.unfinished) > 1 else ""
            self.say(f"d resumes{among}: {draft_line(self.unfinished[0], self.services.now())}", "info")
        self._offered = True
        self.refresh_bindings()

    @work(group="resume", exclusive=True)
    async def action_drafts(self) -> None:
        """Go on with a draft; of several, ask which."""
        from screens.overview.resuming import which

        chosen: tuple[str, ...] | None = tuple(draft.id for draft in self.unfinished[:1])
        if len(self.unfinished) > 1:
            chosen = await self.app.push_screen_wait(which(self.services, self.unfinished))
        if chosen:
            self._take_up(chosen[0])

    @work(thread=True, exclusive=True, exit_on_error=False, group="resume-read", description="read the draft")
    def _take_up(self, draft_id: str) -> None:
        from store import drafts

        found = drafts.list_for(self.services.store(), self.services.operator)
        self.post_message(self.Taken(next((draft for draft in found if draft.id == draft_id), None)))

    @on(Taken)
    def _taken(self, event: Taken) -> None:
        draft = event.draft
        if draft is None:
            self.say("That draft is not there any more.", "info")
            self.look_for_drafts()
        elif draft.customer_id is None:
            self.action_add()
        else:
            from screens.overview.resuming import screen_for
            from screens.overview.screen import OverviewScreen

            self.app.push_screen(OverviewScreen(self.services, draft.customer_id))
            self.app.push_screen(screen_for(self.services, draft.customer_id, draft))

    @abstractmethod
    def action_add(self) -> Any:
        """Add a customer."""

    def refused(self, group: str, error: TermsheetError) -> None:
        """A look for drafts that fails is nothing to bother anybody with; whoever wants them is told."""
        if group != "drafts":
            super().refused(group, error)
