"""Parts of a preview: one contract's, one period's; and several customers' previews as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from store.rating.statement import Preview, Statement


def select(preview: Preview, *, contract_id: str | None = None, day: datetime | None = None) -> Preview:
    """Only the statements of that contract, and of the periods that contain that instant.

    A scheduled invoice belongs to the period if it is dated within the usage period of its contract. Balances of other
    contracts are left out with them; a customer's own balances stay.
    """
    statements = [s for s in preview.statements if contract_id in (None, s.contract_id)]
    if day is not None:
        periods = {s.contract_id: (s.start, s.end) for s in statements if s.start and s.end and s.start <= day < s.end}
        statements = [s for s in statements if _within(s, periods.get(s.contract_id), day)]
    balances = preview.balances
    if contract_id is not None:
        balances = tuple(b for b in balances if b.contract_id in (None, contract_id))
    return replace(preview, statements=tuple(statements), balances=balances)


def _within(statement: Statement, period: tuple[datetime | None, datetime | None] | None, day: datetime) -> bool:
    if statement.start and statement.end:
        return statement.start <= day < statement.end
    if period is None or period[0] is None or period[1] is None:
        return False
    return period[0] <= statement.issued_at < period[1]


def merge(parts: Iterable[Preview]) -> Preview:
    """Previews of different customers as one, in the order given."""
    whole = list(parts)
    return Preview(
        statements=tuple(s for part in whole for s in part.statements),
        balances=tuple(b for part in whole for b in part.balances),
        unmatched=tuple(u for part in whole for u in part.unmatched),
        warnings=tuple(w for part in whole for w in part.warnings),
    )
