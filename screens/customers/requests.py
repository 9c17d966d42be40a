"""The customer list and requests: the one under the cursor as one, one from elsewhere taken in; and what others add."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Any

from screens.widgets.base import BaseScreen
from screens.widgets.virtual_list import VirtualList
from store.directory.listing import Listing


class CustomerRequests(BaseScreen):
    """What the list does besides listing."""

    listing: Listing | None

    @property
    @abstractmethod
    def list(self) -> VirtualList:
        """The list."""

    @property
    @abstractmethod
    def text(self) -> str:
        """What is searched for."""

    @abstractmethod
    def action_reload(self) -> None:
        """Read the list again."""

    @abstractmethod
    def place(self, listing: Listing, customer_id: str) -> Any:
        """Put the cursor on a customer, once a worker has found where it stands."""

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

    def follow(self) -> None:
        """Others have written: read again, and stay with the customer under the cursor, wherever it stands now."""
        row = self.list.selected
        self.action_reload()
        if row is not None and self.listing is not None and not self.text:
            self.place(self.listing, row.key)
