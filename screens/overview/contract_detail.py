"""One contract in full: a list to read, every term as JSON on Enter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button
from textual.worker import get_current_worker

from screens import safe
from screens.command import Command
from screens.services import Services
from screens.widgets.bars import Notice
from screens.widgets.base import Dialog
from screens.widgets.press import Press
from screens.widgets.table import Column, Row, RowList, wrapped
from screens.widgets.text_modal import TextModal, as_shown

if TYPE_CHECKING:
    from store.queries.contracts import ContractView


class ContractDetail(Dialog[None]):
    """Scroll with the arrows; Enter shows a term as the request that made it, `x` the whole contract."""

    ACTIONS = (
        Command("contract.open", "enter", "open", "Open", "The term under the cursor as JSON.", palette=False),
        Command("contract.close", "escape,q", "back", "Close", "Close the contract.", palette=False),
        Command("contract.request", "f2", "request", "Request", "As the API requests that made it.", palette=False),
        Command("contract.json", "x", "json", "JSON", "The whole contract as JSON, to copy.", palette=False),
    )
    HELP_TEXT = "A contract as it is now: its terms with everything recorded since, and what was recorded when."

    DEFAULT_CSS = """
    ContractDetail > #dialog { width: 112; max-width: 98%; height: 94%; }
    ContractDetail RowList { background: $surface; height: 1fr; }
    """

    @dataclass
    class Read(Message):
        """The rows."""

        rows: tuple[Row, ...]

    def __init__(self, services: Services, view: ContractView) -> None:
        super().__init__()
        self.services, self.view = services, view
        self._rows: tuple[Row, ...] = ()

    def compose(self) -> ComposeResult:
        """The list and what can be done."""
        columns = (
            Column("", flex=2, least=18), Column("", flex=3), Column("", align="right"), Column("", drop_below=90)
        )  # fmt: skip
        with Vertical(id="dialog") as box:
            box.border_title = safe.label(self.view.title)
            yield RowList(columns, header=False, empty="Reading…")
            yield Notice()
            with Horizontal(classes="buttons"):
                yield Press("JSON (x)", id="json")
                yield Press("Close (Esc)", id="close", kind="primary")

    def on_mount(self) -> None:
        """Read the book around it."""
        self.query_one(RowList).focus()
        self._read()

    @work(thread=True, exclusive=True, exit_on_error=False, group="contract-read", description="read the contract")
    def _read(self) -> None:
        from screens.overview.contract_lines import contract_rows
        from store.queries.book import customer_book

        book = customer_book(self.services.store(), self.view.customer_id)
        rows = tuple(contract_rows(self.view, book, self.services.now()))
        if not get_current_worker().is_cancelled:
            self.post_message(self.Read(rows))

    @on(Read)
    def _shown(self, event: Read) -> None:
        self._rows = event.rows
        self._lay_out()

    def on_resize(self) -> None:
        """Sentences break anew."""
        self.call_after_refresh(self._lay_out)

    def _lay_out(self) -> None:
        """Long sentences go on below: nothing of a contract is cut off."""
        shown = self.query_one(RowList)
        width = shown.scrollable_content_region.width
        if self._rows and width:
            shown.grid.measure(self._rows)
            shown.show(tuple(wrapped(self._rows, shown.grid, width, 1)))

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        row = event.row
        if isinstance(row.value, dict):
            text = as_shown(row.value)
            self.app.push_screen(TextModal(self.services, title="As the request that made it", text=text))
        else:
            cells = [c if isinstance(c, str) else c.text for c in row.cells]
            self.say(safe.sentence(cells, " · "), "info")

    def action_open(self) -> None:
        """What the cursor is on, as Enter on the list does."""
        self.query_one(RowList).action_choose()

    def action_request(self) -> None:
        """What would make it, and everything recorded since."""
        from screens.request import showing

        showing.show_stored(self, lambda: showing.contract(self.view))

    def action_json(self) -> None:
        """All of it."""
        text = as_shown(self.view.contract)
        self.app.push_screen(TextModal(self.services, title=self.view.title, text=text))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "json":
            self.action_json()
        else:
            self.dismiss(None)
