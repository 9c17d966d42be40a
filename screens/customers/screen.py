"""The customer list: the first screen, painted before anything heavy is imported."""

from __future__ import annotations

from textual import events, on, work
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Input

from screens.customers.commands import COMMANDS
from screens.customers.listed import ListedCustomers
from screens.customers.messages import Opened
from screens.customers.rows import COLUMNS
from screens.customers.search_box import SearchBox, SearchPrompt
from screens.customers.wording import PREPARING
from screens.services import Services
from screens.widgets.virtual_list import VirtualList
from store.directory.asking import NotReady
from store.directory.listing import Order
from store.errors import TermsheetError

DEBOUNCE = 0.08
"""Seconds without a letter before the search runs."""


class CustomersScreen(ListedCustomers):
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
            self.open_store()
        except TermsheetError as error:
            self.refused("open", error)

    def open_store(self) -> None:
        """Open the store, in the background."""
        self.say("Opening the store", "busy")
        self._open_store()

    @work(thread=True, exclusive=True, exit_on_error=False, group="open", description="open the store")
    def _open_store(self) -> None:
        self.post_message(Opened(self.services.directory()))

    @on(Opened)
    def _opened(self, event: Opened) -> None:
        self.say("")
        self.directory = event.directory
        self._everyone()
        self.look_for_drafts()

    def can(self, action: str) -> bool | None:
        """Opening needs somebody to open; adding needs a store."""
        if action == "open":
            return True if self.is_mounted and self.list.row_count else None
        if action == "drafts":
            return bool(self.unfinished)
        return True if self.directory is not None or action == "reload" else None

    # -- searching

    @on(Input.Changed)
    def _typed(self) -> None:
        self._open_when_found = False
        if self._debounce is not None:
            self._debounce.stop()
        self._debounce = self.set_timer(DEBOUNCE if self.text else 0.001, self._search)

    async def leave_search(self) -> None:
        """Back to everybody; the prompt stands in the box's place again."""
        if self.box is not None:
            await self.box.remove()
            self.query_one(SearchPrompt).display = True
            self.list.steered = False
            self.list.focus()
            self._search()

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
        elif self.list.awaited(self.list.cursor):
            self._open_when_there = self.list.cursor

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

    @work(group="add", exclusive=True)
    async def action_add(self) -> None:
        """Add a customer; the list then stands at it."""
        from screens.customers.add import AddCustomer

        added = await self.app.push_screen_wait(AddCustomer(self.services))
        if added is not None:
            self.say(f"Added {added.name}")
            await self.leave_search()
            self._everyone(key=added.id)
