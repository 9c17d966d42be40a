"""Which panes stand together, and how many rows each gets."""

from __future__ import annotations

from collections.abc import Iterable

from textual.css.scalar import Scalar, Unit

from screens.overview.attention_pane import AttentionPane
from screens.overview.pane import Pane
from screens.overview.statement_pane import StatementPane

TITLES = ("Contracts", "Balances", "Invoices", "Statement", "Attention", "Changes")
"""By digit, the most important first."""

PAGES = {1: (1, 2, 3), 2: (1, 2, 3), 3: (1, 2, 3), 4: (4,), 5: (5, 6), 6: (5, 6)}
"""Where only one page is in view: the panes that share a page with the one asked for."""

REST = Scalar(1, Unit.FRACTION, Unit.WIDTH)


def heights(panes: Iterable[Pane], *, room: int, wide: bool) -> dict[int, Scalar | int]:
    """Rows of each pane: what it needs, no more than its share of the column; the list that grows takes the rest."""
    found: dict[int, Scalar | int] = {}
    for pane in panes:
        found[pane.digit] = REST
        if isinstance(pane, StatementPane):
            continue
        needed = 1 + (pane.rows.row_count or 2)
        if pane.digit in (1, 2):
            found[pane.digit] = min(needed, room // 3)
        elif isinstance(pane, AttentionPane):
            found[5] = min(needed, room // (4 if wide else 2))
        elif pane.digit == 6 and wide:
            found[6] = min(needed, max(4, room // 4))
    return found
