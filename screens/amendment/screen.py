"""The amendment editor: what is added to a contract, and the statements before and after, before anything is saved."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from textual import on, work
from textual.message import Message
from textual.worker import Worker, WorkerError

from screens.amendment import effect
from screens.amendment import request as requests
from screens.amendment.commands import COMMANDS
from screens.amendment.comparison import ComparisonPane, StatementHead, choices, identity
from screens.amendment.difference import explained
from screens.amendment.rating import WIDE, AmendmentRating
from screens.command import BACK
from screens.request.asked import AMEND, EDIT, Asked
from screens.request.showing import show
from screens.widgets import when
from screens.widgets.base import Commanded
from screens.widgets.confirm import Confirm
from screens.widgets.leave import Leave
from screens.widgets.pane_tabs import PaneTabs
from screens.widgets.picker import Picker
from screens.widgets.text_modal import TextModal
from store.errors import TermsheetError
from store.terms import document
from store.terms.contract import Amendment, ContractEdit


class AmendmentScreen(AmendmentRating):
    """An amendment of one contract of a customer."""

    ACTIONS = (*COMMANDS, BACK)
    HELP_TEXT = """
    An amendment adds terms to a contract from a date on; it takes nothing away. Add terms above: an override changes
    prices, a commit or credit is drawn down by usage, a charge is billed on its dates; a lists every kind there is.
    Recurring terms and subscriptions are sent as an edit of the contract, which F2 shows. Below stands a statement as
    it is and as it would be, line by line; what changes is marked ± (other numbers), + (new) or − (gone). p chooses
    the statement, [ and ] go to the one before and after, n to the next that changes, ⏎ on a line tells how its
    numbers come to be. Nothing is stored until ^S; a draft is kept for you while you work.
    """

    @dataclass
    class Saved(Message):
        """The amendment was recorded."""

        made: Amendment | ContractEdit
        start: datetime

    def on_mount(self) -> None:
        """One page at a time where there is no room."""
        super().on_mount()
        self.action_show(1)

    def on_resize(self) -> None:
        """Both sides where they fit."""
        self._arrange()

    def action_head(self) -> None:
        """Type the start, on its page."""
        self.action_show(1)
        super().action_head()

    def can(self, action: str) -> bool | None:
        """Saving needs a request that would be taken; pages are for narrow windows."""
        if action == "request":
            return True if self.made else None
        if action == "save":
            ready = self.made and self.unsaved and not self.errors()
            return True if ready or not self.fresh.is_set() else None
        if action.startswith("show"):
            return not self._wide
        return True

    @property
    def _wide(self) -> bool:
        return self.size.width >= WIDE

    def action_show(self, page: int) -> None:
        """A page: terms, difference, before, after."""
        self.page = page
        self._arrange()
        if page > 1 or self._wide:
            self.compare.lines.focus() if page > 1 else None
        elif self.known:
            self.pane.rows.focus()

    page = 1

    def _arrange(self) -> None:
        wide = self._wide
        for number in (1, 2):
            self.set_class(not wide and (self.page == 1) == (number == 1), f"-page-{number}")
        self.query_one(PaneTabs).shown = (self.page,)
        views = {1: "difference", 2: "difference", 3: "before", 4: "after"}
        self.compare.view = "both" if wide else views[self.page]  # type: ignore[assignment]

    @on(PaneTabs.Asked)
    def _tab(self, event: PaneTabs.Asked) -> None:
        self.action_show(event.digit)

    # the statement that is looked at

    def action_step(self, by: int) -> None:
        """The statement before or after."""
        self.compare.step(by)

    def action_next_changed(self) -> None:
        """The next one that changes."""
        if not self.compare.next_changed():
            self.say("No statement changes.", "info")

    @on(StatementHead.Asked)
    def _asked(self, event: StatementHead.Asked) -> None:
        if event.by:
            self.action_step(event.by)
        elif self.compare.statements:
            self.action_pick()

    @work(exclusive=True, group="ask")
    async def action_pick(self) -> None:
        """One of all."""
        pane = self.compare
        at = next((str(k) for k, c in enumerate(pane.statements) if identity(c) == pane.key), "")
        picker = Picker(self.services, title="Which statement?", choices=choices(pane), chosen=(at,) if at else ())
        picked = await self.app.push_screen_wait(picker)
        if picked:
            pane.choose(identity(pane.statements[int(picked[0])]))

    @on(ComparisonPane.LineAsked)
    def _explain(self, event: ComparisonPane.LineAsked) -> None:
        self.app.push_screen(
            TextModal(self.services, title="How the numbers of this line come to be", text=explained(event.line))
        )

    # saving and leaving

    def action_request(self) -> None:
        """The API request."""
        if self.made:
            path = AMEND if isinstance(self.made, Amendment) else EDIT
            show(self, Asked(path, document.plain(requests.sent(self.payload))))

    @work(exclusive=True, group="ask")
    async def action_save(self) -> None:
        """Ask, then record; what was typed just now is rated first."""
        await self.fresh.wait()
        made, known, start = self.made, self.known, self.start
        if made is None or known is None or start is None or not self.unsaved or self.errors():
            return
        name = known.names[made.contract_id or ""]
        warned = [
            f"▲ {effect.finding(f)}" for f in (self.what_if.findings if self.what_if else ()) if f.severity == "warning"
        ]
        text = [f"{name} is amended from {when.shown(start)} on:", *self.added(), *warned]
        sure = await self.app.push_screen_wait(
            Confirm(
                self.services,
                title="Save this amendment?",
                text="\n".join(text),
                effect=effect.confirm_effect(self.what_if, self.compare.chosen),
                yes="Save amendment",
                danger=False,
            )
        )
        if sure:
            self.say("Saving …", "busy")
            self._save(made, start, self.begun.get(made.contract_id or ""))

    @work(thread=True, exit_on_error=False, group="save")
    def _save(self, made: Amendment | ContractEdit, start: datetime, version: int | None) -> None:
        from store.commands import amend_contract, edit_contract

        with self.keeper.ending() as making:
            if isinstance(made, Amendment):
                amend_contract(making, request=made, seen_version=version)
            else:
                edit_contract(making, request=made, seen_version=version)
        self.post_message(self.Saved(made, start))

    @on(Saved)
    def _saved(self, event: Saved) -> None:
        name = self.known.names[event.made.contract_id or ""] if self.known else "The contract"
        self._go(f"{name} is amended from {when.shown(event.start)} on.")

    def _go(self, text: str) -> None:
        self.keeper.let_go()
        if len(self.app.screen_stack) > 1 and self.app.screen is self:
            self.app.pop_screen()
        below = self.app.screen
        if text and isinstance(below, Commanded):
            below.say(text, "good")

    def action_back(self) -> None:
        """Leave; unfinished work is asked about."""
        if self.unsaved:
            self._leave()
        else:
            self._go("")

    @work(exclusive=True, group="ask")
    async def _leave(self) -> None:
        answer = await self.app.push_screen_wait(
            Leave(
                self.services,
                title="Leave this amendment?",
                text="Nothing is stored yet. A draft is kept for you alone; the overview offers to go on with it.",
            )
        )
        if answer == "keep":
            self.keep()
            await self._through(self.write(), "The draft is kept.")
        elif answer == "discard":
            await self._through(self.discard(), "")

    async def _through(self, work: Worker[None], said: str) -> None:
        """Leave once the draft is written or gone: a worker that has not begun dies with its screen."""
        with suppress(WorkerError):  # refused: that was said, and nothing is left yet
            await work.wait()
            self._go(said)

    def rebase(self) -> None:
        """Read again; the draft is put back upon what is read."""
        self.begun = {}
        self.keep()
        self.read()

    def refused(self, group: str, error: TermsheetError) -> None:
        """Say it where it belongs."""
        if group == "save":
            problems = [requests.placed(problem) for problem in error.problems]
            self.pane.show_problems(problems)
            self.form.show(problems)
        super().refused(group, error)
