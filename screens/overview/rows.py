"""The overview's values as rows of its lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from screens.overview import wording
from screens.statement import wording as statement_words
from screens.widgets.table import Cell, Column, Row, heading
from store.rating.statement import Balance, Preview, Statement
from store.terms import shown

if TYPE_CHECKING:
    from store.done import Change
    from store.queries.contracts import ContractView

CONTRACTS = (Column("Contract", flex=1, least=14), Column("Term"), Column("State"))
BALANCES = (
    Column("Balance", flex=1, least=12),
    Column("Left of it", width=7),
    Column("Left", align="right"),
    Column("of"),
)
INVOICES = (
    Column("Period"), Column("What", flex=1, least=4), Column("Status"), Column("Total", align="right")
)  # fmt: skip
CHANGES = (Column("When"), Column("Who and what", flex=1))

DETAIL = "    "
"""What a second line is indented by."""


def contracts(views: Iterable[ContractView], now: datetime) -> Iterator[Row]:
    """Each contract, and below it how it is stated and what usage it takes. Running ones first, archived ones last."""
    order = {"●": 0, "◌": 1, "○": 2, "✗": 3}
    for view in sorted(views, key=lambda v: order[wording.state(v, now)[0][0]]):
        state, tone = wording.state(view, now)
        quiet = "muted" if tone == "muted" else ""
        term = shown.span(view.starting_at, view.ending_before)
        yield Row(view.id, (Cell(view.title, quiet or "strong"), Cell(term, quiet), Cell(state, tone)), value=view)
        card = f"card {view.rate_card_name}" if view.rate_card_name and view.name else ""
        parts = (wording.cadence(view.contract), wording.filters(view.contract, now), card)
        yield heading(DETAIL + " · ".join(p for p in parts if p), "muted")


def balances(found: Iterable[Balance], names: Mapping[str, str], now: datetime) -> Iterator[Row]:
    """Each balance with what is left of it, and below it when it ends and who may use it."""
    for b in sorted(found, key=lambda b: (b.ending_before <= now, b.ending_before)):
        over = b.ending_before <= now
        tone = "muted" if over else "warn" if b.balance and b.balance * 10 < b.original else ""
        left = Cell(shown.amount(b.balance, b.credit_type_id), tone or "strong")
        of = Cell(f"of {shown.amount(b.original, b.credit_type_id)}", "muted")
        bar = Cell(statement_words.left_bar(b, 7), tone or "accent")
        yield Row((b.contract_id, b.id), (Cell(b.name, tone), bar, left, of), value=b)
        yield heading(DETAIL + " · ".join(_about(b, names, now)), "muted")


def _about(b: Balance, names: Mapping[str, str], now: datetime) -> Iterator[str]:
    running = b.ending_before > now >= b.starting_at
    if running and not b.balance:
        yield "all used"
    elif running and b.balance * 10 < b.original:
        yield "▲ nearly used up"
    if b.starting_at > now:
        yield f"usable from {shown.day(b.starting_at)}"
    yield statement_words.expiry(b.ending_before, now)
    kind = statement_words.BALANCE_KINDS.get(b.type, b.type.lower())
    owed = b.type == "POSTPAID" and b.balance and b.ending_before > now
    yield f"{kind}, the rest is billed then" if owed else kind
    if len(names) > 1 or b.contract_id is None:
        yield names.get(b.contract_id or "", "all contracts" if b.contract_id is None else b.contract_id)


def invoices(preview: Preview, names: Mapping[str, str], now: datetime) -> Iterator[Row]:
    """What is coming, soonest first; then what was issued, latest first."""
    coming = sorted((s for s in preview.statements if s.status == "DRAFT"), key=lambda s: s.issued_at)
    issued = sorted((s for s in preview.statements if s.status != "DRAFT"), key=lambda s: s.issued_at, reverse=True)
    for title, statements in (("Coming", coming), ("Issued", issued)):
        if statements:
            yield heading(title, "muted")
        for s in statements:
            yield invoice(s, names)


def invoice(s: Statement, names: Mapping[str, str]) -> Row:
    """A statement in one line; its contract is named where there are several."""
    state, tone = statement_words.state(s.status)
    kind = statement_words.kind(s)
    if len(names) > 1:
        whose = names.get(s.contract_id, s.contract_id)
        kind = statement_words.contract_kind(s, whose)
    total = shown.amount(s.total, s.credit_type_id)
    return Row(
        s.id, (statement_words.short_period(s), Cell(kind, "muted"), Cell(state, tone), total), indent=2, value=s
    )


def changes(found: Iterable[Change], names: Mapping[str, str], now: datetime) -> Iterator[Row]:
    """Who did what, the latest first."""
    for c in found:
        about = names.get(c.entity_id) if c.entity == "contract" else None
        what = f"{c.summary}: {about}" if about and ":" not in c.summary else c.summary
        who = c.who if c.origin == "console" else f"{c.who} ({c.origin})"
        when = f"{c.at:%m-%d %H:%M}" if c.at.year == now.year else f"{c.at:%Y-%m-%d}"
        yield Row(c.seq, (Cell(when, "muted"), f"{who} {what}"), value=c)
