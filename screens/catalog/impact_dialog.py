"""Which contracts a change of one price touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Static
from textual.worker import get_current_worker

from screens import safe
from screens.catalog import impact
from screens.catalog.prices import InForce, price
from screens.command import Command
from screens.services import Services
from screens.widgets.bars import Notice
from screens.widgets.base import Dialog
from screens.widgets.press import Press
from screens.widgets.table import RowList
from store.terms import shown


class ImpactDialog(Dialog[str]):
    """Enter on a contract dismisses with its customer's id."""

    ACTIONS = (Command("impact.close", "escape,q", "back", "Close", "Close.", palette=False),)
    HELP_TEXT = """
    Contracts on this card that still run after the date, and what a new list price does to each: those without an
    override pay it, a multiplier scales it, a price of its own shields the contract from it.
    """

    DEFAULT_CSS = """
    ImpactDialog > #dialog { width: 112; max-width: 98%; height: 80%; }
    ImpactDialog RowList { background: $surface; height: 1fr; }
    ImpactDialog #about { color: $text-muted; height: auto; margin-bottom: 1; }
    """

    @dataclass
    class Found(Message):
        """The contracts."""

        impact: impact.Impact

    def __init__(self, services: Services, *, card_id: str, card_name: str, one: InForce, at: datetime) -> None:
        super().__init__()
        self.services = services
        self.card_id, self.card_name, self.one, self.at = card_id, card_name, one, at

    def compose(self) -> ComposeResult:
        """What it is about, and the contracts."""
        groups = shown.groups(self.one.any.pricing_group_values or {})
        name = self.one.product.name + (f" ({groups})" if groups else "")
        now = price(self.one.rate) if self.one.rate else "no price"
        with Vertical(id="dialog") as box:
            box.border_title = safe.label(f"A change of {name}")
            text = f"On {self.card_name}, now {now}. Contracts that still run after {shown.day(self.at)}:"
            yield Static(safe.label(text), id="about")
            yield RowList(impact.COLUMNS, empty="Reading…")
            yield Notice()
            with Horizontal(classes="buttons"):
                yield Press("Close (Esc)", id="close", kind="primary")

    def on_mount(self) -> None:
        """Read the contracts."""
        self.query_one(RowList).focus()
        self._read()

    @work(thread=True, exclusive=True, exit_on_error=False, group="impact", description="read the card's contracts")
    def _read(self) -> None:
        found = impact.load(self.services, self.card_id, self.one.product, self.one.any, self.at)
        if not get_current_worker().is_cancelled:
            self.post_message(self.Found(found))

    @on(Found)
    def _found(self, event: Found) -> None:
        contracts = self.query_one(RowList)
        contracts.empty = "No contract on this card runs after that date: a change touches nobody."
        contracts.show(impact.rows(event.impact))
        if event.impact.touched:
            self.say(impact.summary(event.impact.touched) + " · Enter opens the customer", "info")

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        self.dismiss(event.row.value.customer_id)

    @on(Button.Pressed)
    def _pressed(self) -> None:
        self.dismiss(None)
