"""Usage at a glance: the ledger's months, and the usage that reaches nobody's statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message
from textual.worker import get_current_worker

from screens.command import BACK
from screens.services import Services
from screens.usage.commands import COMMANDS
from screens.usage.rows import COLUMNS, rows
from screens.widgets.base import BaseScreen
from screens.widgets.table import RowList
from store.errors import TermsheetError

if TYPE_CHECKING:
    from store.queries.usage_statistics import UsageStatistics


class UsageScreen(BaseScreen):
    """Counted by a worker when the screen is opened, and again when that is asked for."""

    DEFAULT_CSS = """
    UsageScreen RowList { height: 1fr; margin: 1 1 0 1; }
    """
    ACTIONS = (*COMMANDS, BACK)
    CRUMBS = ("Usage",)
    HELP_TEXT = """
    How many usage events there are, by the month in which they happened, how many were sent again and not counted, and
    how much room they take. Below: aliases that no customer has yet, whose usage counts once a customer has them,
    and event types that no metric counts. Events come with termsheet ingest and with the API.
    """

    @dataclass
    class Counted(Message):
        """The events were counted."""

        number: int
        found: UsageStatistics

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.found: UsageStatistics | None = None
        self._number = 0

    def body(self) -> ComposeResult:
        """One list."""
        yield RowList(COLUMNS, empty="Counting…", id="usage")

    def on_mount(self) -> None:
        """Paint first, count afterwards."""
        self.query_one(RowList).focus()
        self.call_after_refresh(self.action_reload)

    def action_reload(self) -> None:
        """Count again."""
        self._number += 1
        self.say("Counting events…", "busy")
        self._count(self._number)

    @work(thread=True, exclusive=True, exit_on_error=False, group="usage", description="count the usage")
    def _count(self, number: int) -> None:
        from store.queries.usage_statistics import usage_statistics

        found = usage_statistics(self.services.store())
        if not get_current_worker().is_cancelled:
            self.post_message(self.Counted(number, found))

    @on(Counted)
    def _was_counted(self, event: Counted) -> None:
        if event.number == self._number:
            self.found = event.found
            self.say("")
            listed = self.query_one(RowList)
            listed.empty = "No usage events yet. They come with termsheet ingest and with the API."
            listed.show(tuple(rows(event.found)))

    def refused(self, group: str, error: TermsheetError) -> None:
        """Say why there is nothing to see."""
        super().refused(group, error)
        if self.found is None:
            listed = self.query_one(RowList)
            listed.empty = f"{error.title}."
            listed.show(())
