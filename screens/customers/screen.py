"""The customer list."""

from __future__ import annotations

from textual.app import ComposeResult

from screens.customers.commands import COMMANDS
from screens.widgets.base import BaseScreen
from screens.widgets.table import Column
from screens.widgets.virtual_list import VirtualList


class CustomersScreen(BaseScreen):
    """Every customer of the store."""

    ACTIONS = COMMANDS
    CRUMBS = ("Customers",)
    HELP_TEXT = "Every customer of this store."

    def body(self) -> ComposeResult:
        """The list."""
        yield VirtualList((Column("Name", flex=1),), empty="No customers yet.", id="customers")
