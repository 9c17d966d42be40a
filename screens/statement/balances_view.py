"""Balances, and for the one under the cursor every movement with what was left after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens import safe
from screens.statement import wording
from screens.widgets.table import Cell, Column, Row, RowList
from store.rating.statement import Balance, Preview
from store.terms import money, shown

NONE = "No commits or credits.\nThey come with a contract or an amendment: c or a on the customer's overview."

BALANCES = (
    Column("Balance", flex=1, least=12), Column("", width=10), Column("Left", align="right"),
    Column("of", align="right"),
    Column("Kind", drop_below=76), Column("Ends", drop_below=96),
)  # fmt: skip
LEDGER = (
    Column("Date", width=10), Column("What", flex=1, least=10), Column("Statement", drop_below=66),
    Column("Amount", align="right"), Column("Left", align="right"),
)  # fmt: skip


class BalancesView(Vertical):
    """Balances above, the ledger of one below. Enter on a movement asks for its statement."""

    DEFAULT_CSS = """
    BalancesView { height: 1fr; }
    BalancesView #balances { height: auto; max-height: 40%; min-height: 3; }
    BalancesView #about { height: auto; padding: 1 1 0 1; color: $text-muted; }
    BalancesView #ledger { height: 1fr; }
    """

    @dataclass
    class StatementAsked(Message):
        """A movement's statement shall be shown."""

        statement_id: str

    def __init__(self) -> None:
        super().__init__()
        self._periods: dict[str, str] = {}
        self._contracts: Mapping[str, str] = {}
        self._now: datetime | None = None

    def compose(self) -> ComposeResult:
        """Two lists and a sentence between them."""
        yield RowList(BALANCES, empty="Rating…", id="balances")
        yield Static(id="about")
        yield RowList(LEDGER, empty="", id="ledger")

    @property
    def balances(self) -> RowList:
        """The upper list."""
        return self.query_one("#balances", RowList)

    def show(self, preview: Preview, contracts: Mapping[str, str], now: datetime) -> None:
        """The balances of a rating; the one under the cursor stays."""
        self._periods = {s.id: wording.period(s) for s in preview.statements}
        self._contracts, self._now = contracts, now
        self.balances.empty = NONE
        self.balances.show(_rows(preview.balances, now))
        self.balances.styles.height = max(2, len(preview.balances)) + 1
        self._ledger()

    def fail(self, reason: str) -> None:
        """There are none to show: say why."""
        self.balances.empty = reason
        self.balances.show(())
        self._ledger()

    def go(self, balance_id: str = "") -> None:
        """Put the keyboard on the balances, on that one if it is given."""
        keys = [row.key for row in self.balances.rows]
        if balance_id in keys:
            self.balances.move_to(keys.index(balance_id))
        self.balances.focus()

    @on(RowList.Rested, "#balances")
    def _rested(self, event: RowList.Rested) -> None:
        event.stop()
        self._ledger()

    @on(RowList.Chosen, "#balances")
    def _into(self, event: RowList.Chosen) -> None:
        event.stop()
        self.query_one("#ledger").focus()

    @on(RowList.Chosen, "#ledger")
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if event.row.value:
            self.post_message(self.StatementAsked(event.row.value))

    def _ledger(self) -> None:
        row = self.balances.selected
        ledger, about = self.query_one("#ledger", RowList), self.query_one("#about", Static)
        if row is None or self._now is None:
            ledger.show(())
            about.update("")
            return
        balance: Balance = row.value
        about.update(Content(" · ").join([safe.label(text) for text in self._about(balance, self._now)]))
        ledger.empty = "Nothing has moved it yet."
        ledger.show(movements(balance, self._periods))

    def _about(self, balance: Balance, now: datetime) -> Iterator[str]:
        yield balance.name
        yield wording.BALANCE_KINDS.get(balance.type, balance.type.lower())
        yield f"usable {shown.span(balance.starting_at, balance.ending_before)}"
        yield wording.expiry(balance.ending_before, now)
        yield f"priority {shown.quantity(balance.priority)}"
        if balance.contract_id is None:
            yield "of the customer, for all its contracts"
        elif len(self._contracts) > 1:
            yield f"of {self._contracts.get(balance.contract_id, balance.contract_id)}"


def _rows(balances: Sequence[Balance], now: datetime) -> Iterator[Row]:
    for b in balances:
        over = b.ending_before <= now
        tone = "muted" if over else "warn" if b.balance * 10 < b.original else ""
        yield Row(
            b.id,
            (
                Cell(b.name, tone), Cell(wording.left_bar(b, 10), tone or "accent"),
                Cell(shown.amount(b.balance, b.credit_type_id), tone or "strong"),
                Cell(shown.amount(b.original, b.credit_type_id), "muted"),
                Cell(wording.BALANCE_KINDS.get(b.type, b.type.lower()), "muted"),
                Cell(wording.expiry(b.ending_before, now), "muted"),
            ),
            value=b,
        )  # fmt: skip


def movements(balance: Balance, periods: Mapping[str, str]) -> Iterator[Row]:
    """The ledger as rows, with what is left after each movement."""
    left = money.add()
    for k, entry in enumerate(balance.ledger):
        left = money.add(left, entry.amount)
        amount = shown.amount(entry.amount, balance.credit_type_id)
        sign = "+" if entry.amount > 0 else ""
        statement = periods.get(entry.statement_id or "", "")
        yield Row(
            k,
            (
                shown.day(entry.timestamp), wording.movement(entry.type), Cell(statement, "muted"),
                Cell(f"{sign}{amount}", "good" if entry.amount > 0 else ""),
                Cell(shown.amount(left, balance.credit_type_id), "strong"),
            ),
            value=entry.statement_id,
        )  # fmt: skip
