"""Where a search is typed, and what stands there until it is asked for."""

from __future__ import annotations

from textual.content import Content
from textual.message import Message

from screens.widgets.bars import OneLine
from screens.widgets.text_input import TextInput


class SearchBox(TextInput):
    """Typed text goes to the search, arrows and Enter go to the list."""

    DEFAULT_CSS = """
    SearchBox { width: 100%; }
    """


class SearchPrompt(OneLine):
    """What stands in the search box's place until it is asked for: it is not needed for the first frame."""

    DEFAULT_CSS = """
    SearchPrompt { padding: 0 1; background: $surface; color: $text-muted; }
    """

    def draw(self, columns: int) -> Content:
        """A hint."""
        return Content("/  search by name, id or alias")

    def on_click(self) -> None:
        """A click asks for it too."""
        self.post_message(self.Asked())

    class Asked(Message):
        """The prompt was clicked."""
