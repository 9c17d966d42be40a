"""What needs a look: warnings and usage that reaches no line, as whole sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from screens.overview.pane import Pane
from screens.statement.explanation import broken
from screens.widgets.table import Cell, Row

NONE = "✓ Nothing: all usage reaches a statement, and nothing is billed twice."


class AttentionPane(Pane):
    """`tell(pairs)`; sentences are broken at the pane's width, the cursor goes from one to the next."""

    def __init__(self, digit: int) -> None:
        super().__init__(digit, "Attention", (), empty="")
        self._pairs: tuple[tuple[str, str], ...] = ()
        self._told = False

    def tell(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Other sentences, each with its heading."""
        self._pairs, self._told = tuple(pairs), True
        self._draw()

    @property
    def lines_wanted(self) -> int:
        """How many rows it takes to show everything."""
        return len(self.rows.rows) or 1

    def on_resize(self) -> None:
        """Break the sentences anew."""
        if self._told:
            self._draw()

    def _draw(self) -> None:
        n = len(self._pairs)
        self.fill(self._rows(max(20, self.size.width - 2)), empty=NONE, note=f"▲ {n}" if n else "")

    def _rows(self, width: int) -> Iterator[Row]:
        for k, (title, sentence) in enumerate(self._pairs):
            first, *rest = broken(f"{title}: {sentence}", width - 2)
            yield Row(k, (Cell("▲ " + first, "warn"),), value=(title, sentence))
            for text in rest:
                yield Row(None, ("  " + text,), selectable=False)
