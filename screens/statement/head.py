"""The line above a statement's lines: what it is, and how far along."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive

from screens import safe
from screens.widgets.bars import OneLine


class StatementHead(OneLine):
    """`Usage statement 2025-10-01 → 2025-11-01  ◌ draft`; where there are several, whose it is."""

    DEFAULT_CSS = """
    StatementHead { padding: 0 1; }
    """

    said: reactive[tuple[str, str]] = reactive(("", ""))
    """Title and state."""

    def draw(self, columns: int) -> Content:
        """The parts."""
        title, state = (safe.literal(text) for text in self.said)
        room = max(0, columns - 2 - safe.width(state) - 2)
        title = safe.fit(title, min(room, safe.width(title)))
        return Content.assemble(Content.styled(title, "bold"), "  ", Content.styled(state, "$text-muted"))
