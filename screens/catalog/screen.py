"""The catalog: a list on the left, what it says of the one under the cursor on the right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher, Input
from textual.worker import get_current_worker

from screens.catalog import facts
from screens.catalog.card_pane import CardPane
from screens.catalog.commands import COMMANDS
from screens.catalog.contents import CARDS, COLUMNS, HOW, METRICS, PRODUCTS, TITLES, Contents, entries, load
from screens.command import BACK
from screens.services import Services
from screens.widgets.facts import FactPane
from screens.widgets.pane_tabs import PaneTabs
from screens.widgets.searched import SearchedScreen
from screens.widgets.table import RowList
from screens.widgets.text_input import TextInput
from store.errors import TermsheetError


class CatalogScreen(SearchedScreen):
    """Rate cards with their prices at a date, products, metrics."""

    CSS_PATH = "catalog.tcss"
    ACTIONS = (*COMMANDS, BACK)
    CRUMBS = ("Catalog",)
    HELP_TEXT = """
    What can be sold and what it costs. On a rate card, d types a date and the brackets go from one price change to the
    next; i says which contracts a change of the price under the cursor touches. On a metric, u measures it over a
    customer's stored usage. Metrics, products and prices are made with termsheet import and termsheet api.
    """

    @dataclass
    class Read(Message):
        """The catalog was read."""

        number: int
        contents: Contents

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.contents: Contents | None = None
        self.view = CARDS
        self.at: datetime | None = None
        self._number = 0

    def body(self) -> ComposeResult:
        """Tabs, the list with its search box, the detail."""
        yield PaneTabs(TITLES)
        with Horizontal(id="columns"):
            with Vertical(id="side"):
                yield TextInput(placeholder="type to search", id="search")
                yield RowList(COLUMNS[CARDS], empty="Reading…", id="list")
            with ContentSwitcher(initial="card"):
                with Vertical(id="card"):
                    yield CardPane()
                with Vertical(id="facts"):
                    yield FactPane(id="detail")

    def on_mount(self) -> None:
        """Paint first, read afterwards."""
        self.query_one(PaneTabs).shown = (self.view,)
        self.list.focus()
        self.call_after_refresh(self.action_reload)

    def on_screen_resume(self) -> None:
        """Prices may have been added meanwhile."""
        if self.contents is not None:
            self.action_reload()

    @property
    def list(self) -> RowList:
        """The list of the part that is shown."""
        return self.query_one("#list", RowList)

    @property
    def card(self) -> CardPane:
        """The card's detail."""
        return self.query_one(CardPane)

    @property
    def moment(self) -> datetime:
        """The instant whose prices are shown."""
        return self.at or self.services.now()

    def action_reload(self) -> None:
        """Read everything again."""
        self._number += 1
        self._read(self._number)

    @work(thread=True, exclusive=True, exit_on_error=False, group="catalog", description="read the catalog")
    def _read(self, number: int) -> None:
        contents = load(self.services)
        if not get_current_worker().is_cancelled:
            self.post_message(self.Read(number, contents))

    def refused(self, group: str, error: TermsheetError) -> None:
        """Say why there is nothing to see."""
        super().refused(group, error)
        if self.contents is None:
            self.list.empty = f"{error.title}."
            self.list.show(())

    @on(Read)
    def _was_read(self, event: Read) -> None:
        if event.number == self._number and event.contents != self.contents:
            self.contents = event.contents
            self._fill()

    # -- the list

    def _fill(self) -> None:
        if self.contents is None:
            return
        words = self.box.value
        rows = tuple(entries(self.contents, self.view, words))
        self.list.empty = "Nothing matches." if words.strip() else HOW[self.view][0]
        self.list.show(rows, columns=COLUMNS[self.view])
        self._draw()

    @on(RowList.Rested, "#list")
    def _rested(self) -> None:
        self._draw()

    @on(RowList.Chosen, "#list")
    def _into(self) -> None:
        self.query_one("#prices" if self.view == CARDS else "#detail").focus()

    def _draw(self) -> None:
        row, contents = self.list.selected, self.contents
        empty = contents is not None and row is None and not self.box.value.strip()
        self.query_one(ContentSwitcher).current = "card" if self.view == CARDS and not empty else "facts"
        detail = self.query_one("#detail", FactPane)
        if contents is None or row is None:
            self.card.show(None, (), self.moment, self.services.now())
            detail.clear(" ")
            if empty:
                title, *how = HOW[self.view]
                detail.tell(title, "", [("", "\n".join(how))])
        elif self.view == CARDS:
            self.card.show(row.value, contents.rates.get(row.key, ()), self.moment, self.services.now())
        elif self.view == PRODUCTS:
            kind = row.value.type.replace("_", " ").lower()
            detail.tell(row.value.name, f"{kind} product", facts.product(row.value, contents))
        else:
            detail.tell(row.value.name, "billable metric", facts.metric(row.value, contents))
        self.refresh_bindings()

    def _catch_up(self) -> None:
        """The detail is that of the row under the cursor, however quickly that moved."""
        if self.list.restless:
            self._draw()

    @on(Input.Changed, "#search")
    def _typed(self) -> None:
        self._fill()

    # -- parts and dates

    def action_view(self, view: int) -> None:
        """Rate cards, products or metrics."""
        self.view = view
        self.query_one(PaneTabs).shown = (view,)
        with self.prevent(Input.Changed):
            self.box.value = ""
        self.list.move_to(0)
        self._fill()
        self.list.focus()

    @on(PaneTabs.Asked)
    def _tab_asked(self, event: PaneTabs.Asked) -> None:
        self.action_view(event.digit)

    def can(self, action: str) -> bool | None:
        """Dates, changes and their impact are of rate cards, usage is of metrics."""
        if action in ("date", "change", "impact"):
            return self.view == CARDS
        if action == "usage":
            return self.view == METRICS
        return True

    def action_date(self) -> None:
        """Type another date."""
        from screens.catalog.date_dialog import DateDialog

        self.app.push_screen(DateDialog(self.services, self.moment), self._show_at)

    def _show_at(self, at: datetime | None) -> None:
        if at is not None:
            self.at = at
            self._draw()

    def action_change(self, by: int) -> None:
        """To the price change before or after."""
        if self.view != CARDS:
            return
        self._catch_up()
        at = self.card.change(self.moment, by)
        if at is None:
            self.say("No price of this card changes " + ("later" if by > 0 else "earlier"), "info")
        else:
            self.say("")
            self._show_at(at)

    @on(RowList.Chosen, "#prices")
    def _price_chosen(self) -> None:
        self.action_impact()

    def action_impact(self) -> None:
        """Which contracts a change of the price touches."""
        from screens.catalog.impact_dialog import ImpactDialog

        self._catch_up()
        card, one = self.card.card, self.card.price
        if self.view != CARDS or card is None or one is None:
            self.say("Put the cursor on a price first", "info")
            return
        dialog = ImpactDialog(self.services, card_id=card.id, card_name=card.name, one=one, at=self.moment)
        self.app.push_screen(dialog, self._open_customer)

    def _open_customer(self, customer_id: str | None) -> None:
        if customer_id:
            from screens.overview.screen import OverviewScreen

            self.app.push_screen(OverviewScreen(self.services, customer_id))

    def action_usage(self) -> None:
        """What the metric comes to over stored usage."""
        from screens.catalog.metric_preview import MetricPreview

        self._catch_up()
        row = self.list.selected
        if self.view == METRICS and row is not None:
            self.app.push_screen(MetricPreview(self.services, row.value))

    def action_request(self) -> None:
        """As the API requests that would make it."""
        from screens.request import asked
        from screens.request.showing import show_stored

        row, contents = self.list.selected, self.contents
        if row is None or contents is None:
            return
        rates = tuple(priced.rate for priced in contents.rates.get(row.key, ()))
        making = {
            CARDS: lambda: asked.of_rate_card(row.value, rates),
            PRODUCTS: lambda: asked.of_product(row.value),
            METRICS: lambda: asked.of_metric(row.value),
        }
        show_stored(self, making[self.view])

    def action_json(self) -> None:
        """As the request that made it."""
        from screens.widgets.text_modal import TextModal, as_shown

        row = self.list.selected
        if row is None:
            return
        value: Any = row.value
        if self.view == CARDS:
            one = self.card.price if self.card.prices.has_focus else None
            value = one.any if one else row.value.card
        title = {CARDS: "Rate card", PRODUCTS: "Product", METRICS: "Billable metric"}[self.view]
        self.app.push_screen(TextModal(self.services, title=title, text=as_shown(value)))
