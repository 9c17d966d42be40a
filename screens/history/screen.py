"""The history: a list of changes that follows what is typed, read on into the past page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input
from textual.worker import get_current_worker

from screens.command import BACK
from screens.history.commands import COMMANDS
from screens.history.rows import COLUMNS, detail, row
from screens.services import Services
from screens.widgets.searched import SearchedScreen
from screens.widgets.table import RowList
from screens.widgets.text_input import TextInput

if TYPE_CHECKING:
    from store.queries import Entry

DEBOUNCE = 0.15
"""Seconds without a letter before the search runs."""


class HistoryScreen(SearchedScreen):
    """What was done, the latest first: to one customer, or to the whole book."""

    CSS_PATH = "history.tcss"
    ACTIONS = (*COMMANDS, BACK)
    CRUMBS = ("History",)
    AUTO_FOCUS = "#changes"
    HELP_TEXT = """
    Everything that changed the book: who did it, when, from where and why. Enter shows how things were before and
    after. Press / and type words: each must be found in who, what, why or whom; who:ann is only what ann did.
    termsheet history prints the same, as a table, JSON or CSV. Entries are chained by hash: termsheet db check finds
    one that was tampered with.
    """

    @dataclass
    class Read(Message):
        """Entries were read; `number` tells whether they are still wanted, `after` that they follow those shown."""

        number: int
        entries: tuple[Entry, ...]
        customer: str
        after: bool

    @dataclass
    class TakenBack(Message):
        """The last change was taken back."""

        what: str

    def __init__(self, services: Services, customer_id: str | None = None) -> None:
        super().__init__(services)
        self.customer_id = customer_id
        self.everything = customer_id is None
        self.entries: tuple[Entry, ...] = ()
        self.complete = False
        self._number = 0
        self._debounce: Timer | None = None

    def body(self) -> ComposeResult:
        """The box and the list."""
        yield TextInput(placeholder="type to search: words, who:NAME", id="search")
        yield RowList(COLUMNS, empty="Reading…", id="changes")

    def on_mount(self) -> None:
        """Paint first, read afterwards."""
        self.call_after_refresh(self.action_reload)

    @property
    def list(self) -> RowList:
        """The changes."""
        return self.query_one("#changes", RowList)

    def can(self, action: str) -> bool | None:
        """Reading on needs something older, narrowing a customer."""
        if action == "more":
            return None if self.complete else True
        if action == "undo":
            return True if self.entries and not self.everything else None
        return action != "whole" or self.customer_id is not None

    # -- reading

    def action_reload(self) -> None:
        """From the latest change on."""
        self._number += 1
        self._read(self._number, self.box.value, None)

    def action_more(self) -> None:
        """Older ones."""
        if self.entries and not self.complete:
            self._read(self._number, self.box.value, self.entries[-1].change.seq)

    @work(thread=True, exclusive=True, exit_on_error=False, group="history", description="read the history")
    def _read(self, number: int, text: str, before_seq: int | None) -> None:
        from store import queries

        store, whose = self.services.store(), None if self.everything else self.customer_id
        sought = queries.narrowed(queries.Sought(customer_id=whose), text)
        found = queries.history(store, sought, before_seq=before_seq)
        name = queries.customer(store, whose).name if whose else ""
        if not get_current_worker().is_cancelled:
            self.post_message(self.Read(number, found, name, before_seq is not None))

    @on(Read)
    def _was_read(self, event: Read) -> None:
        if event.number != self._number:
            return
        from store.queries.history import PAGE

        self.entries = (*self.entries, *event.entries) if event.after else event.entries
        self.complete = len(event.entries) < PAGE
        self.crumbs = ("History", event.customer or "whole book")
        count = f"{len(self.entries):,}{'' if self.complete else '+'}"
        self.note = f"{count} change{'' if count == '1' else 's'}"
        searching = self.box.value.strip()
        self.list.empty = "Nothing matches." if searching else "Nothing was done yet."
        self.list.show(map(row, self.entries))
        self.refresh_bindings()

    def action_whole(self) -> None:
        """The whole book, or the customer alone."""
        if self.customer_id is not None:
            self.everything = not self.everything
            self.list.move_to(0)
            self.action_reload()

    # -- taking back

    @work(group="ask", exclusive=True)
    async def action_undo(self) -> None:
        """Ask, then take the latest change back."""
        from screens.widgets.confirm import Confirm
        from store.commands.undo import counter_change, why_not

        if self.customer_id is None or self.everything or not self.entries or self.box.value:
            self.say("The latest change of one customer can be taken back; leave the search first.", "info")
            return
        last = self.entries[0].change
        if counter_change(last) is None:
            self.say(f"This cannot be taken back: {last.summary}; {why_not(last)}.", "bad")
            return
        confirm = Confirm(
            self.services,
            title="Take the last change back?",
            text=f"{last.who} {last.summary}.\nIt stays in the history; another change puts back what was before.",
            yes="Take back",
            danger=False,
        )
        if await self.app.push_screen_wait(confirm):
            self._undo(self.customer_id, last.seq)

    @work(thread=True, exit_on_error=False, group="undo", description="take the last change back")
    def _undo(self, customer_id: str, seq: int) -> None:
        from store.commands import undo_last

        with self.services.work() as making:
            done = undo_last(making, customer_id=customer_id, seq=seq)
        self.post_message(self.TakenBack(done))

    @on(TakenBack)
    def _taken_back(self, event: TakenBack) -> None:
        self.say(f"Taken back: {event.what}")
        self.action_reload()

    def rebase(self) -> None:
        """Read what others did."""
        self.action_reload()

    def action_request(self) -> None:
        """The change under the cursor as the API request that makes it."""
        from screens.request.recorded import of_change
        from screens.request.showing import show

        row = self.list.selected
        asked = of_change(row.value.change) if row is not None else ()
        if asked:
            show(self, *asked)
        elif row is not None:
            self.say("No request of the API does that.", "info")

    # -- searching

    @on(Input.Changed, "#search")
    def _typed(self) -> None:
        if self._debounce is not None:
            self._debounce.stop()
        self._debounce = self.set_timer(DEBOUNCE, self.action_reload)

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        from screens.widgets.text_modal import TextModal

        self.app.push_screen(TextModal(self.services, title="What was changed", text=detail(event.row.value)))

    @on(RowList.Rested)
    def _rested(self) -> None:
        """At the end of what was read, read on."""
        if self.list.cursor >= len(self.entries) - 1:
            self.action_more()
