"""A screen that is a list with a box above it to search in."""

from __future__ import annotations

from abc import abstractmethod

from textual import events, on
from textual.widgets import Input

from screens.widgets.base import BaseScreen
from screens.widgets.table import RowList
from screens.widgets.text_input import TextInput


class SearchedScreen(BaseScreen):
    """The way between list and box (`#search`): the arrows and Enter lead to the list, Escape empties the box first."""

    @property
    @abstractmethod
    def list(self) -> RowList:
        """The list that is searched."""

    @property
    def box(self) -> TextInput:
        """Where what is sought is typed."""
        return self.query_one("#search", TextInput)

    @on(Input.Submitted, "#search")
    def _found(self) -> None:
        self.list.focus()

    def action_search(self) -> None:
        """Type in the box."""
        self.box.focus()

    def on_key(self, event: events.Key) -> None:
        """The arrows go from the box to the list."""
        if event.key in ("down", "up") and self.box.has_focus:
            self.list.focus()
            event.stop()

    def action_back(self) -> None:
        """Out of the box first, then out of the search, then out of the screen."""
        if self.box.has_focus or self.box.value:
            self.box.value = ""
            self.list.focus()
        else:
            super().action_back()
