"""All statements of a customer, the latest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from screens.statement import wording
from screens.widgets.table import Cell, Column, Row
from store.rating.statement import Statement
from store.terms import shown

COLUMNS = (
    Column("Period"), Column("What", flex=1, least=4), Column("Status"), Column("Total", align="right")
)  # fmt: skip


def rows(statements: Iterable[Statement], contracts: Mapping[str, str]) -> Iterator[Row]:
    """A row a statement; its contract is named where there are several."""
    for s in statements:
        state, tone = wording.state(s.status)
        kind = wording.kind(s)
        if len(contracts) > 1:
            whose = contracts.get(s.contract_id, s.contract_id)
            kind = wording.contract_kind(s, whose)
        total = shown.amount(s.total, s.credit_type_id)
        yield Row(s.id, (wording.short_period(s), Cell(kind, "muted"), Cell(state, tone), total), value=s)


def latest_first(statements: Iterable[Statement]) -> list[Statement]:
    """By the period's start or the invoice's date, the latest first; those of one instant in the rating's order."""
    return sorted(statements, key=lambda s: s.start or s.issued_at, reverse=True)
