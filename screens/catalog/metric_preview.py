"""What a metric comes to over stored usage: of one customer, by month and group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, ContentSwitcher, Static
from textual.worker import get_current_worker

from screens import safe
from screens.command import Command
from screens.services import Services
from screens.statement.customer_finder import CustomerFinder
from screens.widgets.bars import Notice
from screens.widgets.base import Dialog
from screens.widgets.press import Press
from screens.widgets.table import Cell, Column, Row, RowList, heading
from store.errors import TermsheetError
from store.terms import shown
from store.terms.catalog import BillableMetric

if TYPE_CHECKING:
    from store.usage.metric_preview import MetricMonths

COLUMNS = (Column("Group", flex=2, least=12), Column("Events", align="right"), Column("Quantity", align="right"))
MOST = 500
"""Rows that are shown; a metric may have more groups."""


class MetricPreview(Dialog[None]):
    """Find a customer, Enter measures; Escape goes back to finding, then out."""

    ACTIONS = (
        Command("metric.back", "escape", "back", "Back", "Another customer, or out.", palette=False),
        Command("metric.measure", "enter", "measure", "Measure", "Measure this customer's usage.", palette=False),
    )
    HELP_TEXT = """
    The metric over the stored events of one customer, under its id and all aliases of today: this month so far, and the
    two before. A query is run as it is when it is rated: over that customer's events only, with limits.
    """

    DEFAULT_CSS = """
    MetricPreview > #dialog { width: 84; max-width: 98%; height: 22; max-height: 100%; }
    MetricPreview ContentSwitcher { height: 1fr; }
    MetricPreview ContentSwitcher > * { height: 1fr; }
    MetricPreview #result { background: $surface; }
    MetricPreview #about { color: $text-muted; height: auto; margin-bottom: 1; }
    """

    @dataclass
    class Measured(Message):
        """What the usage of a customer comes to."""

        name: str
        months: MetricMonths

    def __init__(self, services: Services, metric: BillableMetric) -> None:
        super().__init__()
        self.services, self.metric = services, metric

    def compose(self) -> ComposeResult:
        """Whose usage, then what it comes to."""
        with Vertical(id="dialog") as box:
            box.border_title = safe.label(f"{self.metric.name} over stored usage")
            yield Static(safe.label("Whose usage?"), id="about")
            with ContentSwitcher(initial="finder"):
                yield CustomerFinder(self.services, id="finder")
                yield RowList(COLUMNS, empty="Measuring…", id="result")
            yield Notice()
            with Horizontal(classes="buttons"):
                yield Press("Close", id="close")

    def on_mount(self) -> None:
        """Type a name at once."""
        self.query_one("#finder Input").focus()

    @on(CustomerFinder.Found)
    def _found(self, event: CustomerFinder.Found) -> None:
        event.stop()
        self._ask(event.customer_id, event.name)

    def action_measure(self) -> None:
        """The customer under the cursor."""
        chosen = self.query_one(CustomerFinder).chosen
        if chosen is not None and self.query_one(ContentSwitcher).current == "finder":
            self._ask(*chosen)

    def _ask(self, customer_id: str, name: str) -> None:
        result = self.query_one("#result", RowList)
        result.empty = "Measuring…"
        result.show(())
        self.query_one(ContentSwitcher).current = "result"
        self.query_one("#about", Static).update(safe.label(f"Measuring the usage of {name}…"))
        self.say("")
        result.focus()
        self._measure(customer_id, name)

    @work(thread=True, exclusive=True, exit_on_error=False, group="metric", description="measure the usage")
    def _measure(self, customer_id: str, name: str) -> None:
        from store.usage.metric_preview import metric_months

        found = metric_months(self.services.store(), self.metric, customer_id, now=self.services.now())
        if not get_current_worker().is_cancelled:
            self.post_message(self.Measured(name, found))

    def refused(self, group: str, error: TermsheetError) -> None:
        """A query that cannot run says why, in full."""
        if group != "metric":
            super().refused(group, error)
            return
        self.query_one("#about", Static).update(safe.label(error.message))
        self.query_one("#result", RowList).empty = f"{error.title}."
        self.query_one("#result", RowList).show(())

    @on(Measured)
    def _was_measured(self, event: Measured) -> None:
        self.query_one("#about", Static).update(safe.label(f"The usage of {event.name}, newest month first"))
        result = self.query_one("#result", RowList)
        result.empty = "No stored usage of this customer that this metric counts."
        result.show(tuple(rows(event.months)))
        if event.months.not_numeric:
            self.say(f"{event.months.not_numeric:,} events had a value that is no number; they do not count", "warning")

    def action_back(self) -> None:
        """To another customer first."""
        switcher = self.query_one(ContentSwitcher)
        if switcher.current == "result":
            self.workers.cancel_group(self, "metric")
            switcher.current = "finder"
            self.query_one("#about", Static).update(safe.label("Whose usage?"))
            self.query_one("#finder Input").focus()
        else:
            self.dismiss(None)

    @on(Button.Pressed)
    def _pressed(self) -> None:
        self.dismiss(None)


def rows(months: MetricMonths) -> Iterator[Row]:
    """A heading per month, and its groups below."""
    last = None
    for k, came in enumerate(months.came):
        if k == MOST:
            yield heading(f"and {len(months.came) - MOST:,} more", "muted")
            return
        if came.month != last:
            last = came.month
            yield heading(f"{came.month:%B %Y}", "strong")
        name = shown.groups(dict(came.groups)) if came.groups else "all usage"
        cells = (name, Cell(f"{came.events:,}", "muted"), shown.quantity(came.quantity))
        yield Row(f"{k}", cells, indent=2, value=came)
