"""The usage-filter timeline: a lane per contract, who takes what in words, and a change seen before it is made."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.message import Message
from textual.timer import Timer

from screens.amendment import effect
from screens.amendment.request import begun_upon
from screens.command import BACK
from screens.request.asked import FILTER, Asked
from screens.request.showing import show
from screens.services import Services
from screens.timeline.commands import COMMANDS
from screens.timeline.lanes import Lanes
from screens.timeline.proposing import TimelineProposing
from screens.timeline.routing import EVERYTHING, Routing
from screens.timeline.viewing import TimelineView
from screens.widgets import when
from screens.widgets.confirm import Confirm
from screens.widgets.draft_keeper import DraftKeeper
from screens.widgets.form import Form
from screens.widgets.leave import Leave
from store.errors import TermsheetError
from store.terms import document
from store.terms.contract import UsageFilterUpdate

KEEP_AFTER = 2.0
"""Seconds without a key before the draft is written."""


class TimelineScreen(TimelineProposing):
    """The timeline, and the change that is proposed on it."""

    ACTIONS = (*COMMANDS, BACK)

    HELP_TEXT = """
    Each line is a contract; the values written on it are the usage it takes from there on. ├ is where it begins, ◆ is
    where its filter changes, ┴ where a statement ends, ┤ where it ends, ▶ goes on. The first line says whether all
    usage is taken exactly once. ↑ ↓ choose a contract, ← → a change on its line; below stands who takes what in that
    time, with the events that were seen. n schedules a change: the lines, the sentences and the statements show what
    it would do, and nothing is stored until ^S.
    """

    @dataclass
    class Saved(Message):
        """The change was recorded."""

        update: UsageFilterUpdate

    STANDING = True

    def __init__(self, services: Services, customer_id: str, *, resume: bool = False) -> None:
        """`resume`: the change that was left unfinished is opened as soon as it is read."""
        super().__init__(services, customer_id)
        self.resume = resume
        self.keeper = DraftKeeper(services, "usage_filter")
        self._keeping: Timer | None = None
        self._begun: dict[str, int] = {}
        """The versions of contracts that the change was begun upon."""
        self._saved_note = ""

    def can(self, action: str) -> bool | None:
        """A change needs a contract; saving needs a change that holds."""
        if action == "change":
            return True if self.routing and self.routing.contracts else None
        if action in ("save", "request"):
            return self.drafting and (True if self.proposed or not self.fresh.is_set() else None)
        return True

    @on(TimelineView.Loaded)
    def _resume(self, event: TimelineView.Loaded) -> None:
        if self.keeper.draft is None and event.draft is not None:
            self.keeper = DraftKeeper(self.services, "usage_filter", draft=event.draft)
        if self.resume and self.keeper.draft and event.routing.contracts and not self.services.read_only:
            self._open(event.routing)
        self.resume = False

    def tell(self) -> None:
        """The whole in one sentence, or that there is unfinished work."""
        if self._saved_note:
            self.say(self._saved_note, "good")  # stays while the screen reads again what it has just written
        elif self.keeper.draft is not None and not self.drafting:
            self.say(f"A change is unfinished: {self.keeper.draft.title}. n goes on with it.", "info")
        else:
            super().tell()

    @on(Form.Submitted)
    def _entered(self) -> None:
        self.action_save()

    @on(Lanes.Chosen)
    def action_change(self) -> None:
        """Open the form, for the contract under the cursor; or go on with an unfinished change."""
        self._saved_note = ""
        if self.routing is None or not self.routing.contracts or self.services.read_only:
            return
        if self.panel.form:
            self.panel.form.focus_first()
        else:
            self._open(self.routing)

    @work(exclusive=True, group="open")
    async def _open(self, routing: Routing) -> None:
        lane = self.query_one(Lanes).lane
        contracts = {c.id: c for c in routing.contracts}
        contract = contracts.get(lane.key if lane else EVERYTHING)
        if contract is None and len(contracts) == 1:
            contract = routing.contracts[0]
        draft = self.keeper.draft
        self._begun = {**routing.versions, **begun_upon(draft.payload if draft else {})}
        self.set_class(True, "-drafting")
        await self.panel.begin(routing, contract, draft.payload.get("form") if draft else None)
        self.refresh_bindings()

    # keeping, saving, leaving

    @on(Form.Changed)
    def keep(self) -> None:
        """Remember the change as it is typed; it is written a little later."""
        form = self.panel.form
        if form is None or self.routing is None:
            return
        contract_id, start = form.row("contract_id").text, form.row("starting_at").text
        self.keeper.note(
            title=f"{self.routing.names.get(contract_id, 'a contract')} from {start or 'an open date'}",
            payload={"form": form.state(), "versions": {k: v for k, v in self._begun.items() if k == contract_id}},
            customer_id=self.customer_id,
            contract_id=contract_id or None,
        )
        if self._keeping:
            self._keeping.stop()
        self._keeping = self.set_timer(KEEP_AFTER, self._write)

    @work(thread=True, exit_on_error=False, group="keep")
    def _write(self) -> None:
        self.keeper.write()

    def action_request(self) -> None:
        """The API request."""
        if self.proposed:
            show(self, Asked(FILTER, document.plain(self.proposed)))

    @work(exclusive=True, group="ask")
    async def action_save(self) -> None:
        """Ask, then record; what was typed just now is looked at first."""
        await self.fresh.wait()
        update, routing = self.proposed, self.routing
        if update is None or routing is None or self.after is None:
            return
        name = routing.names[update.contract_id or ""]
        values = ", ".join(update.group_values)
        text = f"{name} takes {update.group_key} {values} from {when.shown(update.starting_at)} on."
        warned = [effect.finding(f) for f in self.findings if f.severity == "warning"]
        sure = await self.app.push_screen_wait(
            Confirm(
                self.services,
                title="Save this change of usage filter?",
                text="\n".join([text, *("▲ " + w for w in warned)]),
                effect=effect.confirm_effect(self.what_if),
                yes="Save change",
                danger=False,
            )
        )
        if sure:
            self.say("Saving …", "busy")
            self._save(update, self._begun.get(update.contract_id or ""))

    @work(thread=True, exit_on_error=False, group="save")
    def _save(self, update: UsageFilterUpdate, version: int | None) -> None:
        from store.commands import set_usage_filter

        with self.keeper.ending() as making:
            set_usage_filter(making, request=update, seen_version=version)
        self.post_message(self.Saved(update))

    @on(Saved)
    async def _saved(self, event: Saved) -> None:
        update = event.update
        name = self.routing.names[update.contract_id or ""] if self.routing else "The contract"
        values = ", ".join(update.group_values)
        self._saved_note = f"Saved: {name} takes {values} from {when.shown(update.starting_at)} on."
        await self._close_form()
        self.read()
        self.query_one(Lanes).go_to(update.contract_id or "", update.starting_at)

    async def _close_form(self) -> None:
        await self.panel.end()
        self.withdraw()
        self.set_class(False, "-drafting")
        self.query_one(Lanes).focus()
        self.show()
        self.refresh_bindings()

    def action_back(self) -> None:
        """Out of the change (asking), else out of the screen."""
        if not self.drafting:
            self.keeper.let_go()
            super().action_back()
        else:
            self._leave()

    @work(exclusive=True, group="ask")
    async def _leave(self) -> None:
        answer = await self.app.push_screen_wait(
            Leave(
                self.services,
                title="Leave this change?",
                text="Nothing is stored yet. A draft is kept for you alone; n goes on with it, also tomorrow.",
            )
        )
        if answer == "keep":
            self._write()
            await self._close_form()
            self.tell()
        elif answer == "discard":
            self._discard()
            await self._close_form()
            self.say("The change was discarded.", "info")

    @work(thread=True, exit_on_error=False, group="keep")
    def _discard(self) -> None:
        self.keeper.discard()

    def rebase(self) -> None:
        """Read again, and open the change upon what is read."""
        self._begun = {}
        self.keep()
        self._reopen()

    @work(exclusive=True, group="open")
    async def _reopen(self) -> None:
        await self._close_form()
        self.resume = True
        self.read()

    def refused(self, group: str, error: TermsheetError) -> None:
        """Say it; a form shows what is its own."""
        self.panel.show(error.problems)
        self.fresh.set()
        self.say_error(error)
