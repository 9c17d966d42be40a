"""What needs a look, on the overview."""

from __future__ import annotations

from textual.app import ComposeResult

from screens.overview.pane import Pane, PaneTitle
from screens.statement.attention import AttentionList


class AttentionPane(Pane):
    """The frame of the list of warnings."""

    def __init__(self, digit: int) -> None:
        super().__init__(digit, "Attention", (), empty="")

    def compose(self) -> ComposeResult:
        """Title and list."""
        yield PaneTitle(self.digit, self.title_text)
        yield AttentionList()

    @property
    def rows(self) -> AttentionList:
        """The list."""
        return self.query_one(AttentionList)
