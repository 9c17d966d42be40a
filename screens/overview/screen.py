"""The overview of one customer."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.worker import get_current_worker

from screens.command import BACK
from screens.overview import rows, wording
from screens.overview.acting import OverviewActions
from screens.overview.attention_pane import AttentionPane
from screens.overview.commands import COMMANDS
from screens.overview.facts import load
from screens.overview.head import AboutLine, DraftLine, NameLine
from screens.overview.messages import FactsRead, Rated
from screens.overview.pane import Pane
from screens.overview.panes import PAGES, TITLES, heights
from screens.overview.statement_pane import StatementPane
from screens.services import Services
from screens.statement.attention import sentences
from screens.statement.lines import StatementTable
from screens.widgets.pane_tabs import PaneTabs
from screens.widgets.table import RowList
from store.errors import TermsheetError

READING = "Reading…"


class OverviewScreen(OverviewActions):
    """Opened from the customer list with a customer's id."""

    CSS_PATH = "overview.tcss"
    ACTIONS = (*COMMANDS, BACK)
    CRUMBS = ("Customers", "…")
    HELP_TEXT = """
    One customer: its contracts, what is left of its balances, the statement that is being made, invoices coming and
    issued, warnings, and who changed what. Digits go to a part, Enter opens what the cursor is on.
    What is shown is rated on stored usage, as of now; nothing here is stored until a screen says so.
    """

    def __init__(self, services: Services, customer_id: str) -> None:
        super().__init__(services, customer_id)
        self._number = 0
        self._page = 1

    def body(self) -> ComposeResult:
        """Head, and panes in two columns (or one at a time)."""
        yield NameLine()
        yield AboutLine()
        yield DraftLine()
        yield PaneTabs(TITLES)
        with Horizontal(id="columns"):
            with Vertical(id="left"):
                yield Pane(1, TITLES[0], rows.CONTRACTS, empty=READING)
                yield Pane(2, TITLES[1], rows.BALANCES, empty=READING)
                yield Pane(3, TITLES[2], rows.INVOICES, empty=READING)
            with Vertical(id="right"):
                yield StatementPane(4)
                yield AttentionPane(5)
                yield Pane(6, TITLES[5], rows.CHANGES, empty=READING)

    def on_mount(self) -> None:
        """Paint first, read afterwards."""
        self.pane(1).go()
        self.call_after_refresh(self.action_reload)

    def on_screen_resume(self) -> None:
        """Whatever was done meanwhile is shown."""
        if self.facts is not None:
            self.action_reload()

    def action_reload(self) -> None:
        """Read and rate again; what is shown stays until the answers are there."""
        self._number += 1
        self._read(self._number)
        self._rate(self._number)

    @work(thread=True, exclusive=True, exit_on_error=False, group="overview-facts", description="read the customer")
    def _read(self, number: int) -> None:
        facts = load(self.services, self.customer_id)
        if not get_current_worker().is_cancelled:
            self.post_message(FactsRead(number, facts))

    @work(thread=True, exclusive=True, exit_on_error=False, group="overview-rating", description="rate the customer")
    def _rate(self, number: int) -> None:
        preview = self.services.previews().current(self.customer_id)
        if not get_current_worker().is_cancelled:
            self.post_message(Rated(number, preview))

    def refused(self, group: str, error: TermsheetError) -> None:
        """What cannot be rated says so in the statement's place; the rest stays usable."""
        super().refused(group, error)
        if group == "overview-rating":
            self.query_one(StatementPane).fail(f"{error.title}: {error.message}")
            for digit in (2, 3):
                self.pane(digit).fill((), empty=f"{error.title}.")
        elif self.facts is None:
            self.unread = False
            for pane in self.query(Pane):
                if not isinstance(pane, StatementPane):
                    pane.fill((), empty=f"{error.title}.")

    @on(FactsRead)
    def _facts_read(self, event: FactsRead) -> None:
        if event.number != self._number:
            return
        self.hold()
        self.unread = False
        self.facts, now = event.facts, self.services.now()
        self.crumbs = ("Customers", event.facts.customer.name)
        self.query_one(NameLine).facts = self.query_one(AboutLine).facts = event.facts
        self.query_one(DraftLine).tell(event.facts, now)
        active = [v for v in event.facts.contracts if wording.state(v, now)[0].startswith("●")]
        self.pane(1).fill(
            rows.contracts(event.facts.contracts, now),
            empty="No contracts yet: c adds the first one.\nA contract says what the customer pays for.",
            note=f"{len(active)} active" if event.facts.contracts else "",
        )
        self.pane(6).fill(rows.changes(event.facts.changes, event.facts.names, now), empty="Nothing was changed yet.")
        self._draw_rated()
        self.refresh_bindings()

    @on(Rated)
    def _rated(self, event: Rated) -> None:
        if event.number == self._number:
            self.hold()
            self.preview = event.preview
            self._draw_rated()
            self.refresh_bindings()

    def _draw_rated(self) -> None:
        """Once both are there: names come from the facts, amounts from the rating."""
        facts, preview, now = self.facts, self.preview, self.services.now()
        if facts is None or preview is None:
            self._arrange()
            return
        without = NO_BALANCES if facts.contracts else NOTHING_YET
        self.pane(2).fill(rows.balances(preview.balances, facts.names, now), empty=without)
        none = "No statements: no contract has started." if facts.contracts else "No statements without a contract."
        self.pane(3).fill(rows.invoices(preview, facts.names, now), empty=none)
        self.query_one(StatementPane).show(preview, facts.names, now, empty=none)
        attention = self.query_one(AttentionPane)
        attention.rows.tell(sentences(preview, facts.names))
        attention.title.note = f"▲ {attention.rows.told}" if attention.rows.told else ""
        tabs = list(TITLES)
        tabs[4] += f" {attention.title.note}" if attention.title.note else ""
        self.query_one(PaneTabs).titles = tuple(tabs)
        self._arrange()

    def on_resize(self) -> None:
        """Beside each other where there is room, else one page at a time."""
        self._arrange()

    def _arrange(self) -> None:
        wide, page = self.app.size.width >= WIDE, PAGES[self._page]
        for pane in self.query(Pane):
            pane.display = wide or pane.digit in page
        self.query_one("#left").display = wide or page[0] <= 3
        self.query_one("#right").display = wide or page[0] > 3
        tabs = self.query_one(PaneTabs)
        tabs.display, tabs.shown = not wide, page
        room = self.app.size.height - 6
        for digit, height in heights(self.query(Pane), room=room, wide=wide).items():
            self.pane(digit).styles.height = height

    def action_pane(self, digit: int) -> None:
        """Go to a pane, and turn to its page."""
        self._page = digit
        self._arrange()
        self.pane(digit).go()

    @on(PaneTabs.Asked)
    def _tab_asked(self, event: PaneTabs.Asked) -> None:
        self.action_pane(event.digit)

    def action_step(self, by: int) -> None:
        """Another contract's current statement."""
        self.query_one(StatementPane).step(by)

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        value, name = event.row.value, type(event.row.value).__name__
        if name == "ContractView":
            from screens.overview.contract_detail import ContractDetail

            self.app.push_screen(ContractDetail(self.services, value))
        elif name == "Balance":
            self.open_statements(balance=value.id)
        elif name == "Statement":
            self.open_statements(at=value.id)
        elif name == "Change":
            from screens.overview.change_detail import change_text
            from screens.widgets.text_modal import TextModal

            self.app.push_screen(TextModal(self.services, title="What was changed", text=change_text(value)))
        elif event.list is self.pane(5).rows:
            self.open_statements(view="attention")

    @on(StatementTable.LineChosen)
    def _line_chosen(self) -> None:
        statement = self.query_one(StatementPane).statement
        self.open_statements(at=statement.id if statement else None)


WIDE = 100
"""Columns from which two panes stand beside each other."""
NO_BALANCES = "No commits or credits. They come with a contract (c) or an amendment (a)."
NOTHING_YET = "No commits or credits. They come with a contract (c)."
