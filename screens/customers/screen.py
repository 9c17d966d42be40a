"""The customer list: the first screen, painted before anything heavy is imported."""

from __future__ import annotations

from textwrap import wrap

from textual import events, on, work
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Input

from screens.customers.commands import COMMANDS
from screens.customers.messages import Found, Opened, Placed
from screens.customers.rows import COLUMNS, Customers
from screens.customers.search_box import SearchBox, SearchPrompt
from screens.customers.unfinished import UnfinishedWork
from screens.customers.wording import NEW_STORE, NOTHING_FOUND, PREPARING, UNREADABLE
from screens.safe import literal
from screens.services import Services
from screens.widgets.virtual_list import VirtualList
from store.directory.asking import NotReady
from store.directory.directory import Directory
from store.directory.listing import Listing, Order
from store.errors import TermsheetError

DEBOUNCE = 0.08
"""Seconds without a letter before the search runs."""


class CustomersScreen(UnfinishedWork):
    """Every customer of the store: found by typing, opened with Enter."""

    ACTIONS = COMMANDS
    CRUMBS = ("Customers",)
    AUTO_FOCUS = "#customers"
    HELP_TEXT = """
    Every customer of this store, a million or one. Press / and type: the list follows every letter, over the words of
    names, over aliases and ids; what matches exactly comes first. Arrows move in the list while you type, Enter opens
    the customer, Esc goes back to everybody.
    """

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.directory: Directory | None = None
        self.listing: Listing | None = None
        self.order = Order.NAME
        self.archived = False
        self._asked = 0
        self._answered = ""
        self._open_when_found = False
        self._debounce: Timer | None = None

    def body(self) -> ComposeResult:
        """Search box and list."""
        yield SearchPrompt()
        yield VirtualList(COLUMNS, empty=PREPARING, id="customers")

    @property
    def list(self) -> VirtualList:
        """The list."""
        return self.query_one("#customers", VirtualList)

    @property
    def box(self) -> SearchBox | None:
        """The search box, while there is one."""
        return next(iter(self.query(SearchBox)), None)

    @property
    def text(self) -> str:
        """What is searched for; empty for everybody."""
        return self.box.value.strip() if self.box is not None else ""

    def on_mount(self) -> None:
        """List at once if the store can be read directly, else have it opened first."""
        try:
            listing = self.services.first_listing()
            self.directory = self.services.directory_now()
            self._everyone(listing=listing)
            self.call_after_refresh(self.look_for_drafts)
        except NotReady:
            self.say("Opening the store", "busy")
            self._open_store()
        except TermsheetError as error:
            self.refused("open", error)

    def on_screen_resume(self) -> None:
        """Read again if anything was written meanwhile."""
        if self.directory is not None and self.directory.changed():
            self.action_reload()
        if self._offered:
            self.look_for_drafts()

    @work(thread=True, exclusive=True, exit_on_error=False, group="open", description="open the store")
    def _open_store(self) -> None:
        self.post_message(Opened(self.services.directory()))

    @on(Opened)
    def _opened(self, event: Opened) -> None:
        self.say("")
        self.directory = event.directory
        self._everyone()
        self.look_for_drafts()

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

    def can(self, action: str) -> bool | None:
        """Opening needs somebody to open; adding needs a store."""
        if action == "open":
            return True if self.is_mounted and self.list.row_count else None
        if action == "drafts":
            return bool(self.unfinished)
        return True if self.directory is not None or action == "reload" else None

    # -- the list

    def _everyone(self, at: int = 0, listing: Listing | None = None) -> None:
        """Everybody, in the present order; `listing` if it was read already."""
        assert self.directory is not None
        self._answered = ""
        self.listing = listing or self.directory.everyone(order=self.order, archived=self.archived)
        self.list.empty = NEW_STORE if not self.archived else NEW_STORE.replace("yet", "yet, archived or not")
        self.list.open(Customers(self.listing), at=min(at, max(0, self.listing.total - 1)))
        self._describe(self.listing.total, more=False)
        self.refresh_bindings()

    def _describe(self, total: int, *, more: bool) -> None:
        what = "match" if self.text else ("customer" if total == 1 else "customers")
        if what == "match" and total != 1:
            what = "matches"
        self.note = (
            f"{total:,}{'+' if more else ''} {what}, {'by name' if self.order is Order.NAME else 'newest first'}"
            f"{', archived too' if self.archived else ''}"
            f"{' · ' + self.services.label if self.services.label else ''}"
        )

    # -- searching

    @on(Input.Changed)
    def _typed(self) -> None:
        self._open_when_found = False
        if self._debounce is not None:
            self._debounce.stop()
        self._debounce = self.set_timer(DEBOUNCE if self.text else 0.001, self._search)

    def _search(self) -> None:
        if self.directory is None:
            return
        self._asked += 1
        if self.text:
            self._look(self._asked, self.text)
        else:
            self._everyone()

    async def leave_search(self) -> None:
        """Back to everybody; the prompt stands in the box's place again."""
        if self.box is not None:
            await self.box.remove()
            self.query_one(SearchPrompt).display = True
            self.list.steered = False
            self.list.focus()
            self._search()

    @work(thread=True, exclusive=True, exit_on_error=False, group="search", description="search customers")
    def _look(self, number: int, text: str) -> None:
        assert self.directory is not None
        hits = self.directory.search(text, order=self.order, archived=self.archived)
        self.post_message(Found(number, text, hits))

    @on(Found)
    def _found(self, event: Found) -> None:
        if event.number != self._asked:
            return
        self._answered = event.text
        self.list.empty = NOTHING_FOUND
        self.list.open(Customers(event.hits))
        self._describe(event.hits.total, more=event.hits.more)
        self.refresh_bindings()
        if self._open_when_found:
            self.action_open()

    async def on_key(self, event: events.Key) -> None:
        """Escape leaves the search; while its box has the focus, arrows move in the list and Enter opens."""
        moves = {"up": ("cursor", -1), "down": ("cursor", 1), "pageup": ("page", -1), "pagedown": ("page", 1)}
        if event.key == "escape" and self.box is not None:
            await self.leave_search()
        elif event.key in moves and self.box is not None and self.box.has_focus:
            name, step = moves[event.key]
            getattr(self.list, f"action_{name}")(step)
        else:
            return
        event.stop()
        event.prevent_default()

    # -- actions

    @on(SearchPrompt.Asked)
    async def action_search(self) -> None:
        """Type to search."""
        if self.box is None:
            prompt = self.query_one(SearchPrompt)
            await self.mount(SearchBox(placeholder="name, id or alias", max_length=200), after=prompt)
            prompt.display = False
        if self.box is not None:
            self.list.steered = True
            self.box.focus()

    @on(Input.Submitted)
    @on(VirtualList.Chosen)
    def action_open(self) -> None:
        """Open the selected customer; while the list does not yet answer what was typed, as soon as it does."""
        self._open_when_found = self.text != self._answered
        row = self.list.selected
        if row is not None and not self._open_when_found:
            self.open_customer(row.key)

    def open_customer(self, customer_id: str) -> None:
        """Go to a customer's overview."""
        from screens.overview.screen import OverviewScreen

        self.app.push_screen(OverviewScreen(self.services, customer_id))

    def action_usage(self) -> None:
        """What usage there is."""
        from screens.usage.screen import UsageScreen

        self.app.push_screen(UsageScreen(self.services))

    def action_catalog(self) -> None:
        """Metrics, products, rate cards."""
        from screens.catalog.screen import CatalogScreen

        self.app.push_screen(CatalogScreen(self.services))

    def action_sort(self) -> None:
        """By name, or newest first."""
        self.order = Order.NEWEST if self.order is Order.NAME else Order.NAME
        self._search()

    def action_archived(self) -> None:
        """Archived customers too, or not."""
        self.archived = not self.archived
        self._search()

    def action_reload(self) -> None:
        """Read the list again, from where it stands."""
        if self.directory is None:
            self.say("Opening the store", "busy")
            self._open_store()
        elif self.text:
            self._search()
        else:
            self._everyone(at=self.list.cursor)

    @work(group="add", exclusive=True)
    async def action_add(self) -> None:
        """Add a customer; the list then stands at it."""
        from screens.customers.add import AddCustomer

        added = await self.app.push_screen_wait(AddCustomer(self.services))
        if added is not None:
            self.say(f"Added {added.name}")
            await self.leave_search()
            self._everyone()
            if self.listing is not None:
                self.place(self.listing, added.id)

    @work(thread=True, exclusive=True, exit_on_error=False, group="place", description="find the new customer")
    def place(self, listing: Listing, customer_id: str) -> None:
        """Put the cursor on a customer, once it is found where it stands."""
        self.post_message(Placed(listing, listing.position(customer_id)))

    @on(Placed)
    def _placed(self, event: Placed) -> None:
        if event.listing is self.listing and event.index is not None:
            self.list.move_to(event.index)
