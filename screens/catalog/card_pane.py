"""One rate card: what it is called, and its prices at an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive

from screens import safe
from screens.catalog import facts
from screens.catalog.prices import COLUMNS, InForce, changes, in_force, rows
from screens.widgets.bars import OneLine
from screens.widgets.facts import FactPane
from screens.widgets.table import RowList
from store.terms import shown

if TYPE_CHECKING:
    from store.queries.catalog import PricedProduct, RateCardView


class DateLine(OneLine):
    """`Prices in force now (2025-10-20)   [ 2025-06-01 · ] 2026-01-01`: the changes before and after."""

    DEFAULT_CSS = """
    DateLine { padding: 0 1; margin-top: 1; }
    """

    said: reactive[tuple[str, str]] = reactive(("", ""))
    """The date, and what lies around it."""

    def draw(self, columns: int) -> Content:
        """Date first."""
        at, around = self.said
        if not at:
            return Content("")
        head = f"Prices in force {safe.literal(at)}"
        tail = safe.fit(f"   {around}", max(0, columns - 2 - len(head))).rstrip()
        return Content.assemble(Content.styled(head, "bold"), Content.styled(tail, "$text-muted"))


class CardPane(Vertical):
    """`show(card, rates, at)`."""

    DEFAULT_CSS = """
    CardPane { height: 1fr; width: 1fr; }
    CardPane #prices { margin-left: 1; }
    CardPane > FactPane { background: $background; height: auto; max-height: 8; min-height: 3; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.card: RateCardView | None = None
        self.rates: Sequence[PricedProduct] = ()

    def compose(self) -> ComposeResult:
        """Facts, the date, the prices."""
        yield FactPane(empty="Choose a rate card.")
        yield DateLine()
        yield RowList(COLUMNS, empty="", id="prices")

    @property
    def prices(self) -> RowList:
        """The list of prices."""
        return self.query_one("#prices", RowList)

    @property
    def price(self) -> InForce | None:
        """The price under the cursor."""
        row = self.prices.selected
        return row.value if row is not None and isinstance(row.value, InForce) else None

    def show(self, card: RateCardView | None, rates: Sequence[PricedProduct], at: datetime, now: datetime) -> None:
        """Another card, or another date."""
        self.card, self.rates = card, rates
        pane = self.query_one(FactPane)
        if card is None:
            pane.clear("")
            self.query_one(DateLine).said = ("", "")
            self.prices.empty = ""
            self.prices.show(())
            return
        pane.tell(card.name, "rate card" + (" · archived" if card.archived_at else ""), facts.card(card))
        when = f"now ({now:%Y-%m-%d})" if at == now else f"at {shown.day(at)}"
        self.query_one(DateLine).said = (when, self._around(at))
        self.prices.empty = "This card has no price yet.\ntermsheet api POST /v1/contract-pricing/rate-cards/addRates"
        self.prices.show(rows(list(in_force(rates, at)), at))

    def change(self, at: datetime, by: int) -> datetime | None:
        """The change of prices before (-1) or after (1) an instant; None where there is none."""
        moments = changes(self.rates)
        if by > 0:
            return next((m for m in moments if m > at), None)
        return next((m for m in reversed(moments) if m < at), None)

    def _around(self, at: datetime) -> str:
        before, after = self.change(at, -1), self.change(at, 1)
        parts = [f"[ {shown.day(before)}" if before else "", f"] {shown.day(after)}" if after else "no later change"]
        return safe.sentence(parts)
