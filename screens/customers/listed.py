"""How the customer list is filled: at once from a file, by workers from a server, whose rows show when they come."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from textwrap import wrap

from textual import on, work

from screens.customers.messages import Found, Placed, Read, Written
from screens.customers.rows import Customers
from screens.customers.unfinished import UnfinishedWork
from screens.customers.wording import NEW_STORE, NOTHING_FOUND, READING, UNREADABLE
from screens.safe import literal
from screens.services import ASKED, Services
from screens.widgets.bars import Notice, TopBar
from screens.widgets.table import Row
from screens.widgets.virtual_list import PAGE, VirtualList
from store.directory.directory import Directory
from store.directory.listing import Listing, Order
from store.errors import TermsheetError

NOTICED = 0.4
"""Seconds after which it is said that the list is being read."""


class ListedCustomers(UnfinishedWork):
    """Everybody, or who matches what is typed, in the present order."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.directory: Directory | None = None
        self.listing: Listing | None = None
        self.order = Order.NAME
        self.archived = False
        self._asked = 0
        self._answered = ""
        self._open_when_there: int | None = None
        self._open_when_found = False
        self._before = ("", "")

    @abstractmethod
    def action_open(self) -> None:
        """Open the selected customer."""

    def on_screen_resume(self) -> None:
        """Read again if anything was written meanwhile; and see what was left unfinished."""
        if self.directory is not None:
            if self.directory.far:
                self._look_for_news(self.directory)
            elif self.directory.changed():
                self.action_reload()
        if self._offered:
            self.look_for_drafts()

    @work(thread=True, exclusive=True, exit_on_error=False, group="news", description="see whether others wrote")
    def _look_for_news(self, directory: Directory) -> None:
        if directory.changed():
            self.post_message(Written())

    @on(Written)
    def action_reload(self) -> None:
        """Read the list again, from where it stands."""
        self._again()

    def follow(self) -> None:
        """Others have written: read again, and stay with the customer under the cursor, wherever it stands now."""
        row = self.list.selected
        self._again(row.key if row is not None else "")

    def _again(self, key: str = "") -> None:
        if self.directory is None:
            self.open_store()
        elif self.text:
            self._search()
        else:
            self._everyone(key=key, was=self.list.cursor)

    @abstractmethod
    def open_store(self) -> None:
        """Open the store, in the background."""

    # -- everybody

    def _everyone(self, listing: Listing | None = None, *, key: str = "", was: int | None = None) -> None:
        """Everybody; `listing` if it was read already. The cursor goes to a customer, who stood at row `was` before."""
        assert self.directory is not None
        if listing is None and self.directory.far:
            self._asked += 1
            self.set_timer(NOTICED, partial(self._say_that_it_reads, self._asked))
            self._read(self._asked, self.directory, self.order, self.archived, key, was)
            return
        self._put_up(listing or self.directory.everyone(order=self.order, archived=self.archived), was is not None, 0)
        if key and self.listing is not None:
            self._place(self.listing, key)

    @work(thread=True, exclusive=True, exit_on_error=False, group="list", description="read the list")
    def _read(self, number: int, directory: Directory, order: Order, archived: bool, key: str, was: int | None) -> None:
        listing = directory.everyone(order=order, archived=archived)
        place = listing.position(key) if key else None
        at = place if place is not None else was or 0
        rows = Customers(listing)
        ready = {page: rows.page(page) for page in {0, min(at, max(0, listing.total - 1)) // PAGE}}
        self.post_message(Read(number, listing, at - (was or 0), was is not None, ready))

    @on(Read)
    def _was_read(self, event: Read) -> None:
        if event.number == self._asked:
            self._put_up(event.listing, event.again, event.moved, event.ready)

    def _put_up(
        self, listing: Listing, again: bool, moved: int, ready: Mapping[int, Sequence[Row]] | None = None
    ) -> None:
        self.listing, self._answered = listing, ""
        self.list.empty = NEW_STORE if not self.archived else NEW_STORE.replace("yet", "yet, archived or not")
        if again and listing.total:
            self.list.renew(Customers(listing), moved=moved, ready=ready)
        else:
            self.list.open(Customers(listing), at=moved, ready=ready)
        self._shown(listing.total, more=False)

    @work(thread=True, exclusive=True, exit_on_error=False, group="place", description="find the new customer")
    def _place(self, listing: Listing, customer_id: str) -> None:
        self.post_message(Placed(listing, listing.position(customer_id)))

    @on(Placed)
    def _placed(self, event: Placed) -> None:
        if event.listing is self.listing and event.index is not None:
            self.list.move_to(event.index)

    # -- who matches

    def _search(self) -> None:
        if self.directory is None:
            return
        self._asked += 1
        if self.text:
            self._look(self._asked, self.directory, self.text, self.order, self.archived)
        else:
            self._everyone()

    @work(thread=True, exclusive=True, exit_on_error=False, group="search", description="search customers")
    def _look(self, number: int, directory: Directory, text: str, order: Order, archived: bool) -> None:
        hits = directory.search(text, order=order, archived=archived)
        ready = {0: Customers(hits).page(0)} if directory.far else None
        self.post_message(Found(number, text, hits, ready))

    @on(Found)
    def _found(self, event: Found) -> None:
        if event.number != self._asked:
            return
        self._answered = event.text
        self.list.empty = NOTHING_FOUND
        self.list.open(Customers(event.hits), ready=event.ready)
        self._shown(event.hits.total, more=event.hits.more)

    # -- once it is there

    def _shown(self, total: int, *, more: bool) -> None:
        what = ("match" if total == 1 else "matches") if self.text else ("customer" if total == 1 else "customers")
        self.note = (
            f"{total:,}{'+' if more else ''} {what}, {'by name' if self.order is Order.NAME else 'newest first'}"
            f"{', archived too' if self.archived else ''}"
            f"{' · ' + self.services.label if self.services.label else ''}"
        )
        bar, looking = self.query_one(TopBar), self.services.only_looking
        if looking not in ("", ASKED) and not bar.read_only:
            self.say(f"You can look, and change nothing here: {looking}.", "info")
        bar.read_only = bool(looking)
        if self.noticed == READING:
            self.query_one(Notice).said = self._before
        self._open_when_there = None
        self.refresh_bindings()
        if self._open_when_found:
            self.action_open()

    @on(VirtualList.Came)
    def _open_late(self) -> None:
        """Enter on a row that was still to come opens it now, unless the cursor has moved on."""
        if self._open_when_there == self.list.cursor and not self.list.awaited(self.list.cursor):
            self._open_when_there = None
            self.action_open()

    def _say_that_it_reads(self, asked: int) -> None:
        running = any(each.group == "list" and each.node is self and each.is_running for each in self.workers)
        notice = self.query_one(Notice)
        if asked == self._asked and running and notice.said[1] not in ("bad", "busy"):
            self._before, notice.said = notice.said, (READING, "busy")

    @on(VirtualList.Failed)
    def _no_page(self, event: VirtualList.Failed) -> None:
        if not isinstance(event.error, TermsheetError):
            raise event.error
        self.refused("page", event.error)

    def refused(self, group: str, error: TermsheetError) -> None:
        """The store cannot be opened or read: say why and what to do."""
        self._open_when_found = False
        if self.listing is None:
            room = max(40, self.list.size.width - 8)
            reason = "\n".join(f"   {line}" for line in wrap(literal(str(error)), room))
            self.list.empty = UNREADABLE.format(reason=reason)
            self.list.reload()
            self.say(error.title, "bad")
        else:
            super().refused(group, error)
