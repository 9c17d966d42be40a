"""Where panes do not fit beside each other: a line that names them all; digits and clicks switch."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from screens.widgets.bars import OneLine


class PaneTabs(OneLine):
    """`1 Contracts  2 Balances  3 Invoices …`; the one that is shown stands out."""

    DEFAULT_CSS = """
    PaneTabs { padding: 0 1; background: $surface; }
    """

    shown: reactive[tuple[int, ...]] = reactive(())
    """The digits of the panes in view."""
    titles: reactive[tuple[str, ...]] = reactive(())
    """The panes' names, by digit."""

    @dataclass
    class Asked(Message):
        """A pane was clicked."""

        digit: int

    def __init__(self, titles: tuple[str, ...]) -> None:
        super().__init__()
        self.set_reactive(PaneTabs.titles, titles)
        self._spots: list[tuple[int, int, int]] = []

    def draw(self, columns: int) -> Content:
        """Digit and name, side by side."""
        self._spots, parts, x = [], [], 1
        for k, title in enumerate(self.titles, start=1):
            here = k in self.shown
            text = f"{'▸' if here else ' '}{k} {title} "
            parts.append(Content.styled(text, "bold $text-primary" if here else "$text-muted"))
            self._spots.append((x, x + len(text), k))
            x += len(text)
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Ask for the pane under the pointer."""
        for start, end, digit in self._spots:
            if start <= event.x < end:
                self.post_message(self.Asked(digit))
