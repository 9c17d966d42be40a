"""The customer list and requests: the one under the cursor as one, one from elsewhere taken in."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial

from screens.widgets.base import BaseScreen
from screens.widgets.virtual_list import VirtualList


class CustomerRequests(BaseScreen):
    """What the list does besides listing."""

    @property
    @abstractmethod
    def list(self) -> VirtualList:
        """The list."""

    @property
    @abstractmethod
    def text(self) -> str:
        """What is searched for."""

    def action_request(self) -> None:
        """What would make the selected customer."""
        from screens.request import showing

        row = self.list.selected
        if row is not None:
            showing.show_stored(self, partial(showing.customer, self.services, row.key))

    def action_take(self) -> None:
        """A request from elsewhere; the selected customer's, unless it names another."""
        from screens.request.showing import take

        row = self.list.selected
        take(self, row.key if row is not None else "")
