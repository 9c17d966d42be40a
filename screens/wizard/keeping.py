"""A screen on which a draft is completed: every change can be undone, is written before long, and is never lost."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual import work
from textual.timer import Timer

from screens.services import Services
from screens.terms.history import History
from screens.widgets.base import BaseScreen
from screens.widgets.draft_keeper import DraftKeeper
from screens.wizard import draft as drafting
from screens.wizard.draft import Payload

if TYPE_CHECKING:
    from store.drafts import Draft

KEEP_AFTER = 1.0
"""Seconds without a change after which the draft is written."""


class KeptScreen(BaseScreen):
    """The draft's history and its keeper. Subclasses show it (`show_draft`) and follow it (`changed`)."""

    def __init__(self, services: Services, customer_id: str, draft: Draft | None) -> None:
        super().__init__(services)
        request, self.first_texts, self.step = drafting.resumed(draft.payload if draft else {})
        self.reopen = draft.payload.get("open") if draft else None
        """The term that was open when the draft was kept."""
        self.customer_id = customer_id
        self.new = draft is None
        self.history: History[Payload] = History({**request, "customer_id": customer_id})
        self.keeper = DraftKeeper(services, "contract", draft=draft)
        self._kept_before = draft
        self._timers_by_name: dict[str, Timer] = {}

    @property
    def draft(self) -> Payload:
        """The request as it is now."""
        return self.history.present

    @property
    @abstractmethod
    def customer_name(self) -> str:
        """The customer's name; its id until it is known."""

    @abstractmethod
    def texts(self) -> dict[str, str]:
        """What is typed, understood or not."""

    @abstractmethod
    def usage_kept(self) -> Payload:
        """Which usage the preview rates, as plain data."""

    @abstractmethod
    def opened(self) -> Payload | None:
        """The term that is open in its editor, as plain data."""

    @abstractmethod
    def show_draft(self) -> None:
        """Every step shows the draft as it is now."""

    def changed(self) -> None:
        """The draft is another: keep it, in memory at once and on disk soon."""
        self.note_draft()

    # --- undo --------------------------------------------------------------------------------------------------------

    def action_undo(self) -> None:
        """Take the last change back."""
        self._turn(self.history.undo(), "Undone", "Nothing to undo: the draft is as it was opened.")

    def action_redo(self) -> None:
        """Make it again."""
        self._turn(self.history.redo(), "Again", "Nothing was undone.")

    def _turn(self, what: str | None, word: str, none: str) -> None:
        if what is None:
            self.say(none, "info")
            return
        self.show_draft()
        self.changed()
        self.say(f"{word}: {what}", "info")

    # --- keeping -----------------------------------------------------------------------------------------------------

    def note_draft(self) -> None:
        """What is unfinished reaches the disk even if the terminal goes away now."""
        self.keeper.note(
            title=drafting.title(self.draft, self.customer_name),
            payload=drafting.kept(self.draft, self.texts(), self.step, self.usage_kept(), self.opened()),
            customer_id=self.customer_id,
        )
        self.later("keep", KEEP_AFTER, self.keep)

    def later(self, name: str, seconds: float, do: Callable[[], Any]) -> None:
        """Do something once nothing of that name was asked for that long."""
        old = self._timers_by_name.pop(name, None)
        if old is not None:
            old.stop()
        self._timers_by_name[name] = self.set_timer(seconds, do)

    @work(thread=True, exclusive=True, exit_on_error=False, group="wizard-keep", description="keep the draft")
    def keep(self) -> None:
        """Write the draft."""
        self.keeper.write()

    @work(thread=True, exclusive=True, exit_on_error=False, group="wizard-keep", description="discard the draft")
    def forget(self) -> None:
        """There is nothing in it: it is no draft."""
        self.keeper.discard()

    # --- leaving -----------------------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """Leave; where something was changed, ask what becomes of it."""
        if self.keeper.draft is self._kept_before:
            self.close()
        else:
            self._ask_and_leave()

    @work(group="wizard-leave", exclusive=True)
    async def _ask_and_leave(self) -> None:
        from screens.widgets.leave import Leave

        text = "The contract is not created yet. A kept draft waits for you on the customer's overview."
        answer = await self.app.push_screen_wait(Leave(self.services, title="Leave the wizard?", text=text))
        if answer is not None:
            self._finish(answer == "keep")

    @work(
        thread=True, exclusive=True, exit_on_error=False, group="wizard-keep", description="keep or discard the draft"
    )
    def _finish(self, keep: bool) -> None:
        if keep:
            self.keeper.write()
        else:
            self.keeper.discard()
        said = "The draft was kept; r resumes it." if keep else "The draft was discarded."
        self.app.call_from_thread(self.close, said, "info")

    def close(self, said: str = "", tone: str = "good") -> None:
        """Go back to the screen below, which says what happened."""
        for timer in self._timers_by_name.values():
            timer.stop()
        self.keeper.let_go()
        app = self.app
        if app.screen is self and len(app.screen_stack) > 1:
            app.pop_screen()
            if said and isinstance(app.screen, BaseScreen):
                app.screen.say(said, tone)
